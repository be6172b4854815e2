"""The report as PDF: the page's own template, laid out by WeasyPrint, tagged for screen readers."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from django.utils.translation import get_language_bidi

from dashboards.report.report import Report

from .chart_texts import with_html_texts
from .documents import document, static_text
from .models import Export
from .problems import CannotRender

# Kept apart from static/, because no browser loads these styles.
STYLES = Path(__file__).parent / "styles"
# WeasyPrint logs the beginning of each of its seven steps, and of each page of the layout, its fifth.
PROGRESS_LOG = logging.getLogger("weasyprint.progress")
SHARE_AT_STEP = {1: 0.3, 2: 0.32, 3: 0.34, 4: 0.36, 5: 0.4, 6: 0.85, 7: 0.95}
_STEP = re.compile(r"^Step (\d)(?:.* Page (\d+))?")
# Pages after which half of the layout's share is reported: how many there will be is not known.
USUAL_PAGES = 10

ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"
_PROGRESS = re.compile(r"<progress max=\"([\d.]+)\" value=\"([\d.]+)\"[^>]*></progress>")


class Paper(StrEnum):
    A4 = "A4"
    LETTER = "letter"


def pdf(report: Report, paper: Paper, progress: Callable[[float], None] = lambda share: None) -> bytes:
    weasyprint = _weasyprint()
    text = _with_drawings(document("exports/report_pdf.html", report))
    progress(0.25)
    tokens, own = static_text("css/tokens.css"), (STYLES / "pdf.css").read_text()
    style = f"@page {{ size: {paper} }}\n{tokens}\n{own}"
    sheet = weasyprint.CSS(string=style, url_fetcher=_refuse)
    with _reporting_steps(progress):
        made = weasyprint.HTML(string=text, url_fetcher=_refuse).write_pdf(
            stylesheets=[sheet], pdf_variant="pdf/ua-1", pdf_tags=True
        )
    return bytes(made)


def _weasyprint() -> ModuleType:
    """Load it at its first use: it takes a second, and it needs Pango, which a machine may lack."""
    try:
        import weasyprint
    except OSError as error:
        raise CannotRender(Export.Problem.NO_PANGO) from error
    return weasyprint


def _refuse(url: str, *_: object, **__: object) -> NoReturn:
    """Refuse to load what a text of a student names. A report contains all that it shows."""
    raise ValueError(f"A document must not load anything: {url[:100]}")


def _with_drawings(text: str) -> str:
    """Draw the bars that a browser would draw of <progress>, and set the texts of charts."""
    text = with_html_texts(_PROGRESS.sub(_bar, text))
    if not get_language_bidi():
        return text
    # WeasyPrint does not isolate <bdi>; these marks do.
    return text.replace("<bdi>", f"<bdi>{ISOLATE}").replace("</bdi>", f"{END_OF_ISOLATE}</bdi>")


def _bar(progress: re.Match[str]) -> str:
    maximum, value = float(progress[1]), float(progress[2])
    return f'<div class="bar"><span style="width: {value / (maximum or 1):.1%}"></span></div>'


@contextmanager
def _reporting_steps(progress: Callable[[float], None]) -> Iterator[None]:
    handler = _StepHandler(progress)
    PROGRESS_LOG.addHandler(handler)
    former = PROGRESS_LOG.level, PROGRESS_LOG.propagate
    PROGRESS_LOG.setLevel(logging.INFO)
    PROGRESS_LOG.propagate = False
    try:
        yield
    finally:
        PROGRESS_LOG.removeHandler(handler)
        PROGRESS_LOG.setLevel(former[0])
        PROGRESS_LOG.propagate = former[1]


class _StepHandler(logging.Handler):
    def __init__(self, progress: Callable[[float], None]) -> None:
        super().__init__()
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        if step := _STEP.match(record.getMessage()):
            begin = SHARE_AT_STEP.get(int(step[1]), 0.95)
            pages = int(step[2] or 0)
            rest = SHARE_AT_STEP[6] - begin if pages else 0
            self._progress(begin + rest * pages / (pages + USUAL_PAGES))
