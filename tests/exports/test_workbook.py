"""The workbook, read back by calamine, which knows no formats of ours, and by LibreOffice."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from exports.book import Book
from exports.columns import SECONDS, TIME, WORDS
from exports.record import SessionRecord
from exports.schema import TABLES
from exports.sheets import SHEETS, sheet_columns, table_sheet
from exports.workbook import workbook
from tests.dashboards import classes
from tests.exports import lessons
from tests.exports.lessons import NAMES
from tests.office import converted, needs_office

pytestmark = pytest.mark.django_db


def with_formulas() -> SessionRecord:
    session = lessons.with_cameras()
    lessons.formula_names(session)
    return lessons.whole_record(session)


@pytest.fixture(scope="module")
def record(for_all_tests):
    return for_all_tests(with_formulas)


def read(made: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def contents(made: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        return {name: file.read(name).decode() for name in file.namelist() if name.endswith(".xml")}


def same(cell: object, value: object, unit: str) -> bool:
    if value is None or value == "":
        return cell == ""
    if unit == SECONDS:
        return abs(_seconds(cell) - value) < 1
    if unit == TIME:
        return abs(cell - value.replace(tzinfo=None)) < timedelta(seconds=1)
    if isinstance(value, bool):
        return cell == translation.gettext("Yes" if value else "No")
    if isinstance(value, str):
        return cell == (translation.gettext(value) if unit == WORDS else value)
    if isinstance(value, date):
        return cell == value
    return cell == pytest.approx(value)


def _seconds(cell: object) -> float:
    """calamine has a length of less than a day as a time."""
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    return cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_sheet_has_the_cells_of_its_table(record, language):
    with translation.override(language):
        sheets = read(workbook(record))
        for name in TABLES.keys() - {"session", "participant_minutes"}:
            columns = sheet_columns(name, [record])
            head, *rows = sheets[translation.gettext(SHEETS[name])]
            assert head == [column.title for column in columns]
            table = record.table(name)
            # calamine leaves out empty rows at the end.
            assert len(rows) == len(table)
            for cells, row in zip(rows, table, strict=True):
                for cell, column in zip(cells, columns, strict=True):
                    assert same(cell, column.value(record, row), column.unit), (name, column.title, cell)


def test_words_of_the_product_are_translated_and_words_of_people_are_not(record):
    with translation.override("de"):
        sheets = read(workbook(record))
        participants = sheets[translation.gettext(SHEETS["participants"])]
    cells = {cell for row in participants[1:] for cell in row}
    assert {"Keine Kamera", "=1+1"} <= cells
    assert "No camera" not in cells


def test_its_sheets_are_those_that_the_lesson_needs(record):
    always = ["Summary", "Timeline", "Participants", "Questions", "Answers", "Markers", "Data dictionary"]
    assert set(always) <= set(read(workbook(record)))
    session = classes.session(mode="participation", closed_at=classes.after(60))
    assert list(read(workbook(lessons.record_of(session)))) == always


def test_the_summary_says_what_the_report_says(record):
    rows = {row[0]: row[1] for row in read(workbook(record))["Summary"] if row[1] != ""}
    assert (rows["Students"], rows["Used a camera"]) == (23, 17)
    assert rows["Class average"] == record.report.whole.mean
    assert rows["Share of class time with data"] == pytest.approx(record.report.coverage, abs=1e-6)
    assert (rows["Start"], rows["Time zone"]) == (datetime(2026, 3, 2, 10), "UTC")  # noqa: DTZ001
    first = read(workbook(record))["Summary"][:2]
    assert [row[0] for row in first] == [lessons.TITLE, "Not for grading or discipline."]


def test_nothing_that_people_typed_is_a_formula_or_a_link(record):
    made = workbook(record)
    sheets = read(made)
    names = {row[1] for row in sheets["Participants"][1:]}
    assert {name for name in NAMES if "\t" not in name} <= names
    assert ("=1+1", "=cmd|' /C calc'!A0") in {(row[1], row[2]) for row in sheets["Answers"]}
    assert "@SUM(1;2)\nsecond line" in {row[1] for row in sheets["Students' questions"]}
    for name, text in contents(made).items():
        if name.startswith("xl/worksheets/sheet"):
            assert "<f>" not in text
            assert "hyperlink" not in text


def test_each_time_names_its_zone(record, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    moved = lessons.record_of(record.report.session)
    sheets = read(workbook(moved))
    assert sheets["Timeline"][0][0] == "Minute (Europe/Berlin)"
    assert sheets["Timeline"][1][0] == datetime(2026, 3, 2, 11)  # noqa: DTZ001


def test_headers_stay_in_sight_and_repeat_on_paper(record):
    for name, text in contents(workbook(record)).items():
        if name.startswith("xl/worksheets/sheet") and name != "xl/worksheets/sheet1.xml":
            assert 'state="frozen"' in text
            assert "<autoFilter" in text
            assert "<cols>" in text


def test_charts_draw_the_cells_of_the_tables(record):
    charts = [text for name, text in contents(workbook(record)).items() if name.startswith("xl/charts/")]
    drawn = "".join(charts)
    assert "Timeline!$A$2:$A$41" in drawn
    assert "Answers!" in drawn
    assert len(charts) == 3 + 4


def test_a_class_without_cameras_has_no_word_of_them():
    made = contents(workbook(lessons.record_of(lessons.without_cameras())))
    text = "".join(text for name, text in made.items() if "theme" not in name).casefold()
    assert "camera" not in text
    assert "expression" not in text


def test_it_is_in_the_readers_language_and_runs_from_right_to_left_in_arabic(record):
    with translation.override("ar"):
        made = workbook(record)
    assert all(
        'rightToLeft="1"' in text
        for name, text in contents(made).items()
        if name.startswith("xl/worksheets/sheet")
    )
    with translation.override("de"):
        sheets = read(workbook(record))
    assert {row[1] for row in list(sheets.values())[2][1:]} >= {"=1+1", "🦉 Ada 🎓"}


def test_several_sessions_stand_in_one_sheet_with_their_day_and_title(record):
    other = lessons.record_of(lessons.without_cameras())
    book = Book("Term", "", record.made_at)
    table_sheet(book, "participants", [record, other])
    (rows,) = read(book.to_bytes()).values()
    assert rows[0][:4] == ["Day", "Session", "Number", "Student"]
    assert len(rows) == 1 + 23 + 6
    assert {row[1] for row in rows[1:]} == {lessons.TITLE}


@pytest.mark.any_database
@pytest.mark.slow
@needs_office
def test_libreoffice_reads_the_same_and_calculates_nothing(record, tmp_path):
    file = tmp_path / "report.xlsx"
    file.write_bytes(workbook(record))
    again = converted(file, "ods")
    ours, theirs = read(file.read_bytes()), read(again.read_bytes())
    assert list(theirs) == list(ours)
    for name in ("Timeline", "Participants", "Answers", "Markers"):
        assert [[_text(cell) for cell in row] for row in theirs[name]] == [
            [_text(cell) for cell in row] for row in ours[name]
        ]


def _text(cell: object) -> str:
    if isinstance(cell, int | float):
        return f"{cell:.4f}"
    if isinstance(cell, time | timedelta):
        return f"{_seconds(cell):.0f}"
    return f"{cell:%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else str(cell)
