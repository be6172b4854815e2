"""Summaries of ten seconds of one consent's readings."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classroom.models import ClassSession, Consent
from emotion.vision.labels import EXPRESSIONS

from ..buckets import Cell, bucket_of
from ..summary_tables import COLUMNS, FACES, Table, table_of
from . import rows
from .expiry import retention_limits
from .expressions import Expressions
from .packs import PackedSummaries, pack_of

UNIQUE = ("consent", "bucket")
KEYS = ("consent", "session", "bucket")
VALUES = ("first", "last", *FACES, "score", "engagement_version", *EXPRESSIONS)
# Then five minutes are packed (emotion/packing.py): no reading comes so late.
SETTLED_AFTER = timedelta(minutes=2)
NO_EXPRESSION = (None,) * len(EXPRESSIONS)


class BucketSummaryQuerySet(models.QuerySet["BucketSummary"]):
    def expired(self, now: datetime) -> "BucketSummaryQuerySet":
        """Summaries that hold at least one expired reading."""
        expired = models.Q()
        for whose, long_ago in retention_limits(now):
            is_old = models.Q(session__opened_at__lt=long_ago, bucket__lte=bucket_of(long_ago))
            expired |= models.Q(whose, is_old, first__lt=long_ago.timestamp())
        return self.filter(expired)

    def tables(self, session_id: UUID) -> dict[int, Table]:
        """Return a session's summaries by consent, sorted by bucket."""
        rows = self.filter(session=session_id).order_by("consent_id", "bucket")
        by_consent = groupby(rows.values_list("consent_id", *COLUMNS).iterator(), key=itemgetter(0))
        return {consent: table_of(row[1:] for row in own) for consent, own in by_consent}

    def replace(self, summaries: Iterable[tuple[Cell, int, UUID, int]]) -> None:
        """Insert or replace summaries, each with its consent, session and bucket."""
        values = [
            (consent, rows.uuid(session), bucket, *_values(cell))
            for cell, consent, session, bucket in summaries
        ]
        rows.insert(BucketSummary, (*KEYS, *VALUES), values, rows.replace(BucketSummary, UNIQUE, VALUES))
        _forget_packs((session, bucket) for _consent, session, bucket, *_ in values)


def _forget_packs(written: Iterable[tuple[object, int]]) -> None:
    """Delete the packs of summaries that were written after their pack. A worker in time writes none."""
    settled = bucket_of(timezone.now() - SETTLED_AFTER / 2)
    late: dict[object, set[int]] = defaultdict(set)
    for session, bucket in written:
        if bucket < settled:
            late[session].add(pack_of(bucket))
    for session, packs in late.items():
        PackedSummaries.objects.forget(session, packs)


def _values(cell: Cell) -> tuple:
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
    """The readings of one consent in one bucket, summed up in the transaction that saves them.

    A class of 200 makes 720,000 readings an hour and 72,000 summaries: live page, report and CSV read these.
    """

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="summaries")
    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="summaries")
    bucket = models.BigIntegerField()
    # Seconds since 1970, as plain numbers: they are compared by the ten thousand and never shown.
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
    # The default is that of rows from before there was a second version.
    engagement_version = models.CharField(max_length=8, default="1")

    objects = BucketSummaryQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("bucket summary"), _("bucket summaries")
        constraints = [models.UniqueConstraint(fields=["consent", "bucket"], name="one_summary_per_bucket")]
        indexes = [models.Index(fields=["session", "bucket"])]

    def __str__(self) -> str:
        return f"bucket {self.bucket} of consent {self.consent_id}"
