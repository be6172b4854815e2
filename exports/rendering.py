"""From an export to the bytes of its file, in the language of the page on which it was asked for."""

from collections.abc import Callable
from datetime import datetime

from config.locales import written_for
from dashboards.course.overview import CourseOverview, Term
from dashboards.report.report import Report

from .html_file import html_file
from .models import Export
from .pdf import Paper, pdf
from .problems import CannotRender
from .record import SessionRecord
from .term_workbook import term_workbook

Progress = Callable[[float], None]
"""Takes the share that is done, and raises where the work is no longer wanted."""

__all__ = ["CannotRender", "Progress", "render"]


def render(export: Export, now: datetime) -> bytes:
    with written_for(export.options.get("language", "en"), export.options.get("region", "")):
        return _RENDERERS[Export.Format(export.format)](export, now)


def _report_pdf(export: Export, now: datetime) -> bytes:
    paper = Paper(export.options.get("paper", Paper.A4))
    return pdf(_report(export, now), paper, export.report_progress)


def _report_html(export: Export, now: datetime) -> bytes:
    return html_file(_report(export, now), export.report_progress).encode()


def _report(export: Export, now: datetime) -> Report:
    if export.session is None:
        raise TypeError(f"{export.format} is made of a session, and {export} is of a course.")
    export.report_progress(0.05)
    return Report.of(export.session, now)


def _term(export: Export, now: datetime) -> bytes:
    if export.course is None:
        raise TypeError(f"{export.format} is made of a course, and {export} is of a session.")
    term = Term.of_texts(export.options.get("since", ""), export.options.get("until", ""))
    overview = CourseOverview.of(export.course, term, now)
    records = []
    for session in overview.sessions:
        records.append(SessionRecord.of(overview.report(session)))
        # Each record is computed while the sheets are written: the larger part of the work.
        export.report_progress(0.3 * len(records) / len(overview.sessions))
    return term_workbook(overview, records)


_RENDERERS: dict[Export.Format, Callable[[Export, datetime], bytes]] = {
    Export.Format.PDF: _report_pdf,
    Export.Format.HTML: _report_html,
    Export.Format.TERM: _term,
}
