from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import models

from classroom.models import ClassSession, Consent

from ..buckets import Cell, bucket_of
from ..labels import EXPRESSIONS
from ..states import FaceState
from . import rows
from .expiry import borders
from .expressions import Expressions

FACES = tuple(str(face) for face in FaceState)
UNIQUE = ("consent", "bucket")
WHOSE = ("consent", "session", "bucket")
SAID = ("first", "last", *FACES, "score", "engagement_version", *EXPRESSIONS)
NO_EXPRESSION = (None,) * len(EXPRESSIONS)


class BucketSummaryQuerySet(models.QuerySet):
    def expired(self, now: datetime):
        """Those that hold at least one reading that has expired."""
        expired = models.Q()
        for whose, long_ago in borders(now):
            is_old = models.Q(session__opened_at__lt=long_ago, bucket__lte=bucket_of(long_ago))
            expired |= models.Q(whose, is_old, first__lt=long_ago.timestamp())
        return self.filter(expired)

    def replace(self, summaries: Iterable[tuple[Cell, int, UUID, int]]) -> None:
        """Each of a consent, its session and a bucket."""
        values = [
            (consent, rows.uuid(session), bucket, *_said(cell))
            for cell, consent, session, bucket in summaries
        ]
        rows.insert(BucketSummary, (*WHOSE, *SAID), values, rows.replace(BucketSummary, UNIQUE, SAID))


def _said(cell: Cell) -> tuple:
    counts = (cell.faces.get(face, 0) for face in FACES)
    return (
        cell.first,
        cell.last,
        *counts,
        cell.score,
        cell.engagement_version,
        *(cell.probabilities or NO_EXPRESSION),
    )


class BucketSummary(Expressions):
    """What one consent's readings say about one bucket, written with them in one transaction.

    A class of 200 makes 720,000 readings an hour and 72,000 of these: live page, report and CSV read them.
    """

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="summaries")
    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="summaries")
    bucket = models.BigIntegerField()
    # Seconds since 1970 as plain numbers: they are compared by the ten thousand and never shown.
    first = models.FloatField()
    last = models.FloatField()
    seen = models.PositiveSmallIntegerField()
    none = models.PositiveSmallIntegerField()
    several = models.PositiveSmallIntegerField()
    unsure = models.PositiveSmallIntegerField()
    too_dark = models.PositiveSmallIntegerField()
    too_bright = models.PositiveSmallIntegerField(default=0)
    still = models.PositiveSmallIntegerField(default=0)
    turned = models.PositiveSmallIntegerField(default=0)
    looking_down = models.PositiveSmallIntegerField(default=0)
    score = models.FloatField(null=True)
    engagement_version = models.CharField(
        max_length=8, default="1"
    )  # the first, of rows from before the second

    objects = BucketSummaryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "bucket summaries"
        constraints = [models.UniqueConstraint(fields=["consent", "bucket"], name="one_summary_per_bucket")]
        indexes = [models.Index(fields=["session", "bucket"])]

    def __str__(self) -> str:
        return f"bucket {self.bucket} of consent {self.consent_id}"
