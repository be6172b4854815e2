"""The report as one HTML file that opens without a network."""

from collections.abc import Callable

from dashboards.report.report import Report

from .documents import document, static_text, style_sheets

STYLE_SHEETS = ("tokens", "base", "controls", "surfaces", "live", "report", "activities")


def html_file(report: Report, progress: Callable[[float], None] = lambda share: None) -> str:
    text = document(
        "exports/report.html",
        report,
        style=style_sheets(STYLE_SHEETS),
        dark_style=static_text("css/tokens-dark.css"),
    )
    progress(0.9)
    return text
