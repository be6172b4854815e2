"""Courses and the list of sessions."""

from enum import StrEnum
from typing import Annotated

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from ..bearer import TokenRequest, opened_by
from ..models import Scope
from ..paging import Asked, Page, json_answer, page_of_query
from ..rows import CourseId, CourseRow, Moment, SessionRow

router = Router()


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class SessionFilter(Schema):
    """Which sessions are asked for; all, if nothing is said."""

    course: CourseId | None = Field(None, description="Only those of this course.")
    state: State | None = Field(None, description="Only those that are open, or have ended.")
    opened_from: Moment | None = Field(None, description="Only those opened at this time or later.")
    opened_before: Moment | None = Field(None, description="Only those opened earlier than this.")


@router.get(
    "/courses",
    response=Page[CourseRow],
    operation_id="list_courses",
    summary="Courses",
    tags=["Courses"],
    **opened_by(Scope.CLASSES),
)
def list_courses(request: TokenRequest, asked: Asked) -> HttpResponse:
    """The courses that the token opens, by name."""
    return page_of_query(
        request, request.auth.courses().order_by("name", "pk"), CourseRow.model_validate, asked
    )


@router.get(
    "/courses/{course_id}",
    response=CourseRow,
    operation_id="get_course",
    summary="One course",
    tags=["Courses"],
    **opened_by(Scope.CLASSES),
)
def get_course(request: TokenRequest, course_id: CourseId) -> HttpResponse:
    return json_answer(CourseRow.model_validate(get_object_or_404(request.auth.courses(), pk=course_id)))


@router.get(
    "/sessions",
    response=Page[SessionRow],
    operation_id="list_sessions",
    summary="Sessions",
    tags=["Sessions"],
    **opened_by(Scope.CLASSES),
)
def list_sessions(
    request: TokenRequest, only: Annotated[SessionFilter, Query()], asked: Asked
) -> HttpResponse:
    """The sessions that the token opens, newest first."""
    found = request.auth.sessions().with_attendance().order_by("-opened_at", "pk")
    if only.course is not None:
        found = found.filter(course=only.course)
    if only.state is not None:
        found = found.filter(closed_at__isnull=only.state == State.OPEN)
    if only.opened_from is not None:
        found = found.filter(opened_at__gte=only.opened_from)
    if only.opened_before is not None:
        found = found.filter(opened_at__lt=only.opened_before)
    return page_of_query(request, found, SessionRow.of, asked)
