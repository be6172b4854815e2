"""The report as one HTML file that opens without a network, with its charts, in light and in dark."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable

from dashboards.report.report import Report
from dashboards.views import PLOTLY_STYLE

from .documents import document, static_text, style_sheets
from .script import script_of

STYLE_SHEETS = ("tokens", "base", "controls", "surfaces", "live", "charts", "report", "activities")


def html_file(report: Report, progress: Callable[[float], None] = lambda share: None) -> str:
    styles = style_sheets(STYLE_SHEETS), static_text("css/tokens-dark.css")
    scripts = [script_of("js/exports/file.js")]
    if report.lesson_chart:
        scripts.insert(0, static_text("plotly/plotly-basic.min.js"))
    progress(0.3)
    text = document(
        "exports/report.html",
        report,
        with_figures=True,
        styles=styles,
        scripts=scripts,
        policy=policy(styles, scripts, [PLOTLY_STYLE]),
    )
    progress(0.9)
    return text


def policy(styles: Iterable[str], scripts: Iterable[str] = (), other_styles: Iterable[str] = ()) -> str:
    """What the file may do: nothing but what is in it, whatever a text of a student holds."""
    allowed_styles = " ".join([*map(_hash, styles), *other_styles])
    allowed_scripts = " ".join(map(_hash, scripts)) or "'none'"
    return (
        f"default-src 'none'; style-src {allowed_styles}; script-src {allowed_scripts}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
