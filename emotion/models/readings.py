from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from classroom.models import ClassSession, Consent

from ..buckets import SUMMARISED, bucket_of, bucket_start, summarise
from ..labels import EXPRESSIONS
from . import rows
from .expiry import borders
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

AS_THEY_ARE = (
    "sequence",
    "face",
    "facing",
    "expression",
    *EXPRESSIONS,
    "score",
    "recogniser_version",
    "engagement_version",
)
_as_they_are = attrgetter(*AS_THEY_ARE)
WRITTEN = ("consent", "session", "taken_at", *AS_THEY_ARE)


class ReadingQuerySet(models.QuerySet):
    def expired(self, now: datetime):
        """Through the sessions that are old enough, for no index leads to a time.

        PostgreSQL reads the table all the same in the last look of a night: half a second for three million.
        """
        expired = models.Q()
        for whose, long_ago in borders(now):
            expired |= models.Q(whose, session__opened_at__lt=long_ago, taken_at__lt=long_ago)
        return self.filter(expired).order_by()

    def unexpired(self, now: datetime):
        """What may still be shown: the nightly task may not have come to the rest yet."""
        kept = models.Q()
        for whose, long_ago in borders(now):
            is_young = models.Q(taken_at__gte=long_ago)
            kept &= ~whose | is_young if whose else is_young
        return self.filter(kept)

    def add_consented(self, readings: Iterable["Reading"]) -> dict[int, ClassSession]:
        """Save those whose consent holds in an open session with cameras: these consents and their sessions.

        The consents are locked until the readings are in: who withdraws meanwhile waits, then finds and
        erases them. One that is gone already loses its own reading and nobody else's.
        """
        with transaction.atomic():
            kept = _hold_active({reading.consent_id for reading in readings})
            added = [reading for reading in readings if reading.consent_id in kept]
            rows.insert(Reading, WRITTEN, _values(added), rows.KEEP)
            self.sum_up(added)
        return kept

    def sum_up(self, readings: Iterable["Reading"]) -> None:
        """Make the buckets that these readings fall into say what all their readings say now."""
        sessions = {reading.consent_id: reading.session_id for reading in readings}
        touched = {(reading.consent_id, bucket_of(reading.taken_at)) for reading in readings}
        read = self._by_bucket(touched) if touched else {}
        BucketSummary.objects.replace(
            (summarise(read[consent, bucket]), consent, sessions[consent], bucket)
            for consent, bucket in sorted(touched & read.keys())
        )

    def _by_bucket(self, touched: set[tuple[int, int]]) -> dict[tuple[int, int], list[tuple]]:
        consents, buckets = zip(*touched, strict=True)
        period = (bucket_start(min(buckets)), bucket_start(max(buckets) + 1))
        near = self.filter(consent__in=consents, taken_at__gte=period[0], taken_at__lt=period[1])
        read = defaultdict(list)
        for consent, taken_at, *said in near.order_by().values_list("consent_id", *SUMMARISED):
            seconds = taken_at.timestamp()
            read[consent, bucket_of(seconds)].append((seconds, *said))
        return read


def _hold_active(consent_ids: set[int]) -> dict[int, ClassSession]:
    if not consent_ids:
        return {}
    active = Consent.objects.active().filter(
        pk__in=consent_ids, participant__left_at=None, participant__session__closed_at=None
    )
    # In one order, so that two workers never wait for each other.
    held = (
        active.annotate(of_session=models.F("participant__session"))
        .only("pk")
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    sessions_of = {consent.pk: consent.of_session for consent in held}
    sessions = ClassSession.objects.select_related("approval").in_bulk(set(sessions_of.values()))
    # The approval of a mode may end at any moment, and with it the reason to keep anything.
    filmed = {pk: session for pk, session in sessions.items() if session.uses_camera}
    return {consent: filmed[pk] for consent, pk in sessions_of.items() if pk in filmed}


def _values(readings: Iterable["Reading"]) -> list[tuple]:
    """As WRITTEN, the way the database takes them."""
    return [
        (
            reading.consent_id,
            rows.uuid(reading.session_id),
            rows.moment(reading.taken_at),
            *_as_they_are(reading),
        )
        for reading in readings
    ]


class Reading(Expressions):
    """What the network saw in one frame. It cannot exist without a consent row, and goes with it."""

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
