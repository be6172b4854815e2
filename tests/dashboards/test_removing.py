"""A class that was flooded: several students are removed at once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from classroom import events
from classroom.models import Participant, Presence
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return factory.open_session()


def joined(session, name, *, ago, **fields):
    """Somebody who joined so many seconds ago and is there."""
    return factory.participant(session, name, joined_at=timezone.now() - timedelta(seconds=ago), **fields)


def page_of(session, **query):
    browser = factory.signed_in(session.course.owner)
    return browser.get(reverse("participants-remove", args=[session.pk]), query).content.decode()


def remove(session, *who, **fields):
    browser = factory.signed_in(session.course.owner)
    url = reverse("participants-remove", args=[session.pk])
    return browser.post(url, {"who": [one.pk for one in who]} | fields, follow=True)


def listed(page):
    """(id, whether ticked), from above."""
    boxes = re.findall(r'name="who" value="([^"]+)"( checked)?', page)
    return [(id_, bool(is_ticked)) for id_, is_ticked in boxes]


def test_the_newest_student_is_first_and_nobody_is_ticked(session):
    anna, ben = joined(session, "Anna", ago=600), joined(session, "Ben", ago=30)
    joined(session, "Cleo", ago=10).leave()
    assert listed(page_of(session)) == [(str(ben.pk), False), (str(anna.pk), False)]


@pytest.mark.parametrize(("minutes", "ticked"), [("1", 1), ("5", 2), ("15", 3), ("3", 0), ("x", 0)])
def test_a_press_ticks_the_students_who_joined_in_the_last_minutes(session, minutes, ticked):
    for ago in (30, 200, 700, 1000):
        joined(session, "Bot", ago=ago)
    boxes = listed(page_of(session, minutes=minutes))
    assert [is_ticked for _, is_ticked in boxes] == [True] * ticked + [False] * (4 - ticked)


def test_names_that_look_alike_have_the_numbers_of_the_live_page(session):
    for _ in range(2):
        factory.participant(session, "Anna")
    page = page_of(session)
    assert "<bdi>Anna</bdi>" in page
    assert "<bdi>Anna (2)</bdi>" in page


@pytest.mark.postgresql
def test_those_ticked_are_removed_and_nobody_else(session, monkeypatch):
    told = []
    monkeypatch.setattr(
        events, "publish_to_participants", lambda ids, reason: told.append((set(ids), reason))
    )
    anna, *bots = (factory.measured(session) for _ in range(4))
    page = remove(session, *bots).content.decode()
    assert "3 students were removed." in page
    assert list(session.participants.in_class()) == [anna]
    assert session.participants.filter(was_removed=True).count() == 3
    assert [bot.presences.last().state for bot in bots] == [Presence.State.REMOVED] * 3
    assert told == [({bot.pk for bot in bots}, "removed")]


def test_a_removed_students_browser_is_not_let_in_again(session):
    bot = factory.participant(session)
    browser = factory.browser_of(bot)
    remove(session, bot)
    again = browser.post("/join/", {"code": session.join_code, "display_name": "Bot"})
    assert "removed you" in again.content.decode()


def test_their_seats_are_free_again(session, settings):
    settings.MAX_PARTICIPANTS = 2
    bots = [factory.participant(session, "Bot") for _ in range(2)]
    assert session.admit("Anna") is None
    remove(session, *bots)
    assert session.admit("Anna")


def test_the_door_is_locked_with_them_where_that_is_ticked(session):
    bots = [factory.participant(session, "Bot") for _ in range(2)]
    assert 'name="lock" checked' in page_of(session, minutes="5")
    remove(session, bots[0])
    session.refresh_from_db()
    assert not session.is_locked
    remove(session, bots[1], lock="on")
    session.refresh_from_db()
    assert session.is_locked


def test_where_nobody_is_ticked_that_is_said_and_the_door_stays_as_it_is(session):
    factory.participant(session)
    page = remove(session, lock="on").content.decode()
    assert "No students were ticked" in page
    session.refresh_from_db()
    assert not session.is_locked


@pytest.mark.postgresql
def test_nobody_of_another_class_is_removed(session):
    stranger = factory.participant()
    remove(session, stranger)
    assert Participant.objects.in_class().contains(stranger)


@pytest.mark.postgresql
@pytest.mark.parametrize("who", ["nonsense", "0" * 400, "\0"])
def test_an_id_that_is_no_student_removes_nobody(session, who):
    anna = factory.participant(session)
    browser = factory.signed_in(session.course.owner)
    answer = browser.post(reverse("participants-remove", args=[session.pk]), {"who": [who, anna.pk]})
    assert answer.status_code == 200
    assert session.participants.in_class().count() == 1


def test_a_student_who_was_gone_is_removed_now_and_gone_since_last_seen(session, settings):
    long_ago = timezone.now() - 3 * settings.GONE_AFTER
    bot = joined(session, "Bot", ago=600, last_seen_at=long_ago)
    Presence.objects.filter(participant=bot).update(since=long_ago)
    remove(session, bot)
    assert [presence.state for presence in bot.presences.all()][-2:] == ["offline", "removed"]


def test_hundreds_cost_as_many_queries_as_two(session, django_assert_max_num_queries):
    for _ in range(2):
        factory.participant(session, "Bot")
    many = factory.open_session()
    Participant.objects.bulk_create(
        Participant(session=many, display_name=f"Bot {number}", entered_at=timezone.now())
        for number in range(400)
    )
    with django_assert_max_num_queries(14):
        assert many.remove([bot.pk for bot in many.participants.all()], timezone.now()) == 400


@pytest.mark.parametrize("page", ["live", "invite"])
def test_the_door_leads_there(session, page):
    shown = factory.signed_in(session.course.owner).get(reverse(page, args=[session.pk])).content.decode()
    assert reverse("participants-remove", args=[session.pk]) in shown


def test_a_class_that_is_over_shows_its_report(session):
    session.close()
    browser = factory.signed_in(session.course.owner)
    answer = browser.get(reverse("participants-remove", args=[session.pk]))
    assert answer.url == reverse("report", args=[session.pk])


def test_one_who_has_left_meanwhile_keeps_nobody_else_in(session):
    anna, ben = joined(session, "Anna", ago=60), joined(session, "Ben", ago=30)
    ben.leave()
    remove(session, anna, ben, lock="on")
    assert not session.participants.in_class().exists()
    ben.refresh_from_db()
    assert ben.was_removed
    session.refresh_from_db()
    assert session.is_locked
