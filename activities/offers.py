"""The prepared questions of a course, as the live page offers them in one of its sessions."""

from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Max

from classroom.models import ClassSession, Course

from .models import PreparedQuestion
from .times import milliseconds

# Lessons of this year tell more than those of the last one.
LATEST_SESSIONS = 5
# A session that was only tried out says nothing about a lesson.
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
    """Return how long the latest sessions of a course were: the median."""
    closed = (
        course.sessions.without_practice()
        .filter(closed_at__isnull=False)
        .order_by("-closed_at")[:LATEST_SESSIONS]
    )
    lengths = [one.closed_at - one.begins_at for one in closed if one.closed_at]
    lessons = [length.total_seconds() for length in lengths if length >= SHORTEST_LESSON]
    return timedelta(seconds=median(lessons)) if lessons else settings.USUAL_LESSON
