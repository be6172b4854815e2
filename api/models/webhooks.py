"""Webhooks: where a teacher's own program is told that something happened, and the log of what was sent."""

import base64
import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from classroom.models import ClassSession, Course

# Pauses between attempts, as Standard Webhooks suggests: a restart, an hour's outage, a night.
BACKOFF = tuple(
    timedelta(seconds=seconds) for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600)
)
# The receiver says that this address is gone for good.
GONE = 410
# No task holds a delivery for longer.
CLAIMED_FOR = timedelta(minutes=1)


class Event(models.TextChoices):
    OPENED = "session.opened", _("A session opened")
    CLOSED = "session.closed", _("A session ended")
    REPORT_READY = "report.ready", _("A report is ready")
    TEST = "webhook.test", _("Test")


# What can be asked for. A test is sent when the teacher presses its button.
EVENTS = [event for event in Event if event != Event.TEST]


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def enabled(self) -> Self:
        return self.filter(disabled_at=None, teacher__is_active=True)

    def about(self, session: ClassSession) -> Self:
        """Return webhooks of a session's teachers, for all courses or for this one."""
        of_course = models.Q(course=None) | models.Q(course=session.course_id)
        return self.enabled().filter(of_course, teacher__courses=session.course_id)


class Webhook(models.Model):
    # The kind of its entries in ERASURES_LOG.
    ERASURE = "webhook"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks", verbose_name=_("teacher")
    )
    # The only course of which it tells; all that its teacher has, if there is none.
    course = models.ForeignKey(
        Course,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="webhooks",
        verbose_name=_("course"),
    )
    url = models.CharField(_("address"), max_length=500)
    events = models.JSONField(default=list)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=200, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("webhook"), _("webhooks")
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return self.url

    @property
    def key(self) -> bytes:
        """The key of its signatures. It follows from SECRET_KEY, so the database holds none."""
        return salted_hmac("api.webhook", self.pk.hex, algorithm="sha256").digest()

    @property
    def secret(self) -> str:
        """The key as Standard Webhooks writes it."""
        return f"whsec_{base64.b64encode(self.key).decode()}"

    @property
    def event_labels(self) -> list[str]:
        return [str(Event(event).label) for event in self.events]

    def disable(self, reason: str) -> None:
        """Send no more, and say why."""
        still_on = Webhook.objects.filter(pk=self.pk, disabled_at=None)
        still_on.update(disabled_at=timezone.now(), disabled_reason=reason)
        self.deliveries.waiting().update(next_try_at=None)

    def enable(self) -> None:
        Webhook.objects.filter(pk=self.pk).update(disabled_at=None, disabled_reason="")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.exclude(next_try_at=None)

    def due(self, now: datetime) -> Self:
        return self.filter(next_try_at__lte=now, webhook__disabled_at=None)

    def claim(self, pk: int, now: datetime) -> "Delivery | None":
        """Return a delivery that is due, and keep other workers from it until it is sent or given up."""
        if not self.due(now).filter(pk=pk).update(next_try_at=now + CLAIMED_FOR):
            return None
        return self.select_related("webhook__teacher").get(pk=pk)

    def expired(self, now: datetime) -> Self:
        return self.filter(created_at__lt=now - settings.DELIVERIES_KEPT)


class Delivery(models.Model):
    """One event for one webhook, and how far it came."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    # The same in every attempt: a receiver knows by it what it had already.
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.CharField(max_length=32, choices=Event)
    # Ids and links, nothing about a person.
    payload = models.JSONField()
    # A session that is erased takes its deliveries along.
    session = models.ForeignKey(ClassSession, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    # None once it arrived or was given up.
    next_try_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    # The status of the answer to the last attempt, or why there was none.
    status = models.PositiveIntegerField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("delivery"), _("deliveries")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["webhook", "-created_at"]),
            models.Index(fields=["next_try_at"], condition=models.Q(next_try_at__isnull=False), name="due"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"

    def record_success(self, status: int, now: datetime) -> None:
        self.attempts += 1
        self.status, self.problem, self.delivered_at, self.next_try_at = status, "", now, None
        self.save()

    def record_failure(self, status: int | None, problem: str, now: datetime) -> None:
        """Plan the next attempt. After the last one the webhook is disabled."""
        self.attempts += 1
        self.status, self.problem = status, problem[:200]
        is_last = status == GONE or self.attempts > len(BACKOFF) or self.event == Event.TEST
        self.next_try_at = None if is_last else now + BACKOFF[self.attempts - 1]
        self.save()
        if is_last and self.event != Event.TEST:
            self.webhook.disable(self.problem)
