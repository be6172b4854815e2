"""Readings: what was seen in each frame, saved under the lock of its consent."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from classroom.models import ClassSession, Consent
from emotion.vision.labels import EXPRESSIONS

from ..buckets import SUMMARISED, bucket_of, bucket_start, summarise
from . import rows
from .expiry import retention_limits
from .expressions import Expressions
from .summaries import BucketSummary

FACE_STATES = {
    "seen": _("One face, read"),
    "none": _("No face in the picture"),
    "several": _("More than one face"),
    "unsure": _("A face, but the network was not sure"),
    "too_dark": _("Too dark to tell"),
    "too_bright": _("Too bright to tell"),
    "still": _("The picture does not change"),
    "turned": _("The picture is turned"),
    "looking_down": _("Looking down"),
}
FACINGS = {
    "centre": _("Towards the screen"),
    "aside": _("Slightly aside"),
    "away": _("Away"),
    "eyes_closed": _("Eyes closed"),
}

UNCONVERTED = (
    "sequence",
    "face",
    "facing",
    "expression",
    *EXPRESSIONS,
    "score",
    "recogniser_version",
    "engagement_version",
)
_unconverted = attrgetter(*UNCONVERTED)
WRITTEN = ("consent", "session", "taken_at", *UNCONVERTED)


class ReadingQuerySet(models.QuerySet["Reading"]):
    def expired(self, now: datetime) -> "ReadingQuerySet":
        """Expired readings, found through the sessions that are old enough: no index begins with a time.

        PostgreSQL still reads the table in the last query of a night: half a second for three million rows.
        """
        expired = models.Q()
        for whose, long_ago in retention_limits(now):
            expired |= models.Q(whose, session__opened_at__lt=long_ago, taken_at__lt=long_ago)
        return self.filter(expired).order_by()

    def unexpired(self, now: datetime) -> "ReadingQuerySet":
        """Readings that may still be shown: the nightly task may not have deleted the others yet."""
        kept = models.Q()
        for whose, long_ago in retention_limits(now):
            is_young = models.Q(taken_at__gte=long_ago)
            kept &= ~whose | is_young if whose else is_young
        return self.filter(kept)

    def add_consented(self, readings: Iterable["Reading"]) -> dict[int, ClassSession]:
        """Save the readings whose consent is active in an open session that measures.

        Return these consents, each with its session. They are locked until the readings are saved: a student
        who withdraws meanwhile waits, and the withdrawal then erases these readings, too.
        """
        with transaction.atomic():
            kept = _lock_active({reading.consent_id for reading in readings})
            self.add_invented([reading for reading in readings if reading.consent_id in kept])
        return kept

    def add_invented(self, readings: Sequence["Reading"]) -> None:
        """Save readings of simulated students, in a session that may have ended, as if a worker had."""
        rows.insert(Reading, WRITTEN, _values(readings), rows.KEEP)
        self.sum_up(readings)

    def sum_up(self, readings: Iterable["Reading"]) -> None:
        """Write the summaries of all buckets that these readings fall into anew."""
        sessions = {reading.consent_id: reading.session_id for reading in readings}
        touched = {(reading.consent_id, bucket_of(reading.taken_at)) for reading in readings}
        rows_of = self._rows_by_bucket(touched) if touched else {}
        BucketSummary.objects.replace(
            (summarise(rows_of[consent, bucket]), consent, sessions[consent], bucket)
            for consent, bucket in sorted(touched & rows_of.keys())
        )

    def _rows_by_bucket(self, touched: set[tuple[int, int]]) -> dict[tuple[int, int], list[tuple]]:
        consents, buckets = zip(*touched, strict=True)
        start, end = bucket_start(min(buckets)), bucket_start(max(buckets) + 1)
        near = self.filter(consent__in=consents, taken_at__gte=start, taken_at__lt=end)
        rows_of = defaultdict(list)
        for consent, taken_at, *values in near.order_by().values_list("consent_id", *SUMMARISED):
            seconds = taken_at.timestamp()
            rows_of[consent, bucket_of(seconds)].append((seconds, *values))
        return rows_of


def _lock_active(consent_ids: set[int]) -> dict[int, ClassSession]:
    if not consent_ids:
        return {}
    active = Consent.objects.active().filter(
        pk__in=consent_ids, participant__left_at=None, participant__session__closed_at=None
    )
    # Locked in one order, so that two workers never wait for each other.
    locked = (
        active.annotate(of_session=models.F("participant__session"))
        .only("pk")
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    sessions_of = {consent.pk: consent.of_session for consent in locked}
    sessions = ClassSession.objects.select_related("approval").in_bulk(set(sessions_of.values()))
    # The approval of a mode may have ended since the frame was sent, or the teacher has paused all cameras.
    measuring = {pk: session for pk, session in sessions.items() if session.is_measuring}
    return {consent: measuring[pk] for consent, pk in sessions_of.items() if pk in measuring}


def _values(readings: Iterable["Reading"]) -> list[tuple]:
    """Return rows of the columns in WRITTEN, with the types that the database takes."""
    return [
        (
            reading.consent_id,
            rows.uuid(reading.session_id),
            rows.moment(reading.taken_at),
            *_unconverted(reading),
        )
        for reading in readings
    ]


class Reading(Expressions):
    """What the network saw in one frame. Deleting the consent deletes its readings."""

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="readings")
    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="readings")
    sequence = models.BigIntegerField()
    taken_at = models.DateTimeField()
    face = models.CharField(max_length=12, choices=FACE_STATES)
    facing = models.CharField(max_length=12, choices=FACINGS, blank=True)
    expression = models.CharField(max_length=10, choices=[(name, name) for name in EXPRESSIONS], blank=True)
    score = models.FloatField(null=True)
    recogniser_version = models.CharField(max_length=24)
    engagement_version = models.CharField(max_length=8)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("reading"), _("readings")
        ordering = ["taken_at"]
        constraints = [
            models.UniqueConstraint(fields=["consent", "sequence"], name="one_reading_per_frame"),
            models.CheckConstraint(
                condition=models.Q(face="seen", score__gte=0, score__lte=1) | models.Q(score=None),
                name="only_a_seen_face_has_a_score",
            ),
            models.CheckConstraint(
                condition=~models.Q(face="seen") | ~models.Q(expression=""),
                name="a_seen_face_has_an_expression",
            ),
        ]
        indexes = [models.Index(fields=["session", "taken_at"]), models.Index(fields=["consent", "taken_at"])]

    def __str__(self) -> str:
        return f"{self.expression or self.face} at {self.taken_at:%H:%M:%S}"
