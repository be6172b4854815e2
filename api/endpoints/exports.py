"""Files that workers make: ask for one, see how far it is, download it."""

from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import BaseModel, ConfigDict, Field

from classroom import throttle
from classroom.models import ClassSession, Course
from exports import tasks
from exports.formats import FORMATS, OF_SESSION
from exports.models import Export
from exports.pdf import Paper
from exports.presenting import file_response

from ..bearer import TokenRequest, opened_by
from ..models import Scope
from ..paging import Asked, Page, json_answer, page_of_query
from ..problems import Problem, TooManyRequests
from ..rows import CourseId, TermOf
from .files import Separator, a_file

router = Router(tags=["Files"])
# The registry's (exports/formats.py), less single tables, which have addresses of their own.
SessionFormat = Literal["pdf", "html", "xlsx", "csv", "json", "xapi"]
CourseFormat = Literal["term"]
# A teacher may have asked for these on the pages.
Format = SessionFormat | CourseFormat | Literal["table", "events", "ten_seconds"]
OFFERED: tuple[Format, ...] = (*get_args(SessionFormat), *get_args(CourseFormat))
State = Literal["waiting", "running", "done", "failed", "outdated"]


class FormatRow(BaseModel):
    """A format that a worker makes."""

    model_config = ConfigDict(title="ExportFormat")

    format: Format = Field(description="Its name in requests.")
    title: str = Field(description="Its name for people.")
    of: Literal["session", "course"] = Field(description="What it is made of.")
    content_type: str = Field(description="The media type of the file.")
    papers: list[Paper] = Field(description="The sizes of paper; empty where there is none.")
    separators: list[Separator] = Field(description="Those of its CSV files; empty where there are none.")

    @classmethod
    def of_name(cls, name: Format) -> "FormatRow":
        known, format_ = Export.Format(name), FORMATS[Export.Format(name)]
        return cls(
            format=name,
            title=str(known.label),
            of="session" if known in OF_SESSION else "course",
            content_type=format_.content_type,
            papers=list(Paper) if "paper" in format_.choices else [],
            separators=list(Separator) if "separator" in format_.choices else [],
        )


class ExportRow(BaseModel):
    """A file that was asked for, and how far it is."""

    model_config = ConfigDict(title="Export")

    id: UUID = Field(description="The id of the export.")
    session: UUID | None = Field(description="The session that it is about; null: a course.")
    course: int | None = Field(description="The course that it is about; null: a session.")
    format: Format = Field(description="Its format.")
    state: State = Field(
        description="waiting, running, done, failed, or outdated: deleted because its data changed."
    )
    progress: int = Field(ge=0, le=100, description="In percent.")
    problem: str = Field(description="Why it failed.")
    requested_at: datetime = Field(description="When it was asked for.")
    made_at: datetime | None = Field(description="When it was made.")
    expires_at: datetime | None = Field(description="When the file is deleted.")
    file: str | None = Field(description="The address of the file, once it is done.")

    @classmethod
    def of(cls, export: Export) -> "ExportRow":
        path = f"/api/v1/exports/{export.pk}/file"
        return cls(
            id=export.pk,
            session=export.session_id,
            course=export.course_id,
            format=export.format,  # type: ignore[arg-type]  # the database has no other
            state=export.state,  # type: ignore[arg-type]
            progress=export.progress,
            problem=str(Export.Problem(export.problem).label) if export.problem else "",
            requested_at=export.requested_at,
            made_at=export.made_at,
            expires_at=export.expires_at,
            file=f"{settings.PUBLIC_URL}{path}" if export.has_file(timezone.now()) else None,
        )


class ExportToMake(Schema):
    """Which file of a session to make."""

    model_config = ConfigDict(extra="forbid")

    format: SessionFormat = Field(description="One of /exports/formats.")
    paper: Paper = Field(Paper.A4, description="Of a PDF.")
    separator: Separator = Field(Separator.COMMA, description="Of CSV.")


class CourseExportToMake(TermOf):
    """Which file of a course to make."""

    model_config = ConfigDict(extra="forbid")

    format: CourseFormat = Field("term", description="term: all sessions of these days in one workbook.")


@router.get(
    "/exports/formats",
    response=list[FormatRow],
    operation_id="list_export_formats",
    summary="Formats that workers make",
    **opened_by(Scope.EXPORTS),
)
def list_export_formats(request: TokenRequest) -> HttpResponse:
    """Files of small sessions can also be had at once: see /sessions/{session_id}/files/."""
    content = f"[{','.join(FormatRow.of_name(one).model_dump_json() for one in OFFERED)}]"
    return HttpResponse(content, content_type="application/json")


@router.post(
    "/sessions/{session_id}/exports",
    response={202: ExportRow},
    operation_id="make_export",
    summary="Ask for a file",
    **opened_by(Scope.EXPORTS),
)
def make_export(request: TokenRequest, session_id: UUID, wanted: ExportToMake) -> HttpResponse:
    """A file that is under way already is not made twice. Ask every few seconds how far it is."""
    session = get_object_or_404(request.auth.sessions(), pk=session_id)
    choices = FORMATS[Export.Format(wanted.format)].choices
    options = wanted.model_dump(mode="json", include=set(choices))
    return _ordered(request, session, wanted.format, options)


@router.post(
    "/courses/{course_id}/exports",
    response={202: ExportRow},
    operation_id="make_course_export",
    summary="Ask for a file of a course",
    **opened_by(Scope.EXPORTS),
)
def make_course_export(
    request: TokenRequest, course_id: CourseId, wanted: CourseExportToMake
) -> HttpResponse:
    """A term as a workbook. Of the same file that is under way already, that one is returned."""
    course = get_object_or_404(request.auth.courses(), pk=course_id)
    return _ordered(request, course, wanted.format, wanted.term.as_texts())


def _ordered(
    request: TokenRequest, subject: ClassSession | Course, format_: Format, options: dict[str, str]
) -> HttpResponse:
    teacher = str(request.auth.teacher_id)
    if wait := throttle.seconds_to_wait(request, "EXPORTS_OF_ONE_TEACHER", key=teacher):
        raise TooManyRequests(wait)
    export = Export.objects.request(
        teacher_id=request.auth.teacher_id,
        format_=format_,
        options={"language": settings.LANGUAGE_CODE, "region": "", **options},
        **{"session" if isinstance(subject, ClassSession) else "course": subject},
    )
    if export.called_at is None:
        # Without Redis it stays in line: beat calls a worker later.
        tasks.call_worker(export.pk)
    address = f"{settings.PUBLIC_URL}/api/v1/exports/{export.pk}"
    return json_answer(ExportRow.of(export), status=202, location=address)


@router.get(
    "/exports",
    response=Page[ExportRow],
    operation_id="list_exports",
    summary="Files that were asked for",
    **opened_by(Scope.EXPORTS),
)
def list_exports(request: TokenRequest, asked: Asked) -> HttpResponse:
    """List the exports of the token's teacher, also those asked for on pages, newest first."""
    return page_of_query(request, _exports(request).order_by("-requested_at", "pk"), ExportRow.of, asked)


@router.get(
    "/exports/{export_id}",
    response=ExportRow,
    operation_id="get_export",
    summary="How far a file is",
    **opened_by(Scope.EXPORTS),
)
def get_export(request: TokenRequest, export_id: UUID) -> HttpResponse:
    return json_answer(ExportRow.of(get_object_or_404(_exports(request), pk=export_id)))


_opened: dict[str, Any] = opened_by(Scope.EXPORTS)
_file = a_file([format_.content_type for format_ in FORMATS.values()])
_file["responses"][409] = {"description": "There is no file: it is not made yet, failed, or is gone."}


@router.get(
    "/exports/{export_id}/file",
    response={200: None},
    operation_id="get_export_file",
    summary="The file",
    auth=_opened["auth"],
    openapi_extra=_opened["openapi_extra"] | _file,
)
def get_export_file(request: TokenRequest, export_id: UUID) -> HttpResponse:
    """409 while it is not there: waiting, failed, outdated or expired."""
    export = get_object_or_404(_exports(request), pk=export_id)
    response = file_response(export, timezone.now())
    if response is None:
        why = "expired" if export.state == Export.State.DONE else export.get_state_display().lower()
        raise Problem(409, f"There is no file: this export is {why}.")
    return response


def _exports(request: TokenRequest) -> Any:
    """The exports of the teacher, of sessions and courses that the token opens."""
    own = Export.objects.filter(teacher=request.auth.teacher_id)
    sessions, courses = (
        found.order_by().values("pk") for found in (request.auth.sessions(), request.auth.courses())
    )
    opened = Q(session__in=sessions) | Q(course__in=courses)
    return own.filter(opened).select_related("session__approval", "course")
