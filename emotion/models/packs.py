"""Copies of summaries that are over, five minutes to a value."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from classroom.models import ClassSession, Consent

from ..buckets import bucket_of
from .expiry import retention_limits

# Five minutes.
BUCKETS = 30


def pack_of(bucket: int) -> int:
    return bucket // BUCKETS


class PackedSummariesQuerySet(models.QuerySet["PackedSummaries"]):
    def expired(self, now: datetime) -> "PackedSummariesQuerySet":
        """Packs that may hold an expired reading."""
        expired = models.Q()
        for whose, long_ago in retention_limits(now):
            expired |= models.Q(
                whose, session__opened_at__lt=long_ago, pack__lte=pack_of(bucket_of(long_ago))
            )
        return self.filter(expired)

    def forget(self, session_id: object, packs: set[int]) -> None:
        """Whoever reads a pack of one consent relies on having those of all: they go together."""
        self.filter(session=session_id, pack__in=packs).delete()

    def forget_expired(self, now: datetime) -> None:
        """Delete expired packs in one statement: a day of a large school has ten thousand of them."""
        same = self.expired(now).filter(session=models.OuterRef("session"), pack=models.OuterRef("pack"))
        self.filter(models.Exists(same)).delete()


class PackedSummaries(models.Model):
    """Copies of one consent's summaries in five minutes that are over, as one value.

    A report reads a hundredth of the rows. Where a session has one of these for five minutes, it has them of
    all consents; emotion/packing.py makes and reads them. They are deleted as soon as a summary in them
    changes, and whoever finds none reads the summaries.
    """

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="packs")
    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="packs")
    # The number of five minutes, counted since 1970.
    pack = models.BigIntegerField()
    # A table of emotion.summary_tables.ROW, sorted by bucket.
    summaries = models.BinaryField()
    # [[recogniser, formula], ...] of the readings in them.
    made_by = models.JSONField()

    objects = PackedSummariesQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("packed summaries"), _("packed summaries")
        constraints = [models.UniqueConstraint(fields=["consent", "pack"], name="summaries_are_packed_once")]
        indexes = [models.Index(fields=["session", "pack"])]

    def __str__(self) -> str:
        return f"pack {self.pack} of consent {self.consent_id}"
