"""A session as a workbook (XLSX), in the reader's language."""

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from .book import Book, Field
from .book_charts import answer_charts
from .columns import SECONDS, SHARE, TEXT
from .record import SessionRecord
from .sheets import table_sheet
from .summary_sheet import summary

# Units as cells show them, where CSV and JSON have others.
AS_SHOWN = {SECONDS: _("hours:minutes:seconds"), SHARE: _("percent")}
# Sheets that every workbook has. The others are there when they have a row.
ALWAYS = ("minutes", "participants", "questions", "results", "markers")
ORDER = (
    "minutes",
    "participants",
    "averages",
    "visits",
    "questions",
    "results",
    "answers",
    "student_questions",
    "hands",
    "feedback",
    "markers",
    "gaps",
)


def workbook(record: SessionRecord) -> bytes:
    book = Book(record.session.title, gettext(record.session.notice), record.made_at)
    summary(book, record)
    for name in names_of_sheets([record]):
        sheet = table_sheet(book, name, [record])
        if name == "results":
            answer_charts(book, sheet, record)
    dictionary_sheet(book)
    return book.to_bytes()


def names_of_sheets(records: Sequence[SessionRecord]) -> list[str]:
    """The tables that get a sheet, in their order."""
    return [name for name in ORDER if name in ALWAYS or any(record.table(name) for record in records)]


def dictionary_sheet(book: Book) -> None:
    """What the columns of all sheets so far mean."""
    titles = (_("Sheet"), _("One row is"), _("Column"), _("Meaning"), _("Unit"))
    fields = [Field(gettext(title), TEXT, "") for title in titles]
    rows = [
        (sheet.name, sheet.grain, about.title, about.description, _unit(about.unit))
        for sheet in book.tables
        for about in sheet.columns
    ]
    book.table(gettext("Data dictionary"), "", fields, rows)


def _unit(unit: str) -> str:
    return gettext(AS_SHOWN.get(unit, unit))
