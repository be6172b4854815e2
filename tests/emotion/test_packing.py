"""Packed summaries say the same as the rows that they are copies of, and go when one of these does."""

import math
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.conf import settings

from classroom.models import ClassSession, Consent
from emotion.buckets import bucket_of
from emotion.models import BucketSummary, PackedSummaries, Reading
from emotion.packing import pack_session, pack_sessions, read_tables, read_versions
from emotion.summary_tables import ROW, table_of
from emotion.tasks import erase_expired_readings
from tests import factory

pytestmark = pytest.mark.django_db

# Five minutes begin here.
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
AFTER = START + timedelta(minutes=20)


def reading(consent: Consent, second: float, *, recogniser: str = "a") -> Reading:
    seen = {"face": "seen", "expression": "neutral", "score": 0.3, "neutral": 0.4, "happiness": 0.6}
    others = dict.fromkeys(("surprise", "sadness", "anger", "disgust", "fear", "contempt"), 0.0)
    values = {"face": "none"} if second % 20 > 10 else {**seen, **others}
    return Reading(
        consent=consent,
        session=consent.participant.session,
        sequence=round(second * 1000),
        taken_at=START + timedelta(seconds=second),
        recogniser_version=recogniser,
        engagement_version="3",
        **values,
    )


@pytest.fixture
def session() -> ClassSession:
    return factory.open_session(opened_at=START)


@pytest.fixture
def consents(session: ClassSession) -> list[Consent]:
    """Of two students, with readings in eleven minutes."""
    found = [factory.consent(factory.participant(session), level="own_line") for _ in range(2)]
    Reading.objects.add_consented([reading(one, second) for one in found for second in range(3, 660, 13)])
    return found


def as_lists(session: ClassSession, **options) -> dict[int, list]:
    return {key: repr(table.tolist()) for key, table in sorted(read_tables(session.pk, **options).items())}


def test_packs_say_the_same_as_the_summaries(session, consents):
    before, later = as_lists(session), as_lists(session, since=bucket_of(START) + 17)
    pack_session(session, AFTER)
    assert PackedSummaries.objects.count() == 6
    assert (as_lists(session), as_lists(session, since=bucket_of(START) + 17)) == (before, later)
    BucketSummary.objects.all().delete()
    assert as_lists(session) == before


def test_what_a_class_still_measures_is_read_from_its_summaries(session, consents):
    before = as_lists(session)
    pack_session(session, START + timedelta(minutes=11))
    assert set(PackedSummaries.objects.values_list("pack", flat=True)) == {bucket_of(START) // 30}
    assert as_lists(session) == before


def test_five_minutes_in_which_nothing_was_measured_are_no_pack(session, consents):
    Reading.objects.add_consented([reading(consents[0], 1900)])
    before = as_lists(session)
    pack_session(session, START + timedelta(hours=1))
    assert PackedSummaries.objects.count() == 7
    assert as_lists(session) == before


def test_a_student_whose_readings_are_all_older_than_what_is_asked_for_is_not_there(session, consents):
    gone = factory.consent(factory.participant(session))
    Reading.objects.add_consented([reading(gone, 5)])
    pack_session(session, AFTER)
    assert gone.pk not in read_tables(session.pk, since=bucket_of(START) + 17)


@pytest.mark.parametrize(("ended", "packs"), [(None, 6), (timedelta(hours=23), 6), (timedelta(hours=25), 0)])
def test_classes_that_run_or_ended_lately_are_packed(ended, packs, session, consents):
    now = AFTER + timedelta(days=2)
    ClassSession.objects.filter(pk=session.pk).update(closed_at=ended and now - ended)
    pack_sessions(now)
    assert PackedSummaries.objects.count() == packs


def test_packing_again_changes_nothing(session, consents):
    pack_session(session, AFTER)
    packs = set(PackedSummaries.objects.values_list("pk"))
    pack_session(session, AFTER)
    assert set(PackedSummaries.objects.values_list("pk")) == packs


def test_packs_go_with_their_session(session, consents):
    pack_session(session, AFTER)
    session.erase()
    assert not PackedSummaries.objects.exists()


def test_packs_have_the_layout_that_the_code_reads():
    """If not: empty PackedSummaries in a migration, as packs in databases have the former layout."""
    assert sha256(repr(ROW.descr).encode()).hexdigest()[:12] == "0d15f7d9d4e0"


def test_a_reading_that_is_saved_late_is_not_missed(session, consents):
    pack_session(session, AFTER)
    Reading.objects.add_consented([reading(consents[0], 301)])
    assert PackedSummaries.objects.count() == 4
    packed = as_lists(session)
    PackedSummaries.objects.all().delete()
    assert packed == as_lists(session)


def test_who_withdraws_leaves_nothing_in_a_pack(session, consents):
    pack_session(session, AFTER)
    consents[0].participant.withdraw_consent()
    assert set(PackedSummaries.objects.values_list("consent", flat=True)) == {consents[1].pk}
    assert list(read_tables(session.pk)) == [consents[1].pk]


def test_who_erases_themselves_leaves_nothing_in_a_pack(session, consents):
    pack_session(session, AFTER)
    consents[0].participant.erase()
    assert set(PackedSummaries.objects.values_list("consent", flat=True)) == {consents[1].pk}


def test_packs_move_with_their_readings_to_a_new_decision(session, consents):
    pack_session(session, AFTER)
    new = consents[0].participant.give_consent("class_only", "text")
    assert new.packs.count() == 3
    assert set(read_tables(session.pk)) == {new.pk, consents[1].pk}


def test_a_pack_goes_with_its_first_reading_that_expires(session, consents, monkeypatch):
    pack_session(session, AFTER)
    # Of one of them sooner than of the other.
    Consent.objects.filter(pk=consents[0].pk).update(retention_days=1)
    now = START + timedelta(days=1, minutes=6)
    monkeypatch.setattr("emotion.tasks.timezone.now", lambda: now)
    erase_expired_readings()
    assert set(PackedSummaries.objects.values_list("pack", flat=True)) == {bucket_of(START) // 30 + 2}
    pack_session(session, now)
    assert set(PackedSummaries.objects.values_list("pack", flat=True)) == {bucket_of(START) // 30 + 2}
    tables = read_tables(session.pk)
    assert tables[consents[0].pk]["bucket"].min() == bucket_of(START) + 36
    assert tables[consents[1].pk]["bucket"].min() == bucket_of(START)


def test_versions_are_those_of_packs_and_of_what_is_not_packed(session, consents):
    Reading.objects.add_consented([reading(consents[1], 601, recogniser="b")])
    for recogniser, consent in (("a", consents[0]), ("b", consents[1])):
        Reading.objects.add_consented([reading(consent, 1150, recogniser=recogniser)])
    both = [consent.pk for consent in consents]
    for _ in range(2):
        assert read_versions(session, both, AFTER) == [("a", "3"), ("b", "3")]
        assert read_versions(session, both[:1], AFTER) == [("a", "3")]
        pack_session(session, AFTER)
    long_after = AFTER + settings.READING_RETENTION
    assert read_versions(session, both, long_after) == []


def test_a_summary_without_a_score_has_none_in_a_table():
    (row,) = table_of([(5, 1.0, 2.0, 0, 3, *[0] * 7, "3", *[None] * 9)])
    assert math.isnan(row["score"])
    assert list(row["faces"][:2]) == [0, 3]
