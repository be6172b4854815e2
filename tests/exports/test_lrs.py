"""What a learning record store gets of a session, and what it is told to forget: a real server takes it."""

import base64
import logging
import socket
from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from classroom.models import ClassSession, Purpose
from exports import tasks
from exports.models import LrsDelivery, LrsStatement
from exports.models.lrs import BACKOFF
from exports.tasks import update_lrs, update_lrs_where_due
from tests import factory
from tests.dashboards import taught
from tests.exports.record_store import Store, said, send, told_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(store) -> ClassSession:
    return told_lesson()


def test_the_store_gets_what_can_be_downloaded(store, session):
    delivery = send(session.pk)
    assert store.valid == said(session)
    assert len(store.valid) == 3 + 3 + 2 + 2
    assert delivery.next_try_at is None
    path, headers, _batch = store.requests[0]
    assert path == "/xAPI/statements"
    assert headers["x-experience-api-version"] == "1.0.3"
    assert base64.b64decode(headers["authorization"].split()[1]) == b"classpulse:s3cret-of-the-store"


def test_it_is_sent_when_the_session_has_ended_and_not_before(
    store, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(update_lrs, "apply_async", lambda args, **_options: update_lrs(*args))
    with django_capture_on_commit_callbacks(execute=True):
        session = factory.open_session()
        factory.participant(session, "Ada")
    update_lrs_where_due()
    assert store.requests == []
    with django_capture_on_commit_callbacks(execute=True):
        session.close()
    assert store.valid == said(session) != {}


def test_large_sessions_go_in_batches(store, session, settings):
    settings.LRS_BATCH = 4
    send(session.pk)
    assert [len(batch) for _path, _headers, batch in store.requests] == [4, 4, 2]
    assert store.valid == said(session)


@pytest.mark.postgresql
def test_without_an_address_nothing_is_sent_or_planned(store, settings):
    settings.XAPI_LRS_URL = ""
    session = taught.lesson(students=1)
    assert not LrsDelivery.objects.exists()
    settings.XAPI_LRS_URL = store.url
    # Its students were not told.
    send(session.pk)
    assert store.requests == []


@pytest.mark.parametrize("purpose", [Purpose.EXAMPLE, Purpose.PRACTICE])
def test_invented_sessions_are_not_sent(store, purpose):
    session = taught.lesson(students=1, purpose=purpose)
    LrsDelivery.objects.create(session_id=session.pk)
    send(session.pk)
    assert store.requests == []


@pytest.mark.parametrize("status", [500, 401, 302])
def test_a_failure_is_tried_again_later_each_time_and_never_given_up(store, session, status):
    store.answers = [status] * 8
    for attempt in range(8):
        delivery = send(session.pk)
        pause = BACKOFF[min(attempt, len(BACKOFF) - 1)]
        assert abs(delivery.next_try_at - timezone.now() - pause) < timedelta(seconds=30)
        assert delivery.problem == f"it answered {status}"
    assert send(session.pk).next_try_at is None
    assert store.valid == said(session)
    # A redirect is not followed.
    assert len(store.requests) == 9


def test_a_store_that_is_silent_or_not_there_is_a_failure(store, session, settings):
    store.is_silent, settings.LRS_PATIENCE = True, 0.3
    assert send(session.pk).problem == "it did not answer in time"
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.XAPI_LRS_URL = f"http://127.0.0.1:{port}"
    assert send(session.pk).problem == "it could not be reached (ConnectionRefusedError)"
    settings.XAPI_LRS_URL = f"http://{'x' * 64}.example"
    assert send(session.pk).problem.startswith("it could not be reached")


def test_a_store_that_never_ends_its_answer_is_a_failure(store, session, settings):
    store.drips_every, settings.LRS_PATIENCE = 0.02, 0.3
    delivery = send(session.pk)
    assert (delivery.problem, delivery.attempts) == ("it did not answer in time", 1)
    store.drips_every = 0
    # It had taken them.
    assert send(session.pk).next_try_at is None
    assert store.valid == said(session)


def test_a_store_that_takes_few_at_once_gets_them_in_smaller_batches(store, session):
    store.most_at_once = 3
    assert send(session.pk).next_try_at is None
    assert store.valid == said(session)


def test_a_store_to_which_everything_is_too_large_is_asked_for_each_statement_once(store, session):
    store.most_at_once = 0
    delivery, count = send(session.pk), len(said(session))
    assert delivery.problem == f"it refused {count} statements"
    assert len(store.requests) == 2 * count - 1
    assert delivery.next_try_at - timezone.now() > timedelta(seconds=50)


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("asked", "minutes"), [("600", 10), ("1", 1), ("999999999", 720), ("9" * 50, 1), ("soon", 1), ("-5", 1)]
)
def test_a_store_is_left_alone_as_long_as_it_asks_for_and_not_for_ever(store, session, asked, minutes):
    other = taught.lesson(students=1)
    store.answers, store.headers = [429], {"Retry-After": asked}
    deliveries = [send(session.pk), LrsDelivery.objects.get(pk=other.pk)]
    assert deliveries[0].problem == "it answered 429"
    for delivery in deliveries:
        pause = delivery.next_try_at - timezone.now()
        assert abs(pause - timedelta(minutes=minutes)) < timedelta(seconds=30)


@pytest.mark.postgresql
@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>", b"{}", b"[]", b'["', b"\xff" * 200_000])
def test_a_server_that_is_no_store_has_taken_nothing(store, session, body):
    store.body = body
    delivery = send(session.pk)
    assert delivery.problem == "it answered 200, but not as a learning record store does"
    assert not delivery.statements.filter(has_arrived=True).exists()


def test_a_redirect_to_another_server_is_not_followed(store, session):
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(0)
        address = f"http://127.0.0.1:{inside.getsockname()[1]}/"
        store.answers, store.headers = [307], {"Location": address}
        assert send(session.pk).problem == "it answered 307"
        with pytest.raises(BlockingIOError):
            inside.accept()


@pytest.mark.postgresql
def test_a_store_that_is_down_is_asked_once_a_minute_and_not_for_each_session(store, session):
    others = [taught.lesson(students=1) for _number in range(3)]
    store.answers = [503] * 9
    send(session.pk)
    for other in others:
        update_lrs(str(other.pk))
    assert len(store.requests) == 1
    assert not LrsDelivery.objects.due(timezone.now()).exists()
    assert LrsDelivery.objects.due(timezone.now() + timedelta(minutes=2)).count() == 4


def test_what_arrived_before_a_failure_is_not_sent_again(store, session, settings):
    settings.LRS_BATCH = 4
    store.take = lambda batch: 503 if len(store.requests) == 2 else Store.take(store, batch)
    send(session.pk)
    assert len(store.kept) == 4
    send(session.pk)
    assert [len(batch) for _path, _headers, batch in store.requests] == [4, 4, 4, 2]
    assert store.valid == said(session)


@pytest.mark.postgresql
def test_what_a_killed_worker_had_sent_is_no_duplicate(store, session):
    """It was killed between the store's answer and the note of it, so everything is sent once more."""
    send(session.pk)
    first = dict(store.kept)
    LrsStatement.objects.update(has_arrived=False)
    LrsDelivery.objects.update(next_try_at=timezone.now())
    assert send(session.pk).next_try_at is None
    assert store.kept == first


def test_one_statement_that_the_store_refuses_keeps_no_other_back(store, session):
    bad = next(iter(said(session)))
    store.bad_ids = {bad}
    delivery = send(session.pk)
    assert set(store.valid) == set(said(session)) - {bad}
    assert delivery.problem == "it refused 1 statements"


@pytest.mark.postgresql
def test_beat_calls_a_worker_for_what_is_due_and_nothing_else(store, session, monkeypatch):
    called = []
    monkeypatch.setattr(update_lrs, "apply_async", lambda args, **_options: called.append(args[0]))
    later = taught.lesson(students=1)
    LrsDelivery.objects.filter(pk=later.pk).update(next_try_at=timezone.now() + timedelta(minutes=5))
    update_lrs_where_due()
    assert called == [str(session.pk)]


# --- what may be said about it --------------------------------------------------------------------------


def test_the_password_is_in_no_log_and_no_row(store, session, caplog, settings):
    caplog.set_level(logging.DEBUG)
    store.answers = [401]
    delivery = send(session.pk)
    assert "it answered 401" in caplog.text
    assert "s3cret-of-the-store" not in caplog.text + delivery.problem


def test_without_redis_beat_finds_the_session_later(store, session, monkeypatch, caplog):
    def unreachable(*_arguments, **_options):
        raise tasks.OperationalError("no Redis")

    monkeypatch.setattr(update_lrs, "apply_async", unreachable)
    tasks.call_lrs_worker(session.pk)
    assert "could not be called" in caplog.text
    assert LrsDelivery.objects.due(timezone.now()).exists()


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("", set()),
        ("https://lrs.example/xAPI", set()),
        ("http://ralph:8100/xAPI", {"exports.W001"}),
        ("https://user:pass@lrs.example/xAPI", {"exports.E001"}),
        ("lrs.example", {"exports.E001"}),
        ("https://lrs.example:x/", {"exports.E001"}),
        ("https://lrs.example/xAPI?store=1", {"exports.E001"}),
    ],
)
def test_a_wrong_address_is_found_at_the_start(settings, url, found):
    settings.XAPI_LRS_URL = url
    problems = [one for one in run_checks() if one.id in ("exports.E001", "exports.W001")]
    assert {one.id for one in problems} == found
    assert "pass" not in "".join(one.msg for one in problems).replace("password", "")
