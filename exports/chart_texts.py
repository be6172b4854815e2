"""The texts of charts in a PDF, as HTML over the drawing.

WeasyPrint places each letter of a text in SVG alone, so Arabic letters stand apart and in the wrong order.
Text in HTML is shaped by Pango.
"""

import re

from dashboards.charts.svg import FONT_SIZE

_CHART = re.compile(
    r'<svg\b[^>]*\bclass="chart"[^>]*\bviewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>.*?</svg>', re.DOTALL
)
_TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
# How much of its width stands before a text's anchor, in percent.
_BEFORE = {"start": 0, "middle": 50, "end": 100}
# Of a line that is as tall as its letters: where they stand, in percent. That of Noto Sans.
_BASELINE = 89
# As wide as A4 between the margins of exports/styles/pdf.css, in points: other papers are nearly as wide.
_PAPER_WIDTH = 182 * 72 / 25.4


def with_html_texts(page: str) -> str:
    return _CHART.sub(_apart, page)


def _apart(chart: re.Match[str]) -> str:
    width, height = float(chart[1]), float(chart[2])
    texts = [_span(text, width, height) for text in _TEXT.finditer(chart[0])]
    return f'<div class="chart-with-texts">{_TEXT.sub("", chart[0])}{"".join(texts)}</div>'


def _span(text: re.Match[str], width: float, height: float) -> str:
    about = dict(_ATTRIBUTE.findall(text[1]))
    x, y = float(about["x"]), float(about["y"])
    # The legend of copied pictures lies below what is shown; the page has one of its own.
    if y > height:
        return ""
    before = _BEFORE[about["text-anchor"]]
    style = (
        f"left: {x / width:.2%}; top: {y / height:.2%}; transform: translate(-{before}%, -{_BASELINE}%); "
        f"font-size: {FONT_SIZE / width * _PAPER_WIDTH:.1f}pt; color: {about['fill']}; "
        f"font-weight: {about.get('font-weight', 'normal')}"
    )
    return f'<span style="{style}">{text[2]}</span>'
