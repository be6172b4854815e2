"""Files of a session that are made at once: the workbook, the tables as CSV, the JSON document."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from ninja.openapi.schema import REF_TEMPLATE

from exports.formats import FORMATS, JSON, Order, is_made_at_once
from exports.json_document import SessionDocument
from exports.models import Export
from exports.presenting import attachment

from ..bearer import TokenRequest, opened_by
from ..models import Scope
from ..problems import Problem
from .sessions import RATE

router = Router(tags=["Files"])


class FileFormat(StrEnum):
    """The formats of the registry (exports/formats.py) for which a program can wait."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    XAPI = "xapi"


class Separator(StrEnum):
    """The signs of CSV files between cells and in decimal numbers."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    SEMICOLON_POINT = "semicolon-point"


class FileOptions(Schema):
    separator: Separator = Field(
        Separator.COMMA,
        description="Of CSV: comma (0.5), semicolon (0,5, for Excel in German) or semicolon-point (0.5).",
    )


BINARY = {"type": "string", "format": "binary"}
DOCUMENT_OR_STATEMENTS = {
    "anyOf": [
        {"$ref": REF_TEMPLATE.format(model=SessionDocument.__name__)},
        {"type": "array", "items": {"type": "object"}},
    ]
}


def a_file(content_types: list[str]) -> dict[str, Any]:
    """Describe an answer that is a file. JSON is a session's document, or a list of xAPI statements."""
    content = {one: {"schema": BINARY if one != JSON else DOCUMENT_OR_STATEMENTS} for one in content_types}
    return {"responses": {200: {"description": "The file.", "content": content}}}


_opened = opened_by(Scope.EXPORTS, rate=RATE)
_file = a_file([FORMATS[Export.Format(one)].content_type for one in FileFormat])
_file["responses"][409] = {"description": "The session is too large: ask for an export."}


@router.get(
    "/sessions/{session_id}/files/{file_format}",
    response={200: None},
    operation_id="get_file",
    summary="A file of a session",
    auth=_opened["auth"],
    openapi_extra=_opened["openapi_extra"] | _file,
)
def get_file(
    request: TokenRequest,
    session_id: UUID,
    file_format: FileFormat,
    options: Query[FileOptions],
) -> HttpResponse:
    """The workbook (xlsx), a ZIP file of all tables with a data dictionary (csv), the document (json), or
    statements for a learning record store (xapi). Files of large sessions are exports: 409."""
    session = get_object_or_404(request.auth.sessions(), pk=session_id)
    if not is_made_at_once(session, file_format):
        raise Problem(409, f"This session is large: POST /sessions/{session_id}/exports makes its files.")
    kind = FORMATS[Export.Format(file_format)]
    content = kind.render(Order(session, options.model_dump(mode="json"), timezone.now()))
    return attachment(content, kind.content_type, f"session-{session_id}{kind.ending}")
