"""A course's term: the rows of all its sessions, table by table."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from classroom.models import ClassSession
from dashboards.course.overview import sessions_of
from exports import schema
from exports.keeping import record_of

from ..bearer import TokenRequest, opened_by
from ..models import Scope
from ..paging import Part, address, json_answer, with_link
from ..problems import Problem
from ..rows import CourseId, TermOf
from .sessions import RATE, TABLES, Table

router = Router(tags=["Courses"])
TERM_TABLES = {
    "session": Table("sessions", Scope.CLASSES, "The sessions of a course, with the numbers of each"),
    **TABLES,
}


class PartOf(TermOf):
    """Which part of a table is asked for."""

    limit: int = Field(
        settings.API_USUAL_PAGE, ge=1, le=settings.API_LARGEST_PAGE, description="How many rows at most."
    )
    # An id and a number: sessions that end meanwhile move nothing.
    after: str | None = Field(
        None,
        pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[0-9]{1,6}$",
        description="Where to go on; `next` has it.",
    )


class Place(NamedTuple):
    """The columns before those of a session's row."""

    session: UUID
    row: int

    @classmethod
    def of(cls, text: str) -> "Place":
        session, row = text.split(".")
        return cls(UUID(session), int(row))

    def __str__(self) -> str:
        return f"{self.session}.{self.row}"


def part(request: TokenRequest, course_id: int, name: str, asked: PartOf) -> HttpResponse:
    """Rows of a few sessions: each may have to be computed, so a term at once would take too long."""
    course = get_object_or_404(request.auth.courses(), pk=course_id)
    found = list(sessions_of(course, asked.term).order_by("opened_at", "pk"))
    start = Place.of(asked.after) if asked.after else None
    rows, place = _read(_from(found, start), name, asked.limit, start.row if start else 0)
    following = address(request, after=str(place)) if place else None
    left = len(_from(found, place)) if place else 0
    answer = Part[Any](items=rows, sessions=len(found), sessions_left=left, next=following)
    return with_link(json_answer(answer), following)


def _from(found: Sequence[ClassSession], start: Place | None) -> Sequence[ClassSession]:
    if start is None:
        return found
    ids = [session.pk for session in found]
    if start.session not in ids:
        raise Problem(404, "The session at which to go on is no longer there. Begin again without `after`.")
    return found[ids.index(start.session) :]


def _read(
    sessions: Sequence[ClassSession], name: str, limit: int, skipped: int
) -> tuple[list[schema.Row], Place | None]:
    """The rows of a part, and where the next one begins."""
    rows: list[schema.Row] = []
    for number, session in enumerate(sessions):
        if number == settings.API_SESSIONS_OF_A_PART or len(rows) == limit:
            return rows, Place(session.pk, 0)
        own = record_of(session, timezone.now()).table(name)[skipped:]
        taken = own[: limit - len(rows)]
        rows += taken
        if len(taken) < len(own):
            return rows, Place(session.pk, skipped + len(taken))
        skipped = 0
    return rows, None


def _reader(name: str) -> Callable[[TokenRequest, int, PartOf], HttpResponse]:
    def read(request: TokenRequest, course_id: CourseId, asked: Annotated[PartOf, Query()]) -> HttpResponse:
        return part(request, course_id, name, asked)

    return read


for name, table in TERM_TABLES.items():
    row: Any = schema.TABLES[name]
    one_row = f"One row: {row.grain[0].lower()}{row.grain[1:]}."
    router.get(
        f"/courses/{{course_id}}/{table.path}",
        response=Part[row],
        operation_id=f"list_{name}_of_course",
        summary=table.summary,
        description=f"{one_row} Of the sessions that have ended, oldest first.",
        url_name=f"list_{name}_of_course",
        **opened_by(table.scope, rate=RATE),
    )(_reader(name))
