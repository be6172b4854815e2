"""The sheets of tables, for one session or several of a course."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_noop as _

from .book import Book, Field
from .columns import DAY, TEXT, TIME, columns_of
from .record import SessionRecord
from .schema import TABLES, Row

# The name of each table's sheet. Participants' minutes are too many rows for people: the CSV has them.
SHEETS = {
    "session": _("Sessions"),
    "minutes": _("Timeline"),
    "participants": _("Participants"),
    "averages": _("Averages"),
    "visits": _("Visits"),
    "questions": _("Questions"),
    "results": _("Answers"),
    "answers": _("Answers with names"),
    "student_questions": _("Students' questions"),
    "hands": _("Hands"),
    "feedback": _("Feedback"),
    "markers": _("Markers"),
    "gaps": _("Time without data"),
}
# How many columns say what a row is about.
FROZEN = {"minutes": 1, "participants": 2, "averages": 2, "answers": 2, "visits": 2, "hands": 2}


@dataclass(frozen=True)
class SheetColumn(Field):
    # The name of the field in its table. Empty for a column that stands beside a table.
    name: str
    value: Callable[[SessionRecord, Any], object]


def table_sheet(book: Book, name: str, records: Sequence[SessionRecord]) -> Any:
    """One table of these sessions. Of several, the first columns say which."""
    columns = sheet_columns(name, records)
    rows = (
        [column.value(record, row) for column in columns] for record in records for row in record.table(name)
    )
    frozen = FROZEN.get(name, 0) + (2 if len(records) > 1 else 0)
    return book.table(gettext(SHEETS[name]), gettext(TABLES[name].grain), columns, rows, frozen=frozen)


def sheet_columns(name: str, records: Sequence[SessionRecord]) -> list[SheetColumn]:
    return list(_columns(name, records))


def _columns(name: str, records: Sequence[SessionRecord]) -> Iterator[SheetColumn]:
    if len(records) > 1 and name != "session":
        yield from _about_session()
    has_camera = any(record.has_camera for record in records)
    for column in columns_of(TABLES[name], camera=has_camera):
        if column.name == "session_id":
            continue
        title = gettext(column.title)
        if column.unit == TIME:
            title = f"{title} ({records[0].time_zone})"
        yield SheetColumn(
            title, column.unit, gettext(column.description), column.name, _value_of(column.name)
        )
        yield from _looked_up(name, column.name)


def _value_of(name: str) -> Callable[[SessionRecord, Row], object]:
    read = attrgetter(name)
    return lambda record, row: read(row)


def _about_session() -> Iterator[SheetColumn]:
    yield SheetColumn(
        gettext("Day"),
        DAY,
        gettext("Of the session."),
        "",
        lambda record, row: record.session.begins_at.date(),
    )
    yield SheetColumn(
        gettext("Session"),
        TEXT,
        gettext("Title of the session."),
        "",
        lambda record, row: record.session.title,
    )


def _looked_up(table: str, column: str) -> Iterator[SheetColumn]:
    """What a number stands for, beside it."""
    if column == "participant" and table != "participants":
        description = gettext("The name that the student chose.")
        yield SheetColumn(gettext("Student"), TEXT, description, "", _student)
    if column == "question" and table != "questions":
        yield SheetColumn(pgettext("of a question", "Text"), TEXT, gettext("What was asked."), "", _question)


def _student(record: SessionRecord, row: Any) -> str:
    return "" if row.participant is None else record.names[row.participant]


def _question(record: SessionRecord, row: Any) -> str:
    return record.questions[row.question - 1].text
