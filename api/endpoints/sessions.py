"""What happened in a session: the rows of every export, under the rules of the moment of the request."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import set_response_etag
from ninja import Router
from pydantic import Field

from exports import schema
from exports.json_document import SessionDocument, document
from exports.keeping import record_of
from exports.record import SessionRecord

from ..bearer import TokenRequest, opened_by
from ..models import Scope
from ..paging import Asked, Page, json_answer, page_of
from ..rows import SessionRow

router = Router(tags=["Sessions"])
# Each of these may have to compute the session's report.
RATE = "API_REPORTS"


class SessionDetail(SessionRow):
    """A session, with the numbers of all of it."""

    numbers: schema.Session = Field(description="What the report says of the whole session.")


class Table(NamedTuple):
    """A table of a session that has an address of its own."""

    path: str
    scope: Scope
    summary: str


# By their names in schema.TABLES. Those with rows of students need the scope for students.
TABLES = {
    "minutes": Table("minutes", Scope.CLASSES, "The class, minute by minute"),
    "questions": Table("questions", Scope.CLASSES, "Questions to the class"),
    "results": Table("results", Scope.CLASSES, "Answers to questions, and how many gave them"),
    "feedback": Table("feedback", Scope.CLASSES, "What students said by button, without names"),
    "markers": Table("markers", Scope.CLASSES, "Markers of the teacher"),
    "participants": Table("participants", Scope.STUDENTS, "Students"),
    "averages": Table(
        "averages", Scope.STUDENTS, "Averages of the class and of students, by version of the formula"
    ),
    "visits": Table("visits", Scope.STUDENTS, "When students came and left"),
    "participant_minutes": Table("participant-minutes", Scope.STUDENTS, "Students, minute by minute"),
    "answers": Table("answers", Scope.STUDENTS, "Students' answers to questions with names"),
    "student_questions": Table("student-questions", Scope.STUDENTS, "Questions that students asked"),
    "hands": Table("hands", Scope.STUDENTS, "Raised hands"),
    "gaps": Table("gaps", Scope.STUDENTS, "Why there is time without data"),
}


def _record(request: TokenRequest, session_id: UUID) -> SessionRecord:
    return record_of(get_object_or_404(request.auth.sessions(), pk=session_id), timezone.now())


@router.get(
    "/sessions/{session_id}",
    response=SessionDetail,
    operation_id="get_session",
    summary="One session",
    **opened_by(Scope.CLASSES, rate=RATE),
)
def get_session(request: TokenRequest, session_id: UUID) -> HttpResponse:
    session = get_object_or_404(request.auth.sessions().with_attendance(), pk=session_id)
    numbers = record_of(session, timezone.now()).session
    return json_answer(SessionDetail(**dict(SessionRow.of(session)), numbers=numbers))


@router.get(
    "/sessions/{session_id}/document",
    response=SessionDocument,
    operation_id="get_session_document",
    summary="Everything about a session",
    **opened_by(Scope.STUDENTS, rate=RATE),
)
def get_session_document(request: TokenRequest, session_id: UUID) -> HttpResponse:
    """All tables in one document: the same as the JSON export."""
    made = document(_record(request, session_id))
    answer = json_answer(made)
    # The time at which it was made is left out, because it is no change.
    unchanged = HttpResponse(made.model_dump_json(exclude={"made_at"}))
    set_response_etag(unchanged)
    answer["ETag"] = f"W/{unchanged['ETag']}"
    return answer


def _reader(name: str) -> Callable[[TokenRequest, UUID, Asked], HttpResponse]:
    def read(request: TokenRequest, session_id: UUID, asked: Asked) -> HttpResponse:
        return page_of(request, _record(request, session_id).table(name), asked)

    return read


for name, table in TABLES.items():
    row: Any = schema.TABLES[name]
    router.get(
        f"/sessions/{{session_id}}/{table.path}",
        response=Page[row],
        operation_id=f"list_{name}",
        summary=table.summary,
        description=f"One row: {row.grain[0].lower()}{row.grain[1:]}.",
        url_name=f"list_{name}",
        **opened_by(table.scope, rate=RATE),
    )(_reader(name))
