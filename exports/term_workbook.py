"""A course's sessions of a term as one workbook, in the reader's language."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_noop as _
from xlsxwriter.worksheet import Worksheet

from activities.models import Role
from dashboards.course.answers import Series
from dashboards.course.overview import CourseOverview

from .book import ACCENT, ACCENT_SOFT, INK_SOFT, LINE_HEIGHT, Book, Field, height_of, lines_of, start
from .book_charts import LOST, SERIES, finish
from .clock import local
from .columns import DAY, NUMBER, SCALE, SHARE, STUDENTS, TEXT
from .record import SessionRecord
from .sheets import SHEETS, sheet_columns, table_sheet
from .words import INVENTED, NOT_FOR_GRADING
from .workbook import dictionary_sheet, names_of_sheets

COMPARING = _(
    "A difference between two days is not a difference in teaching: other students, other cameras, other "
    "topics. Read each number with how many it rests on."
)
WIDTH, CHART_WIDTH, CHART_HEIGHT = 100, 720, 300


def term_workbook(overview: CourseOverview, records: Sequence[SessionRecord]) -> bytes:
    """The sheets of a session's workbook with the rows of all sessions, oldest first."""
    is_invented = any(record.of_session.is_invented for record in records)
    notice = INVENTED if is_invented else NOT_FOR_GRADING
    book = Book(overview.course.name, gettext(notice), local(overview.now))
    summary = _summary(book, overview)
    if records:
        _tables(book, overview, records)
        _chart(book, summary, records)
    return book.to_bytes()


def _tables(book: Book, overview: CourseOverview, records: Sequence[SessionRecord]) -> None:
    table_sheet(book, "session", records).freeze_panes(1, 2)
    _repeated_questions(book, overview)
    for name in names_of_sheets(records):
        table_sheet(book, name, records)
    dictionary_sheet(book)


def _summary(book: Book, overview: CourseOverview) -> Worksheet:
    sheet = book.sheet(gettext("Summary"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, WIDTH)
    title = book.format(
        bold=True, font_size=18, font_color=ACCENT, text_wrap=True, quote_prefix=True, align=start()
    )
    plain = book.format(text_wrap=True, align=start())
    lines = [
        (overview.course.name, title, 26),
        (book.notice, book.format(bold=True, bg_color=ACCENT_SOFT, align=start()), LINE_HEIGHT),
        (gettext(COMPARING), plain, LINE_HEIGHT),
        (_days(overview), book.format(font_color=INK_SOFT, align=start()), LINE_HEIGHT),
    ]
    for row, (text, look, height) in enumerate(lines):
        sheet.write_string(row, 0, text, look)
        sheet.set_row(row, height_of(lines_of(text, WIDTH - 4), height))
    return sheet


def _days(overview: CourseOverview) -> str:
    begins = [local(session.begins_at).date() for session in overview.sessions]
    if not begins:
        return gettext("No session has ended in this time.")
    return gettext("{n} sessions, from {first} to {last}").format(
        n=len(begins), first=begins[0], last=begins[-1]
    )


def _chart(book: Book, sheet: Worksheet, records: Sequence[SessionRecord]) -> None:
    """Attendance and lost students. Averages of days are not drawn beside each other."""
    columns = sheet_columns("session", records)
    places = {about.name: place for place, about in enumerate(columns)}
    name, last = book.sheet_name(gettext(SHEETS["session"])), len(records)
    days = places["begins_at"]
    chart = book.workbook.add_chart({"type": "column"})
    for column, color in (("students", SERIES), ("most_lost", LOST)):
        place = places[column]
        chart.add_series(
            {
                "name": columns[place].title,
                "categories": [name, 1, days, last, days],
                "values": [name, 1, place, last, place],
                "fill": {"color": color},
            }
        )
    chart.set_x_axis({"num_format": "yyyy-mm-dd", "text_axis": True})
    chart.set_y_axis({"min": 0, "num_format": "0", "major_gridlines": {"visible": True}})
    finish(chart, gettext("Students in each session"))
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": CHART_WIDTH, "height": CHART_HEIGHT})
    sheet.insert_chart(5, 0, chart, {"description": chart.title.name, "object_position": 3})


def _repeated_questions(book: Book, overview: CourseOverview) -> None:
    """Check-ins, exit tickets and other questions that were asked again: a row for each answer."""
    if not overview.repeated:
        return
    grain = gettext("An answer to a question that was asked in several sessions")
    rows = [row for series in overview.repeated for row in _rows(overview, series)]
    book.table(gettext("Asked again"), grain, _fields(), rows, frozen=1)


def _fields() -> list[Field]:
    return [
        Field(pgettext("of a question", "Text"), TEXT, gettext("What was asked.")),
        Field(gettext("Place"), TEXT, gettext("Check-in, exit ticket, or a question between them.")),
        Field(gettext("Day"), DAY, gettext("Of the session.")),
        Field(gettext("Session"), TEXT, gettext("Title of the session.")),
        Field(gettext("Answered"), STUDENTS, gettext("Students who answered.")),
        Field(gettext("Present"), STUDENTS, gettext("Students in class when the question closed.")),
        Field(gettext("Average"), SCALE, gettext("On a scale from 1 to 5.")),
        Field(gettext("Answer"), TEXT, gettext("Empty where fewer than 5 answered anonymously.")),
        Field(gettext("Students"), NUMBER, gettext("How many gave this answer.")),
        Field(gettext("Share"), SHARE, gettext("As a share of the students who answered.")),
    ]


def _rows(overview: CourseOverview, series: Series) -> Iterator[list[Any]]:
    role = Role(series.question.role)
    for session in overview.sessions:
        asked = series.asked.get(session.pk)
        if asked is None:
            continue
        about = [
            series.question.text,
            str(role.label) if role else "",
            local(session.begins_at).date(),
            session.title,
            asked.answered,
            asked.present,
            asked.mean,
        ]
        answers = [[bar.label, bar.count, bar.share] for bar in asked.bars]
        for answer in answers or [["", None, None]]:
            yield [*about, *answer]
