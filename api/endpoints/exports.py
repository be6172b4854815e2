"""Files that workers make: ask for one, see how far it is, download it."""

from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import BaseModel, ConfigDict, Field

from classroom import throttle
from exports import tasks
from exports.models import Export, ExportFile
from exports.pdf import Paper
from exports.presenting import FILES, file_kind, file_name

from ..bearer import TokenRequest, opened_by
from ..models import Scope
from ..paging import Asked, Page, json_answer, page_of_query
from ..problems import Problem, TooManyRequests
from .files import a_file

router = Router(tags=["Files"])
# Those of a session. A term is made of a course, and has no address here.
Format = Literal["pdf", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)
State = Literal["waiting", "running", "done", "failed", "outdated"]


class FormatRow(BaseModel):
    """A format that a worker makes."""

    model_config = ConfigDict(title="ExportFormat")

    format: Format = Field(description="Its name in requests.")
    title: str = Field(description="Its name for people.")
    content_type: str = Field(description="The media type of the file.")
    papers: list[Paper] = Field(description="The sizes of paper; empty where there is none.")


class ExportRow(BaseModel):
    """A file that was asked for, and how far it is."""

    model_config = ConfigDict(title="Export")

    id: UUID = Field(description="The id of the export.")
    session: UUID = Field(description="The session that it is about.")
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
        assert export.session_id is not None
        path = f"/api/v1/exports/{export.pk}/file"
        return cls(
            id=export.pk,
            session=export.session_id,
            format=export.format,  # type: ignore[arg-type]  # the database has no other
            state=export.state,  # type: ignore[arg-type]
            progress=export.progress,
            problem=str(Export.Problem(export.problem).label) if export.problem else "",
            requested_at=export.requested_at,
            made_at=export.made_at,
            expires_at=export.expires_at,
            file=f"{settings.PUBLIC_URL}{path}" if export.state == Export.State.DONE else None,
        )


class ExportToMake(Schema):
    """Which file to make."""

    model_config = ConfigDict(extra="forbid")

    format: Format = Field(description="One of /exports/formats.")
    paper: Paper = Field(Paper.A4, description="Of a PDF.")


@router.get(
    "/exports/formats",
    response=list[FormatRow],
    operation_id="list_export_formats",
    summary="Formats that workers make",
    **opened_by(Scope.EXPORTS),
)
def list_export_formats(request: TokenRequest) -> HttpResponse:
    """Workbook, tables and document are made at once: see /sessions/{session_id}/files/."""
    rows = [
        FormatRow(
            format=one,
            title=str(Export.Format(one).label),
            content_type=FILES[Export.Format(one)].content_type,
            papers=list(Paper) if one == Export.Format.PDF else [],
        )
        for one in FORMATS
    ]
    content = f"[{','.join(row.model_dump_json() for row in rows)}]"
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
    teacher = str(request.auth.teacher_id)
    if wait := throttle.seconds_to_wait(request, "EXPORTS_OF_ONE_TEACHER", key=teacher):
        raise TooManyRequests(wait)
    options = {"language": settings.LANGUAGE_CODE, "region": ""}
    if wanted.format == Export.Format.PDF:
        options["paper"] = wanted.paper
    export = Export.objects.request(
        teacher_id=request.auth.teacher_id, format_=wanted.format, options=options, session=session
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
    """Those of the token's teacher, also from the pages, newest first."""
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
_file = a_file([FILES[Export.Format(one)].content_type for one in FORMATS])
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
    if export.state == Export.State.DONE and not export.may_be_shown:
        # The mode of the session ended a moment ago; the periodic task has not been here.
        Export.objects.filter(pk=export.pk).outdate()
        export.refresh_from_db()
    file = ExportFile.objects.filter(export=export.pk, export__expires_at__gt=timezone.now()).first()
    if file is None:
        raise Problem(409, f"There is no file: this export is {export.get_state_display().lower()}.")
    response = HttpResponse(bytes(file.content), content_type=file_kind(export).content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name(export)}"'
    return response


def _exports(request: TokenRequest) -> Any:
    """The exports of the teacher, of sessions that the token opens."""
    own = Export.objects.filter(teacher=request.auth.teacher_id)
    sessions = request.auth.sessions().order_by().values("pk")
    return own.filter(session__in=sessions).select_related("session__approval", "course")
