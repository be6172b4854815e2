"""A chart on a page: its drawing, its legend, and its figure for scripts."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django import template
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from classroom.templatetags.times import time_as
from config.locales import duration_text
from dashboards.charts.chart import Chart
from dashboards.charts.figure import figure
from dashboards.charts.frame import NARROW
from dashboards.charts.strips import strip as strip_svg
from dashboards.charts.strips import swatch as strip_swatch
from dashboards.charts.strips import time_axis
from dashboards.charts.svg import svg, swatch
from dashboards.report.parts import StudentRow
from dashboards.report.report import Report
from dashboards.report.strips import Strip
from emotion.buckets import STEP_SECONDS

register = template.Library()
register.simple_tag(strip_swatch, name="strip_swatch")
NOTHING = "–"


@register.filter
def drawing(chart: Chart) -> SafeString:
    return svg(chart)


@register.filter
def narrow_drawing(chart: Chart) -> SafeString:
    """Draw a chart for a phone without scripts: its letters are as large as those around it."""
    return svg(chart, width=NARROW)


@register.filter
def picture(chart: Chart) -> SafeString:
    """Draw a chart with its legend, so that it can stand alone."""
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


@register.filter
def strip_drawing(strip: Strip, label: str) -> SafeString:
    return strip_svg(strip.bars, strip.lines, strip.thin_lines, steps=strip.steps, label=label)


@register.filter
def strips_axis(report: Report) -> SafeString:
    """Of a picture: on the page a chart above has the times."""
    first, last = report.timeline.first, report.timeline.last
    return time_axis(first * STEP_SECONDS * 1000, (last + 1) * STEP_SECONDS * 1000)


@register.filter
def strips_table(students: Sequence[StudentRow]) -> SafeString:
    """How long the strips show which reason."""
    totals: Counter[str] = Counter()
    for student in students:
        totals.update({gap.label: round(gap.time.total_seconds()) for gap in student.gaps})
    reasons = [label for label, _seconds in totals.most_common()]
    head = format_html_join(
        "", '<th scope="col">{}</th>', ((t,) for t in (_("Student"), _("In class"), *reasons))
    )
    rows = format_html_join(
        "",
        '<tr><th scope="row"><bdi>{}</bdi></th><td>{}</td>{}</tr>',
        (
            (student.entry.name, duration_text(student.present), _gaps(student, reasons))
            for student in students
        ),
    )
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, rows)


def _gaps(student: StudentRow, reasons: Sequence[str]) -> SafeString:
    times = {gap.label: duration_text(gap.time) for gap in student.gaps}
    return format_html_join("", "<td>{}</td>", ((times.get(reason, NOTHING),) for reason in reasons))
