"""Every file that a teacher takes away: how it is made, what it is called, and which choices it has.

Pages, workers and the API read this registry. Of a large session, or of a course, a worker makes the file.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from classroom.models import ClassSession, Course
from dashboards.aggregates.timeline import end_of_time
from dashboards.course.overview import CourseOverview, Term
from dashboards.report import file_names
from dashboards.report.csv_format import FORMATS as CSV_FORMATS
from dashboards.report.csv_format import CsvFormat
from dashboards.report.events_csv import session_events_csv
from dashboards.report.report import Report
from dashboards.report.session_csv import session_csv

from .html_file import html_file
from .json_document import json_document
from .keeping import Progress, ignore, record_of
from .models import Export
from .pdf import Paper, pdf
from .record import SessionRecord
from .schema import TABLES
from .term_workbook import term_workbook
from .tidy_csv import file_text, tidy_csv, zipped
from .workbook import ORDER, workbook
from .xapi import xapi_document

Subject = ClassSession | Course
CSV = "text/csv; charset=utf-8"
HTML = "text/html; charset=utf-8"
JSON = "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Order:
    """What somebody asked for, of a session or a course."""

    subject: Subject
    # What was chosen, by the names of FileFormat.choices. An order of a worker also has its language.
    options: Mapping[str, str]
    now: datetime
    progress: Progress = ignore

    def report(self) -> Report:
        self.progress(0.05)
        return Report.of(cast(ClassSession, self.subject), self.now)

    def record(self, tables: Collection[str] = ()) -> SessionRecord:
        """The session's rows, of which these tables are made already."""
        session = cast(ClassSession, self.subject)
        record = record_of(session, self.now, lambda share: self.progress(0.05 + 0.5 * share))
        for place, name in enumerate(tables, start=1):
            record.table(name)
            self.progress(0.6 + 0.1 * place / len(tables))
        return record

    @property
    def csv_format(self) -> CsvFormat:
        return CSV_FORMATS[self.options.get("separator", "comma")]


@dataclass(frozen=True)
class FileFormat:
    render: Callable[[Order], bytes]
    content_type: str
    # The end of the file's name, after the session or the course. {file} is an option.
    ending: str
    # The options that it knows: paper, separator, file.
    choices: tuple[str, ...] = ()
    # Whether the browser can wait for it, if the session is not large.
    is_light: bool = True


def _pdf(order: Order) -> bytes:
    return pdf(order.report(), Paper(order.options.get("paper", Paper.A4)), order.progress)


def _html(order: Order) -> bytes:
    return html_file(order.report(), order.progress).encode()


def _xlsx(order: Order) -> bytes:
    return workbook(order.record(ORDER))


def _csv(order: Order) -> bytes:
    return zipped(tidy_csv(order.record(TABLES), order.csv_format))


def _table(order: Order) -> bytes:
    return file_text(order.record(), order.options["file"], order.csv_format).encode()


def _json(order: Order) -> bytes:
    return json_document(order.record(TABLES)).encode()


def _xapi(order: Order) -> bytes:
    return xapi_document(order.report()).encode()


def _events(order: Order) -> bytes:
    return session_events_csv(order.report(), order.csv_format).encode()


def _ten_seconds(order: Order) -> bytes:
    """Return camera data every ten seconds, or of a class without cameras what happened in it."""
    report = order.report()
    if not report.session.had_camera:
        return session_events_csv(report, order.csv_format).encode()
    return "".join(session_csv(report, order.csv_format)).encode()


def _term(order: Order) -> bytes:
    term = Term.of_texts(order.options.get("since", ""), order.options.get("until", ""))
    overview = CourseOverview.of(cast(Course, order.subject), term, order.now)
    records = []
    for session in overview.sessions:
        records.append(record_of(session, order.now))
        order.progress(0.8 * len(records) / len(overview.sessions))
    return term_workbook(overview, records)


OF_SESSION = {
    Export.Format.PDF: FileFormat(_pdf, "application/pdf", ".pdf", ("paper",), is_light=False),
    Export.Format.HTML: FileFormat(_html, HTML, ".html", is_light=False),
    Export.Format.XLSX: FileFormat(_xlsx, XLSX, ".xlsx"),
    Export.Format.CSV: FileFormat(_csv, "application/zip", ".zip", ("separator",)),
    Export.Format.JSON: FileFormat(_json, JSON, ".json"),
    Export.Format.XAPI: FileFormat(_xapi, JSON, "-xapi.json"),
    Export.Format.TABLE: FileFormat(_table, CSV, "-{file}", ("separator", "file")),
    Export.Format.EVENTS: FileFormat(_events, CSV, "-events.csv", ("separator",)),
    Export.Format.TEN_SECONDS: FileFormat(_ten_seconds, CSV, ".csv", ("separator",)),
}
OF_COURSE = {Export.Format.TERM: FileFormat(_term, XLSX, ".xlsx", ("since", "until"), is_light=False)}
FORMATS = OF_SESSION | OF_COURSE


def is_large(session: ClassSession) -> bool:
    """Whether files of this session take longer than a browser should wait."""
    until = end_of_time(session, timezone.now().timestamp())
    minutes = (until - session.begins_at.timestamp()) / 60
    return session.participants.count() * minutes > settings.LARGEST_IMMEDIATE_EXPORT


def is_made_at_once(session: ClassSession, format_: str) -> bool:
    return FORMATS[Export.Format(format_)].is_light and not is_large(session)


def file_name(subject: Subject, format_: str, options: Mapping[str, str], day: date) -> str:
    """The name of a file that was asked for on this day."""
    if isinstance(subject, ClassSession):
        name = file_names.file_name(subject)
    else:
        name = f"{slugify(str(subject)) or 'course'}-{day:%Y-%m-%d}"
    return name + FORMATS[Export.Format(format_)].ending.format_map(options)
