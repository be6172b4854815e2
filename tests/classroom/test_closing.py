"""How sessions end: closed by the teacher, forgotten, or open for too long."""

from datetime import timedelta

import pytest
import redis
from django.dispatch import Signal
from django.utils import timezone

from classroom.events import send_after_commit, session_closed
from classroom.models import ClassSession, Mode, Presence
from classroom.tasks import close_forgotten_sessions
from tests import factory

pytestmark = pytest.mark.django_db
State = Presence.State


def states(participant):
    return [presence.state for presence in participant.presences.all()]


def test_closing_records_everybodys_end_once(django_capture_on_commit_callbacks):
    session = factory.open_session()
    anna, ben = factory.participant(session), factory.participant(session, "Ben")
    ben.leave()
    closed, now = [], timezone.now() + timedelta(minutes=1)

    def record(session_id, **_):
        closed.append(session_id)

    session_closed.connect(record)
    with django_capture_on_commit_callbacks(execute=True):
        assert session.close(now)
        assert not session.close(now + timedelta(hours=1))
    session_closed.disconnect(record)
    session.refresh_from_db()
    anna.refresh_from_db()
    assert (session.closed_at, anna.left_at, closed) == (now, now, [session.pk])
    assert states(anna)[-1] == states(ben)[-1] == State.LEFT
    assert states(ben).count(State.LEFT) == 1


def test_the_queries_of_closing_do_not_grow_with_the_class(django_assert_max_num_queries):
    session = factory.open_session(Mode.PARTICIPATION)
    for _ in range(20):
        factory.participant(session)
    with django_assert_max_num_queries(10):
        session.close()


def test_a_forgotten_session_is_closed():
    now = timezone.now()
    long_ago = now - timedelta(hours=5)
    forgotten = factory.open_session(opened_at=long_ago)
    factory.participant(forgotten, last_seen_at=long_ago)
    lively = factory.open_session(opened_at=long_ago)
    factory.participant(lively, last_seen_at=now)
    fresh = factory.open_session()
    close_forgotten_sessions()
    for session, is_open in ((forgotten, False), (lively, True), (fresh, True)):
        session.refresh_from_db()
        assert session.is_open == is_open


def test_an_open_page_does_not_keep_a_session_open_for_days(settings):
    now = timezone.now()
    endless = factory.open_session(opened_at=now - settings.LONGEST_SESSION - timedelta(minutes=1))
    factory.participant(endless, last_seen_at=now)
    close_forgotten_sessions()
    endless.refresh_from_db()
    assert not endless.is_open
    assert endless.closed_at - now < timedelta(minutes=1)


def test_a_forgotten_session_ends_at_its_last_activity():
    opened = timezone.now() - timedelta(hours=9)
    session = factory.open_session(opened_at=opened)
    anna = factory.participant(session, joined_at=opened)
    anna.record_state(State.OFFLINE, opened + timedelta(minutes=10))
    ben = factory.participant(session, joined_at=opened)
    ben.record_state(State.OFFLINE, opened + timedelta(minutes=45))
    nobody_came = factory.open_session(opened_at=opened)
    factory.marker(nobody_came, at=opened + timedelta(minutes=5))
    close_forgotten_sessions()
    for left in (session, nobody_came, anna, ben):
        left.refresh_from_db()
    assert session.closed_at == anna.left_at == ben.left_at == opened + timedelta(minutes=45)
    assert states(anna)[-2:] == [State.OFFLINE, State.LEFT]
    assert nobody_came.closed_at == opened + timedelta(minutes=5)


def test_an_empty_session_is_not_forgotten_during_a_break():
    session = factory.open_session(opened_at=timezone.now() - timedelta(hours=5))
    factory.participant(session, joined_at=session.opened_at).leave()
    close_forgotten_sessions()
    session.refresh_from_db()
    assert session.is_open


def test_a_code_is_free_again_after_the_session():
    first = factory.open_session()
    first.close()
    second = factory.open_session(course=first.course)
    second.join_code = first.join_code
    second.save()
    assert type(second).objects.with_code(first.join_code).get() == second


def test_a_receiver_that_fails_takes_a_signal_from_no_other(django_capture_on_commit_callbacks, caplog):
    told = []

    def fail(**_: object) -> None:
        raise redis.ConnectionError("Redis is away")

    def note(**_: object) -> None:
        told.append("the end")

    signal = Signal()
    signal.connect(fail)
    signal.connect(note)
    with django_capture_on_commit_callbacks(execute=True):
        send_after_commit(signal, ClassSession)
    assert told == ["the end"]
    assert "Redis is away" in caplog.text
