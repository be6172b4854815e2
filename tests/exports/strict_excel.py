"""What Excel refuses to open or repairs with a message, found in the parts of a workbook.

Limits are those of Microsoft's "Excel specifications and limits".
"""

import io
import math
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
LONGEST_NAME, LONGEST_TEXT, LONGEST_FOOTER = 31, 32_767, 255
MOST_ROWS, MOST_COLUMNS, MOST_FORMATS = 1_048_576, 16_384, 64_000
# Of a row, in points.
TALLEST = 409
# 1 January 1900 and the end of 9999, as numbers of days.
FIRST_DAY, END_OF_DAYS = 1, 2_958_466
DEFINED_NAME = re.compile(r"[A-Za-z_\\][A-Za-z0-9_.\\]*")
REFERENCE = re.compile(r"'?((?:[^'!]|'')+)'?!\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
CELL = re.compile(r"([A-Z]+)(\d+)")


class Workbook:
    """The parts of a file, as XML. Reading them fails where one is not well-formed."""

    def __init__(self, made: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(made)) as file:
            self.parts = {
                name: ElementTree.fromstring(file.read(name))
                for name in file.namelist()
                if name.endswith((".xml", ".rels"))
            }
        book = self.parts["xl/workbook.xml"]
        names = [sheet.attrib["name"] for sheet in book.iter(f"{MAIN}sheet")]
        # In their order: XlsxWriter numbers them so.
        self.sheets = {name: self.parts[f"xl/worksheets/sheet{n}.xml"] for n, name in enumerate(names, 1)}
        self.names = names
        self.defined = {
            (name.attrib["name"], name.get("localSheetId")): name.text or ""
            for name in book.iter(f"{MAIN}definedName")
        }

    def size(self, sheet: str) -> tuple[int, int]:
        """Rows and columns that have cells."""
        cells = [place(cell.attrib["r"]) for cell in self.sheets[sheet].iter(f"{MAIN}c")]
        return max(row for row, _ in cells), max(column for _, column in cells)


def place(cell: str) -> tuple[int, int]:
    letters, digits = CELL.fullmatch(cell).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column


def problems(made: bytes) -> list[str]:
    book = Workbook(made)
    return [
        *_names_of_sheets(book),
        *_defined_names(book),
        *_texts(book),
        *_cells(book),
        *_footers(book),
        *_charts(book),
        *_formats(book),
    ]


def _names_of_sheets(book: Workbook) -> Iterator[str]:
    if len({name.casefold() for name in book.names}) < len(book.names):
        yield f"two sheets have one name: {book.names}"
    for name in book.names:
        if not 0 < len(name) <= LONGEST_NAME or re.search(r"[\[\]:*?/\\]", name) or name.strip("'") != name:
            yield f"no name for a sheet: {name!r}"
        if name.casefold() == "history":
            yield "Excel keeps the name History for itself"


def _defined_names(book: Workbook) -> Iterator[str]:
    for (name, _sheet), target in book.defined.items():
        own = name.removeprefix("_xlnm.")
        if not DEFINED_NAME.fullmatch(own) or CELL.fullmatch(own) or len(own) > 255:
            yield f"no name: {name}"
        yield from _outside(book, target, name)


def _outside(book: Workbook, target: str, where: str) -> Iterator[str]:
    """What a reference names that is not there."""
    found = [match.groups() for match in REFERENCE.finditer(target)]
    for sheet, first, top, last, bottom in found:
        name = sheet.replace("''", "'")
        if name not in book.sheets:
            yield f"{where} names a sheet that is not there: {target}"
            continue
        rows, columns = book.size(name)
        for column, row in ((first, top), (last or first, bottom or top)):
            number, width = place(f"{column}{row}")
            # A table without rows has a filter over its header and one row more.
            if number > max(rows, 2) or width > columns:
                yield f"{where} is outside of its sheet: {target}"


def _texts(book: Workbook) -> Iterator[str]:
    for item in book.parts["xl/sharedStrings.xml"].iter(f"{MAIN}si"):
        text = "".join(part.text or "" for part in item.iter(f"{MAIN}t"))
        if len(text) > LONGEST_TEXT:
            yield f"a text of {len(text)} letters"


def _cells(book: Workbook) -> Iterator[str]:
    dates = _date_formats(book)
    strings = len(list(book.parts["xl/sharedStrings.xml"].iter(f"{MAIN}si")))
    for name, sheet in book.sheets.items():
        if any(float(row.get("ht", 0)) > TALLEST for row in sheet.iter(f"{MAIN}row")):
            yield f"{name} has a row that is too tall"
        seen: set[tuple[int, int]] = set()
        for cell in sheet.iter(f"{MAIN}c"):
            at = place(cell.attrib["r"])
            if at in seen or at[0] > MOST_ROWS or at[1] > MOST_COLUMNS:
                yield f"{name}!{cell.attrib['r']} is there twice, or too far away"
            seen.add(at)
            value = cell.findtext(f"{MAIN}v")
            if cell.find(f"{MAIN}f") is not None:
                yield f"{name}!{cell.attrib['r']} is a formula"
            if value is None:
                continue
            number = float(value)
            if not math.isfinite(number):
                yield f"{name}!{cell.attrib['r']} is no number: {value}"
            if cell.get("t") == "s" and not 0 <= int(value) < strings:
                yield f"{name}!{cell.attrib['r']} has no text"
            if cell.get("s") in dates and not FIRST_DAY <= number < END_OF_DAYS:
                yield f"{name}!{cell.attrib['r']} is no date: {value}"


def _date_formats(book: Workbook) -> set[str]:
    styles = book.parts["xl/styles.xml"]
    codes = {
        one.attrib["numFmtId"] for one in styles.iter(f"{MAIN}numFmt") if "yyyy" in one.attrib["formatCode"]
    }
    formats = styles.find(f"{MAIN}cellXfs")
    return {str(index) for index, one in enumerate(formats) if one.get("numFmtId") in codes}


def _footers(book: Workbook) -> Iterator[str]:
    for name, sheet in book.sheets.items():
        for footer in sheet.iter(f"{MAIN}oddFooter"):
            if len(footer.text or "") > LONGEST_FOOTER:
                yield f"the footer of {name} is too long"


def _charts(book: Workbook) -> Iterator[str]:
    for name, part in book.parts.items():
        if not name.startswith("xl/charts/chart"):
            continue
        targets = [formula.text or "" for formula in part.iter(f"{CHART}f")]
        if not targets:
            yield f"{name} draws nothing"
        for target in targets:
            if not REFERENCE.fullmatch(target):
                yield f"{name} draws no cells: {target}"
            yield from _outside(book, target, name)


def _formats(book: Workbook) -> Iterator[str]:
    styles = book.parts["xl/styles.xml"]
    if len(styles.find(f"{MAIN}cellXfs")) > MOST_FORMATS:
        yield "too many formats"
    codes = [one.attrib["formatCode"] for one in styles.iter(f"{MAIN}numFmt")]
    yield from (f"too long a format: {code}" for code in codes if len(code) > LONGEST_FOOTER)
