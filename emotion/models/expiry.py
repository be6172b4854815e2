"""Until when a reading is kept: as long as its consent promised, or less."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from classroom.models import Consent


def retention_limits(now: datetime) -> Iterator[tuple[Q, datetime]]:
    """Yield pairs of a condition on readings and the moment before which these have expired.

    The first pair holds for everybody and is the site's own retention. Each further pair is of the consents
    that promised a shorter one.
    """
    yield Q(), now - settings.READING_RETENTION
    for days in Consent.objects.shorter_retention_days():
        yield Q(consent__retention_days=days), now - timedelta(days=days)


class ErasureManager(models.Manager["Erasure"]):
    def record(self, at: datetime) -> None:
        self.update_or_create(pk=1, defaults={"at": at})

    def last_time(self) -> datetime | None:
        return self.values_list("at", flat=True).first()


class Erasure(models.Model):
    """One row: when the nightly task last had no expired reading left to delete."""

    at = models.DateTimeField()

    objects = ErasureManager()

    def __str__(self) -> str:
        return f"erased at {self.at:%Y-%m-%d %H:%M}"
