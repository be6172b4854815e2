"""What _report_body.html is drawn from: on the page, and in documents that are made of the same template."""

from django.conf import settings

from .report import Report


def report_context(report: Report, *, is_document: bool = False) -> dict[str, object]:
    """`is_document`: without forms and whatever else only works on the page."""
    return {
        "report": report,
        "session": report.session,
        "formula": report.formula,
        "smallest_group": settings.SMALLEST_GROUP,
        "is_document": is_document,
    }
