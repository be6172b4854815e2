"""Tallies of frames on their way from Redis to the database."""

from collections import Counter

import pytest

from emotion import tasks
from emotion.frame_queue import queue, tallies
from emotion.models import FrameTally
from tests import factory

pytestmark = pytest.mark.django_db


def test_tallies_add_up_in_the_database() -> None:
    session = factory.open_session()
    for _ in range(2):
        queue.count(Counter({(session.pk, "received"): 5, (session.pk, "taken"): 3, (session.pk, "read"): 2}))
        tasks.copy_tallies()
    tally = FrameTally.objects.get(session=session)
    assert (tally.received, tally.taken, tally.read, tally.lost) == (10, 6, 4, 2)


def test_a_tally_of_a_deleted_session_stops_no_other() -> None:
    session, gone = factory.open_session(), factory.open_session()
    queue.count(Counter({(session.pk, "received"): 1, (gone.pk, "received"): 1}))
    gone.delete()
    tallies.copy_to_database()
    assert [tally.session for tally in FrameTally.objects.all()] == [session]


def test_a_correction_whose_taking_a_restart_of_redis_lost_breaks_no_tally() -> None:
    session, other = factory.open_session(), factory.open_session()
    queue.count(Counter({(session.pk, "taken"): -1, (session.pk, "refused"): 1, (other.pk, "received"): 1}))
    tallies.copy_to_database()
    tally = FrameTally.objects.get(session=session)
    assert (tally.taken, tally.refused, tally.lost) == (0, 1, 0)
    assert FrameTally.objects.get(session=other).received == 1


def test_a_closed_class_copies_its_tally(django_capture_on_commit_callbacks) -> None:
    session = factory.open_session()
    queue.count(Counter({(session.pk, "received"): 4, (session.pk, "refused"): 4}))
    with django_capture_on_commit_callbacks(execute=True):
        session.close()
    assert FrameTally.objects.get(session=session).refused == 4


def test_the_administrator_sees_lost_frames_and_changes_nothing(admin_client) -> None:
    tally = FrameTally.objects.create(
        session=factory.open_session(title="Optics"), received=9, taken=9, read=6
    )
    page = admin_client.get("/admin/emotion/frametally/").content.decode()
    assert "Optics" in page
    assert '<td class="field-lost">3</td>' in page
    assert (
        admin_client.post(f"/admin/emotion/frametally/{tally.pk}/delete/", {"post": "yes"}).status_code == 403
    )
