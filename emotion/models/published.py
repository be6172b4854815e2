"""Steps of a class with class-only students, as teachers saw them once."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from classroom.models import ClassSession

from ..buckets import bucket_of

VALUES = ("mean", "low", "high", "mix", "covered")


class PublishedBucketQuerySet(models.QuerySet["PublishedBucket"]):
    def expired(self, now: datetime) -> "PublishedBucketQuerySet":
        """Buckets of which no reading is left, so that nothing new can be published of them, either."""
        return self.filter(bucket__lt=bucket_of(now - settings.READING_RETENTION))

    def empty(self, now: datetime) -> None:
        """Remove the values once the first reading in a bucket has expired; the row stays."""
        # A row whose number was withheld may still have its coverage.
        expired = self.filter(expires_at__lt=now).exclude(hidden=True, covered=None)
        expired.update(hidden=True, **dict.fromkeys(VALUES))


class PublishedBucket(models.Model):
    """What teachers saw of one bucket that contains class-only students.

    The numbers never change until they expire, even if a student withdraws or erases: the difference between
    two numbers about groups that differ by one student would reveal that student's reading.
    """

    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="published_buckets")
    bucket = models.BigIntegerField()
    # Whether the values were withheld or have expired.
    hidden = models.BooleanField()
    # NULL: the number comes from own lines alone, which need no freezing.
    mean = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    mix = models.JSONField(null=True)
    measured = models.PositiveSmallIntegerField()
    counted = models.PositiveSmallIntegerField()
    # Seconds for which class-only students had their camera on.
    on = models.FloatField()
    # The share of these seconds for which they were measured.
    covered = models.FloatField(null=True)
    # About how many class-only students are in the mean: with secret noise, and of few the smallest group.
    group = models.PositiveSmallIntegerField()
    # The formula that made the mean.
    engagement_version = models.CharField(max_length=8, default="")
    expires_at = models.DateTimeField()

    objects = PublishedBucketQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("published average"), _("published averages")
        db_table = "emotion_toldstep"
        constraints = [
            models.UniqueConstraint(fields=["session", "bucket"], name="a_bucket_is_published_once")
        ]

    def __str__(self) -> str:
        return f"bucket {self.bucket} of session {self.session_id}"
