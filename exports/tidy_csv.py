"""Tidy CSV: one file for each table, and a data dictionary beside them.

Columns and words are English, the same whoever downloads them. Times are of the site's time zone, as a
spreadsheet reads them, and the zone stands in a column of its own.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter

from dashboards.report.csv_format import BOM, CsvFormat, as_typed, csv_lines

from .columns import TEXT, TIME, Column, Row, columns_of
from .dictionary import dictionary, tables
from .record import SessionRecord
from .schema import TABLES

DICTIONARY = "data-dictionary.csv"
DICTIONARY_COLUMNS = ("file", "one_row_is", "column", "title", "description", "unit", "may_be_empty")


def tidy_csv(record: SessionRecord, csv_format: CsvFormat) -> dict[str, str]:
    """The text of each file, by its name."""
    names = tables(camera=record.has_camera)
    files = {file_name(name): table_csv(record, name, csv_format) for name in names}
    return {**files, DICTIONARY: dictionary_csv(record, csv_format)}


def file_name(table: str) -> str:
    return f"{table.replace('_', '-')}.csv"


def table_of(file: str) -> str:
    """The name of the table in this file; empty if it is none of ours."""
    return next((name for name in TABLES if file_name(name) == file), "")


def file_text(record: SessionRecord, file: str, csv_format: CsvFormat) -> str:
    """The text of one of the files."""
    if file == DICTIONARY:
        return dictionary_csv(record, csv_format)
    return table_csv(record, table_of(file), csv_format)


def file_names(*, camera: bool) -> list[str]:
    """The files of a session with cameras, or without."""
    return [*map(file_name, tables(camera=camera)), DICTIONARY]


def table_csv(record: SessionRecord, name: str, csv_format: CsvFormat) -> str:
    columns = columns_of(tables(camera=record.has_camera)[name], camera=record.has_camera)
    head = [column.name for column in columns]
    zone = [record.time_zone] if name != "session" and any(one.unit == TIME for one in columns) else []
    rows = (cells + zone for cells in _cells(record.table(name), columns))
    return _written([head + ["time_zone"] * len(zone), *rows], csv_format)


def _cells(rows: Iterable[Row], columns: Iterable[Column]) -> Iterator[list[object]]:
    """The typed columns are marked where a spreadsheet would convert their text."""
    columns = list(columns)
    values_of = attrgetter(*(column.name for column in columns))
    typed = [place for place, column in enumerate(columns) if column.unit == TEXT]
    for row in rows:
        cells = [_cell(value) for value in values_of(row)]
        for place in typed:
            cells[place] = as_typed(str(cells[place]))
        yield cells


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


def dictionary_csv(record: SessionRecord, csv_format: CsvFormat) -> str:
    rows = (
        (
            file_name(entry.table),
            entry.grain,
            entry.column.name,
            entry.column.title,
            entry.column.description,
            entry.column.unit,
            "yes" if entry.column.may_be_empty else "no",
        )
        for entry in dictionary(camera=record.has_camera)
    )
    return _written([DICTIONARY_COLUMNS, *rows], csv_format)


def _written(rows: Iterable[Iterable[object]], csv_format: CsvFormat) -> str:
    return BOM + "".join(csv_lines(rows, csv_format))


def zipped(files: Mapping[str, str]) -> bytes:
    """A ZIP file with these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()
