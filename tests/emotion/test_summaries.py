"""The summary of a bucket always agrees with its readings."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from classroom.models import Consent
from emotion.buckets import bucket_of
from emotion.models import BucketSummary, Reading
from emotion.tasks import erase_expired_readings
from tests import factory

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # on the border of a bucket


def unsaved(consent: Consent, second: float, *, score: float | None = None) -> Reading:
    seen = {"face": "none"} if score is None else {"face": "seen", "expression": "neutral", "score": score}
    probabilities = {} if score is None else {"neutral": score, "happiness": 1 - score}
    return Reading(
        consent=consent,
        session=consent.participant.session,
        sequence=round(second * 1000),
        taken_at=START + timedelta(seconds=second),
        **seen,
        **probabilities,
        **{name: 0.0 for name in ("surprise", "sadness", "anger", "disgust", "fear", "contempt") if score},
    )


def test_a_bucket_is_counted_and_averaged():
    consent = factory.consent()
    Reading.objects.add_consented([unsaved(consent, 1, score=0.2), unsaved(consent, 4, score=0.6)])
    Reading.objects.add_consented([unsaved(consent, 7)])
    summary = BucketSummary.objects.get()
    assert (summary.seen, summary.none, summary.bucket) == (2, 1, bucket_of(START))
    assert (summary.first, summary.last) == (START.timestamp() + 1, START.timestamp() + 7)
    assert (summary.score, summary.happiness) == (pytest.approx(0.4), pytest.approx(0.6))


def test_a_batch_that_comes_twice_counts_once():
    consent = factory.consent()
    for _ in range(2):
        Reading.objects.add_consented([unsaved(consent, 1, score=0.2), unsaved(consent, 4)])
    summary = BucketSummary.objects.get()
    assert (summary.seen, summary.none) == (1, 1)


def test_a_batch_over_two_buckets_of_two_students_makes_four_summaries():
    consents = [factory.consent(), factory.consent()]
    Reading.objects.add_consented(
        [unsaved(consent, second, score=0.5) for consent in consents for second in (9, 11)]
    )
    made = BucketSummary.objects.order_by("consent", "bucket").values_list("consent", "bucket", "seen")
    first = bucket_of(START)
    assert list(made) == [(consent.pk, first + n, 1) for consent in consents for n in (0, 1)]


def test_a_bucket_without_a_face_has_no_score():
    Reading.objects.add_consented([unsaved(factory.consent(), 1)])
    summary = BucketSummary.objects.get()
    assert (summary.score, summary.neutral, summary.none) == (None, None, 1)


def test_summaries_are_deleted_with_a_withdrawn_decision():
    consent = factory.consent()
    Reading.objects.add_consented([unsaved(consent, 1, score=0.2)])
    consent.participant.withdraw_consent()
    assert not BucketSummary.objects.exists()


@pytest.mark.parametrize(
    ("earlier", "later", "kept"), [("own_line", "class_only", 1), ("class_only", "own_line", 0)]
)
def test_summaries_move_with_their_readings_to_a_new_decision(earlier: str, later: str, kept: int):
    consent = factory.consent(level=earlier)
    Reading.objects.add_consented([unsaved(consent, 1, score=0.2)])
    new = consent.participant.give_consent(later, "text")
    assert new.summaries.count() == new.readings.count() == kept
    assert BucketSummary.objects.count() == kept


def test_a_summary_that_holds_an_expired_reading_is_erased_with_it(monkeypatch: pytest.MonkeyPatch):
    consent = factory.consent(factory.participant(factory.open_session(opened_at=START)))
    Reading.objects.add_consented([unsaved(consent, second, score=0.2) for second in (1, 8, 12)])
    monkeypatch.setattr(
        "emotion.tasks.timezone.now", lambda: START + settings.READING_RETENTION + timedelta(seconds=5)
    )
    erase_expired_readings()
    assert Reading.objects.count() == 2
    assert [summary.bucket for summary in BucketSummary.objects.all()] == [bucket_of(START) + 1]
