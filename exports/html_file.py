"""The report as one HTML file that opens without a network, with its charts, in light and in dark."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable

from dashboards.report.report import Report
from dashboards.views import PLOTLY_STYLES

from .documents import document, static_text, style_sheets
from .script import script_of

STYLE_SHEETS = ("tokens", "base", "controls", "surfaces", "live", "charts", "report", "activities")


def html_file(report: Report, progress: Callable[[float], None] = lambda share: None) -> str:
    styles = style_sheets(STYLE_SHEETS), static_text("css/tokens-dark.css")
    scripts = [script_of("js/exports/file.js")]
    if report.lesson_chart:
        scripts.insert(0, static_text("plotly/plotly.min.js"))
    progress(0.3)
    text = document(
        "exports/report.html",
        report,
        with_figures=True,
        styles=styles,
        scripts=scripts,
        policy=_policy(styles, scripts),
    )
    progress(0.9)
    return text


def _policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """What the file may do: nothing but what is in it, whatever a text of a student holds."""
    allowed_styles = " ".join([*map(_hash, styles), *PLOTLY_STYLES])
    return (
        f"default-src 'none'; style-src {allowed_styles}; script-src {' '.join(map(_hash, scripts))}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
