"""Writes an Excel workbook: sheets, formats, and cells by the unit of their column.

Text is always written as text: none becomes a formula, a link or a number.
"""

import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter
from django.utils.translation import get_language_bidi, gettext
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .columns import DAY, SCALE, SECONDS, SHARE, TIME, WORDS, YES_NO

# Colours of static/css/tokens.css.
ACCENT, ACCENT_SOFT, INK_SOFT = "#0b6e68", "#dff0ee", "#52606b"
# Characters that the name of a sheet must not have, and its greatest length.
NOT_IN_NAME, MAX_SHEET_NAME = re.compile(r"[\[\]:*?/\\]"), 31
# Characters that XML cannot hold. XlsxWriter escapes them in cells, as Excel does, but not elsewhere.
NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
NARROWEST, WIDEST, WIDEST_WORDS = 8, 48, 60
# Heights of rows in points.
LINE_HEIGHT, TALLEST = 15, 409
DAY_LENGTH = timedelta(days=1).total_seconds()
NUMBER_FORMATS = {
    TIME: "yyyy-mm-dd hh:mm:ss",
    DAY: "yyyy-mm-dd",
    SECONDS: "[h]:mm:ss",
    # A share above zero is never shown as 0 %.
    SHARE: '[=0]0%;[<0.005]"<1%";0%',
    SCALE: "0.0",
}
# Widths of columns in characters.
WIDTHS = {TIME: 19, DAY: 11, SECONDS: 9, SHARE: 7, SCALE: 6, YES_NO: 6}


@dataclass(frozen=True)
class Sheet:
    """A sheet of a table, as the data dictionary describes it."""

    name: str
    grain: str
    columns: Sequence["Field"]


@dataclass(frozen=True)
class Field:
    """A column of a sheet, in the reader's language."""

    title: str
    unit: str
    description: str


@dataclass
class Book:
    title: str
    notice: str
    made_at: datetime
    tables: list[Sheet] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._file = io.BytesIO()
        options = {
            "in_memory": True,
            "remove_timezone": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.workbook = xlsxwriter.Workbook(self._file, options)
        created = self.made_at.replace(tzinfo=None)
        self.workbook.set_properties(
            {"title": in_xml(self.title), "comments": self.notice, "created": created}
        )
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def to_bytes(self) -> bytes:
        """Close the workbook and return its bytes."""
        self.workbook.close()
        return self._file.getvalue()

    def sheet(self, name: str) -> Worksheet:
        """A new sheet. It prints on landscape A4, as wide as the page."""
        sheet = self.workbook.add_worksheet(self.sheet_name(name))
        if get_language_bidi():
            sheet.right_to_left()
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        # "&" begins a code in a footer.
        sheet.set_footer(f"&L{self.notice.replace('&', '&&')}&R&P / &N")
        return sheet

    def sheet_name(self, name: str) -> str:
        """Return the name as spreadsheets allow it."""
        return NOT_IN_NAME.sub(" ", name)[:MAX_SHEET_NAME].strip(" '")

    def format(self, **properties: Any) -> Format:
        """The format with these properties. Equal ones are shared, because Excel limits their number."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format({"valign": "top", **properties})
        return self._formats[key]

    def write(self, sheet: Worksheet, row: int, column: int, value: object, unit: str, **look: Any) -> None:
        """Write a cell by its unit. None and "" leave it blank."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.format(**look))
        elif isinstance(value, bool):
            sheet.write_string(row, column, gettext("Yes") if value else gettext("No"), self.format(**look))
        elif isinstance(value, datetime | date):
            sheet.write_datetime(row, column, value, self._number_format(unit, {"align": start(), **look}))
        elif isinstance(value, int | float):
            number = value / DAY_LENGTH if unit == SECONDS else value
            sheet.write_number(row, column, number, self._number_format(unit, look))
        else:
            # With quote_prefix it stays text when somebody edits the cell.
            look = {"text_wrap": True, "quote_prefix": True, "indent": 1, "align": start(), **look}
            sheet.write_string(row, column, text_of(value, unit), self.format(**look))

    def _number_format(self, unit: str, look: dict[str, Any]) -> Format:
        return self.format(num_format=NUMBER_FORMATS.get(unit, "0"), **look)

    def table(
        self,
        name: str,
        grain: str,
        fields: Sequence[Field],
        rows: Iterable[Sequence[object]],
        *,
        frozen: int = 0,
    ) -> Worksheet:
        """A sheet with one table. The first `frozen` columns stay where they are, as the header does."""
        sheet = self.sheet(name)
        rows = list(rows)
        self._write_header(sheet, fields)
        widths = [_width(about, [cells[place] for cells in rows]) for place, about in enumerate(fields)]
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        for row, cells in enumerate(rows, start=1):
            for place, (value, about) in enumerate(zip(cells, fields, strict=True)):
                self.write(sheet, row, place, value, about.unit)
            sheet.set_row(row, _height(cells, fields, widths))
        sheet.freeze_panes(1, frozen)
        sheet.repeat_rows(0)
        last = max(len(rows), 1)
        sheet.autofilter(0, 0, last, len(fields) - 1)
        # A version or a name may look like a number, and is text.
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
        self.tables.append(Sheet(self.sheet_name(name), grain, fields))
        return sheet

    def _write_header(self, sheet: Worksheet, fields: Iterable[Field]) -> None:
        look = self.format(bold=True, font_color="#ffffff", bg_color=ACCENT, text_wrap=True, valign="vcenter")
        for column, about in enumerate(fields):
            sheet.write_string(0, column, about.title, look)
        sheet.set_row(0, 32)


def in_xml(text: str) -> str:
    """A text for a part of the file that is no cell."""
    return NOT_IN_XML.sub("", text)


def start() -> str:
    """The side on which text begins, whatever the script of a name."""
    return "right" if get_language_bidi() else "left"


def text_of(value: object, unit: str) -> str:
    """A text cell as it is read. Words of the product are translated."""
    return gettext(str(value)) if unit == WORDS and value else str(value)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a cell so many characters wide."""
    return sum(max(1, math.ceil(len(line) / width)) for line in text.split("\n"))


def height_of(lines: int, line: float = LINE_HEIGHT) -> float:
    """Return the height of a row with so many lines, as tall as Excel allows."""
    return min(line * lines, TALLEST)


def _width(about: Field, values: Sequence[object]) -> float:
    """Room for the longest line, within limits. A header may break between words."""
    words = max((len(word) for word in about.title.split()), default=0)
    # The arrow of the filter covers the end of a header.
    header = max(words + 3, len(about.title) / 2 + 3)
    known = WIDTHS.get(about.unit)
    if known is None:
        texts = [text_of(value, about.unit) for value in values if value is not None]
        known = max((len(line) for text in texts for line in text.split("\n")), default=0)
    most = WIDEST_WORDS if about.unit == WORDS else WIDEST
    return min(max(header, known + 3, NARROWEST), most)


def _height(cells: Sequence[object], fields: Sequence[Field], widths: Sequence[float]) -> float:
    texts = [
        lines_of(text_of(value, about.unit), width - 2)
        for value, about, width in zip(cells, fields, widths, strict=True)
        if isinstance(value, str)
    ]
    return height_of(max(texts, default=1))
