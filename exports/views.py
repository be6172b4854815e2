"""Files that are made at once: a session's workbook, JSON document and tables, and a student's own page."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from classroom.access import TeacherRequest, session_for_teacher
from classroom.models import Participant
from classroom.receipts import receipt_required
from dashboards.report.csv_format import chosen_format
from dashboards.report.file_names import file_name
from dashboards.report.report import Report

from .dictionary import tables
from .json_document import json_document
from .own_page import own_page
from .presenting import XLSX
from .record import SessionRecord
from .tidy_csv import DICTIONARY, dictionary_csv, table_csv, table_of, tidy_csv, zipped
from .workbook import workbook
from .xapi import xapi_document


@require_safe
@login_required
def report_xlsx(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    record = _record(request, session_id)
    return _attachment(workbook(record), XLSX, f"{_name(record)}.xlsx")


@require_safe
@login_required
def report_json(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    record = _record(request, session_id)
    return _attachment(json_document(record), "application/json", f"{_name(record)}.json")


@require_safe
@login_required
def report_xapi(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    """Presence and answers as statements for a learning record store."""
    record = _record(request, session_id)
    return _attachment(xapi_document(record.report), "application/json", f"{_name(record)}-xapi.json")


@require_safe
@login_required
def tables_zip(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    """Every table as a CSV file, and the data dictionary."""
    record = _record(request, session_id)
    files = zipped(tidy_csv(record, chosen_format(request)))
    return _attachment(files, "application/zip", f"{_name(record)}.zip")


@require_safe
@login_required
def table_file(request: TeacherRequest, session_id: uuid.UUID, file: str) -> HttpResponse:
    """One file of those in the ZIP."""
    record, csv_format = _record(request, session_id), chosen_format(request)
    if file == DICTIONARY:
        text = dictionary_csv(record, csv_format)
    elif (name := table_of(file)) in tables(camera=record.has_camera):
        text = table_csv(record, name, csv_format)
    else:
        raise Http404("This session has no such table.")
    return _attachment(text, "text/csv; charset=utf-8", f"{_name(record)}-{file}")


@receipt_required
def my_page(request: HttpRequest, participant: Participant) -> HttpResponse:
    """All that is stored about a student, as a page to keep."""
    return _attachment(own_page(participant, timezone.now()), "text/html; charset=utf-8", "my-data.html")


def _record(request: TeacherRequest, session_id: uuid.UUID) -> SessionRecord:
    session = session_for_teacher(request.user, session_id)
    return SessionRecord.of(Report.of(session, timezone.now()))


def _name(record: SessionRecord) -> str:
    return file_name(record.report.session)


def _attachment(content: str | bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
