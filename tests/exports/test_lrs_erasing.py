"""What students erase is voided in a learning record store, whoever sends at that moment."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from classroom.models import ClassSession
from exports import lrs
from exports.models import LrsDelivery, LrsStatement, Superseded
from exports.tasks import update_lrs
from exports.xapi import VOIDED, pseudonym
from tests.exports.record_store import said, send, told_lesson
from tests.waiting import SOON

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def session(store) -> ClassSession:
    return told_lesson()


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


@pytest.mark.any_database
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

    def step_and_erase(*arguments, **options):
        done = step(*arguments, **options)
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
