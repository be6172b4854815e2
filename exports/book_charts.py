"""Native charts of a workbook. They draw the cells of its tables."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from xlsxwriter.worksheet import Worksheet

from .book import ACCENT, Book, in_xml
from .record import SessionRecord
from .sheets import SHEETS, sheet_columns

# Colours of static/css/tokens.css.
SERIES, SOFT, LOST, HANDS = "#3a4a5c", "#858e98", "#a3262a", "#4273c3"
WIDTH, HEIGHT = 680, 290
ROW_HEIGHT = 20
# Labels that an axis has room for.
MOST_LABELS = 10
# Questions whose answers are drawn, and how many answers of one.
MOST_CHARTS, MOST_BARS = 20, 12


class Series(NamedTuple):
    # The column of the table.
    column: str
    look: dict[str, Any]


AVERAGE = (
    Series("average_low", {"line": {"color": SOFT, "width": 1, "dash_type": "dash"}}),
    Series("average_high", {"line": {"color": SOFT, "width": 1, "dash_type": "dash"}}),
    Series("average", {"line": {"color": SERIES, "width": 2.25}}),
    Series("coverage", {"line": {"color": ACCENT, "width": 1, "dash_type": "round_dot"}}),
)
IN_CLASS = (Series("in_class", {"line": {"color": SERIES, "width": 2.25}}),)
SAID = (
    Series("lost", {"fill": {"color": LOST}, "gap": 30}),
    Series("hands", {"fill": {"color": HANDS}}),
)


def timeline_charts(book: Book, sheet: Worksheet, record: SessionRecord, *, column: int) -> None:
    """The class by minutes, from this column on."""
    charts = [
        _timeline(book, record, "line", IN_CLASS, _("Students in class")),
        _timeline(book, record, "column", SAID, _("Lost, and hands up")),
    ]
    if any(row.average is not None for row in record.minutes):
        title = _("Class average with its likely range, and share of class time with data")
        charts.insert(0, _timeline(book, record, "line", AVERAGE, title))
    for place, chart in enumerate(charts):
        chart.set_size({"width": WIDTH, "height": HEIGHT, "y_offset": place * (HEIGHT + ROW_HEIGHT)})
        sheet.insert_chart(2, column, chart, {"description": chart.title.name, "object_position": 3})


def _timeline(book: Book, record: SessionRecord, kind: str, series: Sequence[Series], title: str) -> Any:
    name, last = book.sheet_name(gettext(SHEETS["minutes"])), len(record.minutes)
    columns = sheet_columns("minutes", [record])
    places = {about.name: place for place, about in enumerate(columns)}
    chart = book.workbook.add_chart({"type": kind})
    for column, look in series:
        place = places[column]
        values = {"categories": [name, 1, 0, last, 0], "values": [name, 1, place, last, place]}
        chart.add_series({"name": columns[place].title, **values, **look})
    every = max(1, -(-last // MOST_LABELS))
    labels = {"num_format": "hh:mm", "text_axis": True, "interval_unit": every, "interval_tick": every}
    chart.set_x_axis(labels)
    grid = {"visible": True, "line": {"color": "#dde2e4", "width": 0.75}}
    chart.set_y_axis({"min": 0, "major_gridlines": grid, **_scale(series, record)})
    finish(chart, gettext(title))
    chart.set_legend({"position": "bottom"} if len(series) > 1 else {"none": True})
    return chart


def _scale(series: Sequence[Series], record: SessionRecord) -> dict[str, Any]:
    """Shares from 0 to 100 %. Numbers of students in whole steps."""
    if series is AVERAGE:
        return {"max": 1, "major_unit": 0.25, "num_format": "0%"}
    most = max((getattr(row, column) for row in record.minutes for column, _look in series), default=0)
    return {"num_format": "0", "major_unit": max(1, -(-most // 5))}


def finish(chart: Any, title: str) -> None:
    chart.set_title({"name": "-", "name_font": {"size": 12, "bold": True}})
    # set_title() takes a text such as "Really, Sheet!A1?" for the address of a cell.
    chart.title.name = in_xml(title)
    chart.set_chartarea({"border": {"color": "#dde2e4"}})
    chart.show_blanks_as("gap")


def answer_charts(book: Book, sheet: Worksheet, record: SessionRecord) -> None:
    """How many gave each answer: a chart for each question with answers to choose from, beside the table."""
    name = book.sheet_name(gettext(SHEETS["results"]))
    places = {about.name: place for place, about in enumerate(sheet_columns("results", [record]))}
    top = 1
    for first, last, title in _drawn(record)[:MOST_CHARTS]:
        chart = book.workbook.add_chart({"type": "bar"})
        answers, counts = places["answer"], places["count"]
        chart.add_series(
            {
                "categories": [name, first, answers, last, answers],
                "values": [name, first, counts, last, counts],
                "fill": {"color": SERIES},
                "gap": 40,
                "data_labels": {"value": True},
            }
        )
        # The first answer on top, as in the table.
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"min": 0, "visible": False, "major_gridlines": {"visible": False}})
        chart.set_legend({"none": True})
        finish(chart, title)
        height = 90 + 30 * (last - first + 1)
        chart.set_size({"width": 520, "height": height})
        sheet.insert_chart(
            top, len(places) + 2, chart, {"description": chart.title.name, "object_position": 3}
        )
        top += height // ROW_HEIGHT + 2


def _drawn(record: SessionRecord) -> list[tuple[int, int, str]]:
    """The rows in the table of each question's answers, and the question. Written answers are a list."""
    found, row = [], 1
    texts = {one.question: f"{one.question}. {one.text}" for one in record.questions}
    open_text = {one.question for one in record.questions if one.kind == "Open text"}
    for question, results in groupby(record.results, key=lambda result: result.question):
        count = len(list(results))
        if question not in open_text:
            found.append((row, row + min(count, MOST_BARS) - 1, texts[question]))
        row += count
    return found
