"""A chart on a page: its drawing, its legend, and its figure for scripts."""

from datetime import datetime

from django import template
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe

from classroom.templatetags.times import time_as
from dashboards.charts.chart import Chart
from dashboards.charts.figure import figure
from dashboards.charts.frame import NARROW
from dashboards.charts.svg import svg, swatch

register = template.Library()


@register.filter
def drawing(chart: Chart) -> SafeString:
    return svg(chart)


@register.filter
def narrow_drawing(chart: Chart) -> SafeString:
    """For a phone without scripts: its letters are as large as those around it."""
    return svg(chart, width=NARROW)


@register.filter
def picture(chart: Chart) -> SafeString:
    """With its legend: it stands alone."""
    return svg(chart, with_legend=True)


@register.filter
def figure_script(chart: Chart) -> SafeString:
    return json_script(figure(chart), f"{chart.key}-figure")


@register.filter
def as_table(chart: Chart) -> SafeString:
    table = chart.table
    shape = "minute" if all(_is_whole_minute(row[0]) for row in table.rows) else "second"
    head = format_html_join("", '<th scope="col">{}</th>', ((text,) for text in table.head))
    rows = format_html_join(
        "\n",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (_time(row[0], shape), format_html_join("", "<td>{}</td>", ((cell,) for cell in row[1:])))
            for row in table.rows
        ),
    )
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, rows)


def _is_whole_minute(cell: object) -> bool:
    return isinstance(cell, datetime) and cell.second == 0


def _time(cell: object, shape: str) -> object:
    return time_as(cell, shape) if isinstance(cell, datetime) else cell


@register.filter
def legend(chart: Chart) -> SafeString:
    entries = [(mark_safe(swatch(mark)), mark.name) for mark in chart.legend]
    return format_html_join(
        "\n",
        '<li><svg class="chart-swatch" viewBox="0 0 14 10" width="14" height="10" aria-hidden="true">{}</svg>'
        "{}</li>",
        entries,
    )
