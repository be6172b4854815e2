"""Readings and consents: saved under a lock, deleted on withdrawal, erased when they expire."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from classroom.events import consent_erased
from classroom.models import Consent
from emotion import tasks
from emotion.models import BucketSummary, Reading, rows
from emotion.vision.labels import EXPRESSIONS
from emotion.vision.states import FaceState, Facing
from tests import factory
from tests.waiting import SOON

pytestmark = pytest.mark.django_db

TAKEN_AT = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


def test_expired_readings_are_erased(settings) -> None:
    consent, border = old_consent(), timezone.now() - settings.READING_RETENTION
    factory.reading(consent, taken_at=border - timedelta(minutes=1))
    young = factory.reading(consent, taken_at=border + timedelta(minutes=1))
    tasks.erase_expired_readings()
    assert list(Reading.objects.all()) == [young]


def test_frames_do_not_wait_for_millions_of_expired_readings(
    settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task deletes a few rows at a time, and after a while queues itself again behind other tasks."""
    monkeypatch.setattr(tasks, "ERASED_AT_ONCE", 2)
    monkeypatch.setattr(tasks, "AT_A_STRETCH", 0)
    again = []
    monkeypatch.setattr(tasks.erase_expired_readings, "delay", lambda: again.append(1))
    consent = old_consent()
    for minutes in range(7):
        factory.reading(
            consent, taken_at=timezone.now() - settings.READING_RETENTION - timedelta(minutes=minutes)
        )
    tasks.erase_expired_readings()
    assert (len(again), BucketSummary.objects.count(), Reading.objects.count()) == (1, 5, 7)
    while Reading.objects.exists():
        tasks.erase_expired_readings()
    assert not BucketSummary.objects.exists()
    assert len(again) == 8  # a stretch for each two of seven summaries and of seven readings


def old_consent() -> Consent:
    long_ago = timezone.now() - timedelta(days=60)
    return factory.consent(factory.participant(factory.open_session(opened_at=long_ago)))


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_while_a_batch_is_saved_waits_and_deletes_its_readings() -> None:
    """The withdrawal waits for the open transaction that has inserted the reading, and then deletes it."""
    going, staying = factory.consent(), factory.consent()
    readings = [unsaved_reading(going), unsaved_reading(staying)]
    with ThreadPoolExecutor(1) as student:
        with transaction.atomic():
            Reading.objects.add_consented(readings)
            withdrawal = student.submit(in_a_connection_of_its_own, going.participant.withdraw_consent)
            with pytest.raises(TimeoutError):
                withdrawal.result(timeout=0.5)  # waits for the batch
        withdrawal.result(timeout=SOON)
    assert [reading.consent for reading in Reading.objects.all()] == [staying]


def test_a_withdrawal_that_cannot_delete_everything_changes_nothing() -> None:
    consent = factory.consent()
    factory.reading(consent)

    def fail(**_: object) -> None:
        raise DatabaseError("The disk is full.")

    consent_erased.connect(fail)
    try:
        with pytest.raises(DatabaseError), transaction.atomic():
            consent.participant.withdraw_consent()
    finally:
        consent_erased.disconnect(fail)
    assert Consent.objects.active().count() == Reading.objects.count() == 1


def test_a_reading_comes_back_as_it_was_made() -> None:
    consent = factory.consent()
    made = unsaved_reading(consent)
    made.taken_at += timedelta(microseconds=123_456)
    made.face, made.facing, made.expression, made.score = FaceState.SEEN, Facing.ASIDE, "fear", 0.1
    for place, name in enumerate(EXPRESSIONS):
        setattr(made, name, place / 28)
    Reading.objects.add_consented([made])
    fields = [field.attname for field in Reading._meta.concrete_fields if not field.primary_key]
    assert Reading.objects.values_list(*fields).get() == tuple(getattr(made, name) for name in fields)


def test_a_batch_may_be_larger_than_one_statement() -> None:
    consents = [factory.consent() for _ in range(rows.AT_ONCE + 1)]
    Reading.objects.add_consented([unsaved_reading(consent) for consent in consents])
    assert Reading.objects.count() == BucketSummary.objects.count() == len(consents)


def unsaved_reading(consent: Consent) -> Reading:
    return Reading(
        consent=consent,
        session=consent.participant.session,
        sequence=1,
        taken_at=TAKEN_AT,
        face="none",
        recogniser_version="test",
        engagement_version="1",
    )


def in_a_connection_of_its_own(act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        connection.close()
