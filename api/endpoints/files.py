"""Files of a session that are made at once: the workbook, the tables as CSV, the JSON document."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema
from ninja.openapi.schema import REF_TEMPLATE

from dashboards.report.csv_format import FORMATS
from exports.json_document import SessionDocument, json_document
from exports.record import SessionRecord
from exports.tidy_csv import tidy_csv, zipped
from exports.workbook import workbook

from ..bearer import TokenRequest, opened_by
from ..models import Scope
from .sessions import RATE, record_of

router = Router(tags=["Files"])
JSON = "application/json"


class FileFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


class Separator(StrEnum):
    """Of CSV files: between cells, and in decimal numbers."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    SEMICOLON_POINT = "semicolon-point"


class FileOptions(Schema):
    separator: Separator = Field(
        Separator.COMMA,
        description="Of CSV: comma (0.5), semicolon (0,5, for Excel in German) or semicolon-point (0.5).",
    )


class Kind(NamedTuple):
    content_type: str
    # Of the file's name.
    ending: str
    render: Callable[[SessionRecord, FileOptions], str | bytes]


KINDS = {
    FileFormat.XLSX: Kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        lambda record, _options: workbook(record),
    ),
    FileFormat.CSV: Kind(
        "application/zip",
        "zip",
        lambda record, options: zipped(tidy_csv(record, FORMATS[options.separator])),
    ),
    FileFormat.JSON: Kind(JSON, "json", lambda record, _options: json_document(record)),
}


BINARY = {"type": "string", "format": "binary"}
DOCUMENT = {"$ref": REF_TEMPLATE.format(model=SessionDocument.__name__)}


def a_file(content_types: list[str]) -> dict[str, Any]:
    """Describe an answer that is a file."""
    content = {one: {"schema": BINARY if one != JSON else DOCUMENT} for one in content_types}
    return {"responses": {200: {"description": "The file.", "content": content}}}


_opened = opened_by(Scope.EXPORTS, rate=RATE)


@router.get(
    "/sessions/{session_id}/files/{file_format}",
    response={200: None},
    operation_id="get_file",
    summary="A file of a session",
    auth=_opened["auth"],
    openapi_extra=_opened["openapi_extra"] | a_file([kind.content_type for kind in KINDS.values()]),
)
def get_file(
    request: TokenRequest,
    session_id: UUID,
    file_format: FileFormat,
    options: Query[FileOptions],
) -> HttpResponse:
    """The workbook (xlsx), a ZIP file of all tables with a data dictionary (csv), or the document (json)."""
    record, kind = record_of(request, session_id), KINDS[file_format]
    response = HttpResponse(kind.render(record, options), content_type=kind.content_type)
    name = f"session-{session_id}.{kind.ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
