from datetime import datetime

from django.conf import settings
from django.db import models

from classroom.models import ClassSession

from ..buckets import bucket_of

VALUES = ("mean", "low", "high", "mix", "covered")


class ToldStepQuerySet(models.QuerySet):
    def expired(self, now: datetime):
        """Nobody's readings can be left of these steps, so that nothing new can be told of them, either."""
        return self.filter(bucket__lt=bucket_of(now - settings.READING_RETENTION))

    def empty(self, now: datetime) -> None:
        """What it says goes with the first reading in it that expires; that it was told stays known."""
        self.filter(expires_at__lt=now, hidden=False).update(hidden=True, **dict.fromkeys(VALUES))


class ToldStep(models.Model):
    """What teachers were told of one bucket in which students counted who only count in the class.

    It is told again as it is, whoever withdraws or erases afterwards: from two numbers about groups that
    differ by one student, that student's reading follows.
    """

    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="told_steps")
    bucket = models.BigIntegerField()
    hidden = models.BooleanField()
    mean = models.FloatField(null=True)  # none: the number is that of own lines, which need no freezing
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    mix = models.JSONField(null=True)
    measured = models.PositiveSmallIntegerField()
    counted = models.PositiveSmallIntegerField()
    on = models.FloatField()  # seconds for which those who only count in the class had their camera on
    covered = models.FloatField(null=True)  # the share of these for which they were measured
    group = models.PositiveSmallIntegerField()  # how many of them `mean` holds, as it is told
    engagement_version = models.CharField(max_length=8, default="")  # of `mean`
    expires_at = models.DateTimeField()

    objects = ToldStepQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "bucket"], name="a_step_is_told_once")]

    def __str__(self) -> str:
        return f"bucket {self.bucket} of session {self.session_id}"
