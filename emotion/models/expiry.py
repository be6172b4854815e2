"""Until when a reading is kept: as was promised with the decision that it rests on, or less."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from classroom.models import Consent


def borders(now: datetime) -> Iterator[tuple[Q, datetime]]:
    """Whose readings from before which moment have expired. Everybody's after what the site keeps today;
    earlier those of decisions that were promised less."""
    yield Q(), now - settings.READING_RETENTION
    for days in Consent.objects.days_promised():
        yield Q(consent__retention_days=days), now - timedelta(days=days)


class ErasureManager(models.Manager):
    def note(self, at: datetime) -> None:
        self.update_or_create(pk=1, defaults={"at": at})

    def last(self) -> datetime | None:
        return self.values_list("at", flat=True).first()


class Erasure(models.Model):
    """When nothing that had expired was left for the last time: one row."""

    at = models.DateTimeField()

    objects = ErasureManager()

    def __str__(self) -> str:
        return f"erased at {self.at:%Y-%m-%d %H:%M}"
