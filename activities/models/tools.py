"""What a teacher allows in one session, the timer, and the number of the state that students were sent."""

import uuid
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from .. import events


class ClassToolsQuerySet(models.QuerySet["ClassTools"]):
    def of(self, session_id: uuid.UUID) -> "ClassTools":
        """Return the row of a session, which is made when something first happens in it."""
        return self.filter(session=session_id).first() or ClassTools(session_id=session_id)

    def change(self, session_id: uuid.UUID, **fields: object) -> None:
        """Set these fields, count the change, and publish it to everybody once it is committed.

        The update locks the row: two changes at the same time get two numbers, so that a page can drop the
        older of two messages that overtake each other.
        """
        with transaction.atomic():
            self.get_or_create(session_id=session_id)
            self.filter(session=session_id).update(revision=F("revision") + 1, **fields)
            events.publish_to_everybody(session_id)


class ClassTools(models.Model):
    class Questions(models.TextChoices):
        OFF = "off", _("Off")
        ANONYMOUS = "anonymous", _("Anonymous")
        NAMED = "named", _("With names")

    session = models.OneToOneField(
        "classroom.ClassSession", on_delete=models.CASCADE, primary_key=True, related_name="tools"
    )
    revision = models.PositiveIntegerField(default=0)
    hands_are_allowed = models.BooleanField(default=True)
    questions = models.CharField(max_length=16, choices=Questions, default=Questions.ANONYMOUS)
    # Whether the class sees a student's question only after the teacher has approved it.
    questions_are_moderated = models.BooleanField(default=True)
    timer_label = models.CharField(max_length=40, blank=True)
    timer_started_at = models.DateTimeField(null=True, blank=True)
    timer_seconds = models.PositiveIntegerField(null=True, blank=True)

    objects = ClassToolsQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("tools of a class"), _("tools of classes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(timer_started_at=None, timer_seconds=None)
                | models.Q(timer_started_at__isnull=False, timer_seconds__isnull=False),
                name="timer_has_begin_and_length",
            )
        ]

    def __str__(self) -> str:
        return f"tools of {self.session_id}"

    @property
    def timer_ends_at(self) -> datetime | None:
        if self.timer_started_at is None or self.timer_seconds is None:
            return None
        return self.timer_started_at + timedelta(seconds=self.timer_seconds)
