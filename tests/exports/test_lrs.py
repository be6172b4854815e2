"""What a learning record store gets of a session, and what it is told to forget: a real server takes it."""

import base64
import json
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.checks import run_checks
from django.db import connection, transaction
from django.utils import timezone

from classroom.models import ClassSession, Purpose
from dashboards.report.report import Report
from exports import lrs, tasks
from exports.models import LrsDelivery, LrsStatement, Superseded
from exports.models.lrs import BACKOFF
from exports.tasks import update_lrs, update_lrs_where_due
from exports.xapi import VOIDED, pseudonym, xapi_document
from tests import factory
from tests.dashboards import taught
from tests.waiting import SOON

pytestmark = pytest.mark.django_db


class Store(ThreadingHTTPServer):
    """It keeps statements as the xAPI specification has it: a batch is taken as a whole, an id only once."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.kept: dict[str, dict] = {}
        self.requests: list[tuple[str, dict[str, str], list[dict]]] = []
        # Answers to the next requests instead of its own.
        self.answers: list[int] = []
        self.bad_ids: set[str] = set()
        self.is_silent = False
        self.stop = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/xAPI"

    @property
    def voided(self) -> set[str]:
        return {one["object"]["id"] for one in self.kept.values() if one["verb"]["id"] == VOIDED}

    @property
    def valid(self) -> dict[str, dict]:
        """What somebody who reads the store finds."""
        hidden = self.voided
        return {pk: one for pk, one in self.kept.items() if pk not in hidden and one["verb"]["id"] != VOIDED}

    def take(self, batch: list[dict]) -> int:
        if self.answers:
            return self.answers.pop(0)
        if self.bad_ids & {one["id"] for one in batch}:
            return 400
        if any(one["id"] in self.kept for one in batch):
            return 409
        self.kept |= {one["id"]: one for one in batch}
        return 200


class _Handler(BaseHTTPRequestHandler):
    server: Store

    def do_POST(self) -> None:
        batch = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.path, headers, batch))
        if self.server.is_silent:
            self.server.stop.wait(30)
            return
        status = self.server.take(batch)
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running_store() -> Iterator[Store]:
    with Store() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.stop.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def store(settings) -> Iterator[Store]:
    with running_store() as server:
        settings.XAPI_LRS_URL = server.url
        settings.XAPI_LRS_USER, settings.XAPI_LRS_PASSWORD = "classpulse", "s3cret-of-the-store"
        settings.LRS_PATIENCE = 5
        yield server


@pytest.fixture
def session(store) -> ClassSession:
    session = taught.lesson(students=3)
    question = taught.ask(session, text="Which?")
    taught.answer(question, {"chosen": [0]}, {"chosen": [1]}, None)
    taught.answer(taught.ask(session, is_anonymous=True, at=900), *[{"chosen": [0]}] * 3)
    return session


def send(session_id) -> LrsDelivery | None:
    """Let a worker run, as if the time for it had come."""
    LrsDelivery.objects.filter(pk=session_id).exclude(next_try_at=None).update(next_try_at=timezone.now())
    update_lrs(str(session_id))
    return LrsDelivery.objects.filter(pk=session_id).first()


def said(session: ClassSession) -> dict[str, dict]:
    """What the page *Downloads* says."""
    fresh = ClassSession.objects.get(pk=session.pk)
    document = json.loads(xapi_document(Report.of(fresh, timezone.now())))
    return {one["id"]: one for one in document}


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


def test_beat_calls_a_worker_for_what_is_due_and_nothing_else(store, session, monkeypatch):
    called = []
    monkeypatch.setattr(update_lrs, "apply_async", lambda args, **_options: called.append(args[0]))
    later = taught.lesson(students=1)
    LrsDelivery.objects.filter(pk=later.pk).update(next_try_at=timezone.now() + timedelta(minutes=5))
    update_lrs_where_due()
    assert called == [str(session.pk)]


# --- what is taken back ---------------------------------------------------------------------------------


def test_the_statements_of_somebody_who_erases_are_voided(store, session):
    send(session.pk)
    first = session.participants.order_by("joined_at", "display_name").first()
    name = pseudonym(first.pk)
    mine = {pk for pk, one in store.kept.items() if one["actor"]["account"]["name"] == name}
    first.erase()
    assert send(session.pk).next_try_at is None
    assert store.voided == mine
    assert len(mine) == 3
    assert store.valid == said(session)
    assert not LrsStatement.objects.filter(pk__in=mine).exists()


def test_voiding_is_planned_in_the_transaction_that_erases(store, session):
    send(session.pk)
    session.participants.first().delete()
    delivery = LrsDelivery.objects.get()
    assert delivery.next_try_at <= timezone.now()
    assert delivery.attempts == 0


def erased_statements(store, session) -> list[dict]:
    send(session.pk)
    session.participants.first().erase()
    send(session.pk)
    return [one for one in store.kept.values() if one["verb"]["id"] == VOIDED]


@pytest.mark.slow
def test_a_voiding_statement_is_one_of_xapi(store, session):
    from ralph.models.xapi.base.statements import BaseXapiStatement

    for one in erased_statements(store, session):
        BaseXapiStatement(**one)


def test_a_voiding_statement_says_no_name(store, session):
    voidings = erased_statements(store, session)
    assert len(voidings) == 3
    for one in voidings:
        assert set(one) == {"id", "actor", "verb", "object"}
        assert one["actor"]["account"]["name"] == "classpulse"


def test_a_deleted_session_is_voided_as_a_whole_and_then_forgotten(store, session):
    send(session.pk)
    # Django takes the id from a deleted object.
    sent, session_id = set(store.valid), session.pk
    session.erase()
    store.answers = [503]
    assert send(session_id).problem == "it answered 503"
    assert send(session_id) is None
    assert store.voided == sent
    assert not LrsStatement.objects.exists()


def test_a_deleted_course_voids_its_sessions(store, session):
    send(session.pk)
    session.course.delete()
    send(session.pk)
    assert len(store.voided) == 10
    assert store.valid == {}


def test_a_deleted_question_is_voided_with_its_answers(store, session):
    send(session.pk)
    session.questions.order_by("opened_at").first().delete()
    send(session.pk)
    assert store.valid == said(session)


@pytest.mark.parametrize(("moment", "requests"), [("_statements_of", 0), ("post", 1)])
def test_somebody_who_erases_while_a_worker_sends_is_voided(
    store, session, settings, monkeypatch, moment, requests
):
    """Once after the statements were computed, and once after the first of three batches."""
    settings.LRS_BATCH = 4
    victim, step = session.participants.order_by("joined_at", "display_name").first(), getattr(lrs, moment)
    name = pseudonym(victim.pk)

    def step_and_erase(*arguments):
        done = step(*arguments)
        done = done if moment == "post" else list(done)
        victim.erase()
        return done

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(lrs, moment, step_and_erase)
        update_lrs(str(session.pk))
    assert len(store.requests) == requests
    assert send(session.pk).next_try_at is None
    assert name not in json.dumps(store.valid)
    assert store.valid == said(session)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_computed_before_the_erasure_was_committed_sends_nothing(store, session, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("on SQLite nobody else writes during a transaction")
    victim, compute = session.participants.first(), lrs._statements_of
    has_computed, is_erasing = threading.Event(), threading.Event()

    def compute_and_wait(delivery: LrsDelivery) -> list[dict]:
        computed = list(compute(delivery))
        has_computed.set()
        assert is_erasing.wait(SOON)
        return computed

    def work() -> None:
        update_lrs(str(session.pk))
        connection.close()

    monkeypatch.setattr(lrs, "_statements_of", compute_and_wait)
    with ThreadPoolExecutor(1) as worker:
        done = worker.submit(work)
        assert has_computed.wait(SOON)
        with transaction.atomic():
            victim.erase()
            # From here on the worker waits for the row that this transaction has changed.
            is_erasing.set()
        done.result(SOON)
    assert store.requests == []
    assert LrsDelivery.objects.due(timezone.now()).exists()


def test_two_workers_never_hold_the_same_session(store, session):
    now = timezone.now()
    first = LrsDelivery.objects.claim(session.pk, now)
    assert LrsDelivery.objects.claim(session.pk, now) is None
    # As if the first had been killed.
    LrsDelivery.objects.update(next_try_at=now)
    assert LrsDelivery.objects.claim(session.pk, now)
    with pytest.raises(Superseded):
        first.hold()


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
