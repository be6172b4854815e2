"""Queries about class sessions."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Coalesce, RowNumber

from .. import events
from ..codes import codes_to_try
from .courses import Course
from .modes import Purpose
from .participants import Participant

if TYPE_CHECKING:
    from .sessions import ClassSession


class ClassSessionQuerySet(models.QuerySet["ClassSession"]):
    def open_new(self, **fields: object) -> "ClassSession":
        """Create an open session with a code that no other open session has."""
        for code in codes_to_try():
            try:
                with transaction.atomic():
                    session = self.create(join_code=code, **fields)
                    events.send_after_commit(events.session_opened, self.model, session_id=session.pk)
                    return session
            except IntegrityError:
                if not self.with_code(code).exists():
                    raise
        raise AssertionError("codes_to_try() ends with an exception.")

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def without_practice(self) -> Self:
        """Leave out practice classes, which count in nothing about a course."""
        return self.exclude(purpose=Purpose.PRACTICE)

    def taught_by(self, user_id: int) -> Self:
        return self.filter(course__teachers=user_id, course__teachers__is_active=True)

    def open_first(self) -> Self:
        return self.order_by(models.F("closed_at").desc(nulls_first=True), "-opened_at")

    def with_attendance(self) -> Self:
        """Annotate `attendance`: how many participants a session has."""
        joined = Participant.objects.filter(session=models.OuterRef("pk")).order_by().values("session")
        counted = models.Subquery(joined.annotate(joined=models.Count("pk")).values("joined"))
        return self.annotate(attendance=Coalesce(counted, 0))

    def latest_of_each_course(self, count: int) -> Self:
        """Open sessions, and the newest `count` of each course."""
        newest_first = models.Window(RowNumber(), partition_by="course_id", order_by="-opened_at")
        return self.annotate(place=newest_first).filter(models.Q(place__lte=count) | models.Q(closed_at=None))

    def with_code(self, code: str) -> Self:
        return self.open().filter(join_code=code)

    def with_active_teacher(self) -> Self:
        """Sessions that somebody can see and end."""
        return self.filter(models.Exists(_active_teachers()))

    def without_active_teacher(self) -> Self:
        """Open sessions of courses whose teachers' accounts are all deleted or deactivated."""
        return self.open().exclude(models.Exists(_active_teachers()))

    def open_too_long(self, now: datetime) -> Self:
        """Sessions that have been open for longer than any class, with or without somebody in them."""
        return self.open().filter(opened_at__lt=now - settings.LONGEST_SESSION)

    def forgotten(self, now: datetime) -> Self:
        """Sessions that have been open for long, and empty for as long.

        Everybody may leave for a break, so that an empty session is not yet a forgotten one.
        """
        long_ago = now - settings.FORGOTTEN_SESSION
        recent = Participant.objects.filter(session=models.OuterRef("pk"), last_seen_at__gt=long_ago)
        return self.open().filter(~models.Exists(recent), opened_at__lt=long_ago)


def _active_teachers() -> models.QuerySet:
    return Course.teachers.through.objects.filter(course=models.OuterRef("course"), user__is_active=True)
