"""What the network saw: readings, never frames."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Greatest

from classroom.models import ClassSession, Consent

from .labels import EXPRESSIONS

FACE_STATES = {
    "seen": "One face, read",
    "none": "No face in the picture",
    "several": "More than one face",
    "unsure": "A face, but the network was not sure",
    "too_dark": "Too dark to tell",
}
FACINGS = {
    "centre": "Towards the screen",
    "aside": "Slightly aside",
    "away": "Away",
    "eyes_closed": "Eyes closed",
}


class ReadingQuerySet(models.QuerySet):
    def expired(self, now: datetime):
        return self.filter(taken_at__lt=now - settings.READING_RETENTION)

    def add_consented(self, readings: Iterable["Reading"]) -> dict[int, ClassSession]:
        """Save those whose consent holds in an open session: these consents, each with its session.

        The consents are locked until the readings are in: who withdraws meanwhile waits, then finds and
        erases them. One that is gone already loses its own reading and nobody else's.
        """
        with transaction.atomic():
            kept = _hold_active({reading.consent_id for reading in readings})
            self.bulk_create(
                [reading for reading in readings if reading.consent_id in kept], ignore_conflicts=True
            )
        return kept


def _hold_active(consent_ids: set[int]) -> dict[int, ClassSession]:
    if not consent_ids:
        return {}
    active = Consent.objects.active().filter(
        pk__in=consent_ids, participant__left_at=None, participant__session__closed_at=None
    )
    # In one order, so that two workers never wait for each other.
    held = (
        active.select_related("participant__session")
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    return {consent.pk: consent.participant.session for consent in held}


class Reading(models.Model):
    """What the network saw in one frame. It cannot exist without a consent row, and goes with it."""

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="readings")
    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="readings")
    sequence = models.BigIntegerField()
    taken_at = models.DateTimeField()
    face = models.CharField(max_length=8, choices=FACE_STATES)
    facing = models.CharField(max_length=12, choices=FACINGS, blank=True)
    expression = models.CharField(max_length=10, choices=[(name, name) for name in EXPRESSIONS], blank=True)
    neutral = models.FloatField(null=True)
    happiness = models.FloatField(null=True)
    surprise = models.FloatField(null=True)
    sadness = models.FloatField(null=True)
    anger = models.FloatField(null=True)
    disgust = models.FloatField(null=True)
    fear = models.FloatField(null=True)
    contempt = models.FloatField(null=True)
    score = models.FloatField(null=True)
    recogniser_version = models.CharField(max_length=24)
    engagement_version = models.CharField(max_length=8)

    objects = ReadingQuerySet.as_manager()

    class Meta:
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

    @property
    def probabilities(self) -> dict[str, float | None]:
        return {name: getattr(self, name) for name in EXPRESSIONS}


class FrameTallyQuerySet(models.QuerySet):
    def add(self, session_id: UUID, counts: Mapping[str, int]) -> None:
        """Add what was counted since the last time; nothing if the session has been deleted meanwhile."""
        if not ClassSession.objects.filter(pk=session_id).exists():
            return
        self.get_or_create(session_id=session_id)
        # Never below 0: a restart of Redis loses a `taken` whose later correction arrives all the same.
        sums = {what: Greatest(models.F(what) + n, 0) for what, n in counts.items()}
        self.filter(session_id=session_id).update(**sums)


class FrameTally(models.Model):
    """What became of every frame that a session's students sent; see docs/architecture.md.

    received = refused + superseded + expired + taken, and those still waiting in their slots.
    taken = read + erased + lost: what left its slot, to a worker or because its student withdrew.
    """

    session = models.OneToOneField(ClassSession, on_delete=models.CASCADE, related_name="frame_tally")
    received = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    superseded = models.PositiveBigIntegerField(default=0)
    expired = models.PositiveBigIntegerField(default=0)
    taken = models.PositiveBigIntegerField(default=0)
    read = models.PositiveBigIntegerField(default=0)
    erased = models.PositiveBigIntegerField(default=0)

    objects = FrameTallyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.received} frames received, {self.read} read"

    @property
    def lost(self) -> int:
        """Taken by a worker that never came back with an answer. Never below 0: see FrameTallyQuerySet."""
        return max(0, self.taken - self.read - self.erased)
