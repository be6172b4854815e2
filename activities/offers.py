"""The prepared questions of a course, as the live page offers them in one of its sessions."""

from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import F, Max
from django.db.models.functions import Coalesce

from classroom.models import ClassSession, Course

from .models import PreparedQuestion
from .times import milliseconds

# Only recent lessons: earlier years may have had another length.
LATEST_LESSONS = 5
# A shorter session was only tried out.
SHORTEST_LESSON = timedelta(minutes=10)


def offered(session: ClassSession) -> dict[str, Any]:
    """Return the questions in their order, when each was last asked in this session, and the times of the two
    that have one: a check-in is offered until `check_in_until`, an exit ticket from `exit_ticket_from` on.
    """
    asked = dict(
        session.questions.exclude(prepared=None).values_list("prepared").annotate(at=Max("opened_at"))
    )
    questions = PreparedQuestion.objects.filter(course=session.course_id)
    return {
        "questions": [_offer(question, asked.get(question.pk)) for question in questions],
        **_times_of_roles(session),
    }


def _offer(question: PreparedQuestion, asked_at: datetime | None) -> dict[str, Any]:
    return {
        "id": question.pk,
        "text": question.text,
        "kind": question.kind,
        "role": question.role,
        "anonymous": question.is_anonymous,
        "asked_at": milliseconds(asked_at) if asked_at else None,
    }


def _times_of_roles(session: ClassSession) -> dict[str, int | None]:
    began = session.started_at
    if began is None:
        return {"check_in_until": None, "exit_ticket_from": None}
    return {
        "check_in_until": milliseconds(began + settings.CHECK_IN_TIME),
        "exit_ticket_from": milliseconds(began + usual_length(session.course) - settings.EXIT_TICKET_TIME),
    }


def usual_length(course: Course) -> timedelta:
    """Return the median length of the course's latest lessons, or the default if it had none."""
    closed = course.sessions.without_practice().filter(closed_at__isnull=False)
    began = Coalesce("started_at", "opened_at")
    lengths = (
        closed.annotate(length=F("closed_at") - began)
        .filter(length__gte=SHORTEST_LESSON)
        .order_by("-closed_at")
        .values_list("length", flat=True)[:LATEST_LESSONS]
    )
    seconds = [length.total_seconds() for length in lengths]
    return timedelta(seconds=median(seconds)) if seconds else settings.USUAL_LESSON
