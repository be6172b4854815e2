"""Decisions to use the camera."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import events

# Each decision names the text it was about: raise the version with every change of what
# templates/classroom/_consent_text.html says.
CONSENT_TEXT_VERSION = "2026-11-27.4"


class TooManyDecisions(Exception):
    """A participant has changed their decision too often in a short time."""


class ConsentQuerySet(models.QuerySet["Consent"]):
    def active(self) -> Self:
        return self.filter(withdrawn_at=None)

    def refuse_too_many(self, now: datetime) -> None:
        """Raise TooManyDecisions if one participant, whose row is locked, has reached a limit.

        A script would make thousands of rows, and every page reads them all.
        """
        limits = (
            (timedelta(minutes=1), settings.DECISIONS_PER_MINUTE),
            (timedelta(hours=1), settings.DECISIONS_PER_HOUR),
        )
        for period, most in limits:
            if self.filter(given_at__gt=now - period).count() >= most:
                raise TooManyDecisions

    def with_reading_count(self, now: datetime) -> Self:
        """Annotate `reading_count`: readings that are still kept.

        Expired ones are not counted, although the nightly task may not have deleted them yet.
        """
        kept = models.Q()
        for days in set(self.order_by().values_list("retention_days", flat=True)):
            since = now - kept_for(days)
            kept |= models.Q(retention_days=days, readings__taken_at__gte=since)
        return self.annotate(reading_count=models.Count("readings", filter=kept))

    def shorter_retention_days(self) -> list[int]:
        """Return the retention, in days, of those decisions that promised a shorter one than the site's."""
        shorter = self.filter(retention_days__lt=settings.READING_RETENTION.days).order_by()
        return sorted(shorter.values_list("retention_days", flat=True).distinct())


def kept_for(days: int) -> timedelta:
    """Return the shorter of a promised retention and the site's retention of today."""
    return min(timedelta(days=days), settings.READING_RETENTION)


def smallest_group_today() -> int:
    return settings.SMALLEST_GROUP


def retention_days_today() -> int:
    return settings.READING_RETENTION.days


class Consent(models.Model):
    """A participant's decision to use the camera, with its date and the version of the text they read.

    Joining without a camera needs no consent and has no row. The limits that the text promised are stored
    with the decision; where the site's limits differ today, the stricter ones apply.
    """

    class Level(models.TextChoices):
        CLASS_ONLY = "class_only", _("Class average only")
        OWN_LINE = "own_line", _("Shared with the teacher")

    participant = models.ForeignKey(
        "classroom.Participant", on_delete=models.CASCADE, related_name="consents"
    )
    level = models.CharField(max_length=16, choices=Level, default=Level.CLASS_ONLY)
    text_version = models.CharField(max_length=16)
    # The session's Mode at the time of the decision.
    mode = models.CharField(max_length=16)
    smallest_group = models.PositiveSmallIntegerField(default=smallest_group_today)
    retention_days = models.PositiveSmallIntegerField(default=retention_days_today)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("consent"), _("consents")
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=models.Q(withdrawn_at=None), name="one_active_consent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.given_at:%Y-%m-%d %H:%M}"

    def readings_kept_since(self, now: datetime) -> datetime:
        return now - kept_for(self.retention_days)

    def erase_readings(self) -> None:
        """Ask the apps that measure to delete, in this transaction, all that rests on this decision."""
        with transaction.atomic():
            events.consent_erased.send(Consent, consent_id=self.pk)

    def move_readings_to(self, later: "Consent") -> None:
        """Ask the apps that measure to move, in this transaction, all that rests on this decision."""
        with transaction.atomic():
            # The readings were made under the limits of this decision.
            later.smallest_group = max(later.smallest_group, self.smallest_group)
            later.retention_days = min(later.retention_days, self.retention_days)
            later.save(update_fields=["smallest_group", "retention_days"])
            events.consent_replaced.send(Consent, from_id=self.pk, to_id=later.pk)
