"""Tidy CSV files, read back by pandas and by LibreOffice."""

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import translation

from dashboards.report.csv_format import FORMATS, TEXT_MARK
from exports.columns import KEY, WORDS, columns_of
from exports.schema import TABLES
from exports.tidy_csv import DICTIONARY, file_name, tidy_csv, zipped
from tests.exports import lessons
from tests.exports.lessons import NAMES
from tests.office import DAY_ZERO, OFFICES, needs_office, opened

pytestmark = pytest.mark.django_db
# What a spreadsheet would run begins with an apostrophe.
GUARDED = {"=1+1": "'=1+1", "@SUM(1)": "'@SUM(1)", "-1": "'-1"}
SEPARATORS = {"comma": (",", "."), "semicolon": (";", ",")}


@pytest.fixture(scope="module")
def record(for_all_tests):
    return for_all_tests(lambda: lessons.whole_record(lessons.with_cameras()))


def rows_of(text: str, csv_format: str = "comma") -> list[dict[str, str]]:
    separator, _ = SEPARATORS[csv_format]
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator))


def read(text: str, csv_format: str = "comma", **options):
    """As pandas has it, which takes half a second to load."""
    import pandas as pd

    separator, decimal = SEPARATORS[csv_format]
    return pd.read_csv(io.StringIO(text.removeprefix("\ufeff")), sep=separator, decimal=decimal, **options)


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@pytest.mark.parametrize("csv_format", SEPARATORS)
def test_every_number_of_every_table_is_in_its_cell(record, csv_format):
    files = tidy_csv(record, FORMATS[csv_format])
    _, decimal = SEPARATORS[csv_format]
    for name in TABLES:
        cells, rows = rows_of(files[file_name(name)], csv_format), record.table(name)
        assert len(cells) == len(rows)
        for cell, row in zip(cells, rows, strict=True):
            numbers = {field: value for field, value in row.model_dump().items() if is_number(value)}
            written = {field: float(cell[field].replace(decimal, ".")) for field in numbers}
            assert written == pytest.approx(numbers)


@pytest.mark.slow
@pytest.mark.parametrize("csv_format", SEPARATORS)
def test_pandas_reads_the_numbers_of_every_table(record, csv_format):
    import pandas as pd

    files = tidy_csv(record, FORMATS[csv_format])
    for name in TABLES:
        frame = read(files[file_name(name)], csv_format)
        rows = pd.DataFrame([row.model_dump() for row in record.table(name)])
        assert len(frame) == len(rows)
        for column in columns_of(TABLES[name], camera=True):
            if pd.api.types.is_numeric_dtype(rows[column.name]) and rows[column.name].dtype != bool:
                assert frame[column.name].tolist() == pytest.approx(rows[column.name].tolist(), nan_ok=True)


@pytest.mark.slow
def test_a_column_of_numbers_holds_numbers_only(record):
    import pandas as pd

    files = tidy_csv(record, FORMATS["comma"])
    number_units = {"share, 0 to 1", "seconds", "students", "number", "1 to 5"}
    for name, table in TABLES.items():
        frame = read(files[file_name(name)])
        numbers = [one.name for one in columns_of(table, camera=True) if one.unit in number_units]
        assert all(pd.api.types.is_numeric_dtype(frame[column]) for column in numbers), name


@pytest.mark.slow
def test_pandas_reads_times_with_their_zone(record, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    moved = lessons.SessionRecord.of(record.report)
    frame = read(tidy_csv(moved, FORMATS["comma"])["minutes.csv"], parse_dates=["begins_at"])
    (zone,) = set(frame["time_zone"])
    assert zone == "Europe/Berlin"
    times = frame["begins_at"].dt.tz_localize(zone)
    assert times.tolist() == [row.begins_at for row in record.minutes]


def test_names_stay_as_typed(record):
    files = tidy_csv(record, FORMATS["semicolon"])
    seen = {row["name"].rstrip(TEXT_MARK) for row in rows_of(files["participants.csv"], "semicolon")}
    assert {GUARDED.get(name, name) for name in NAMES if "\t" not in name} <= seen


def test_the_dictionary_has_a_line_for_each_column_of_each_file(record):
    files = tidy_csv(record, FORMATS["comma"])
    dictionary = rows_of(files[DICTIONARY])
    for name in TABLES:
        described = [line["column"] for line in dictionary if line["file"] == file_name(name)]
        columns = rows_of(files[file_name(name)])[0]
        assert [column for column in columns if column != "time_zone" or name == "session"] == described
    assert all(line["title"] and line["description"] and line["unit"] for line in dictionary)


def test_a_class_without_cameras_has_no_word_of_them():
    files = tidy_csv(lessons.record_of(lessons.without_cameras()), FORMATS["comma"])
    assert "gaps.csv" not in files
    assert [name for name, text in files.items() if "camera" in text.casefold()] == []


def test_files_are_the_same_in_every_language(record):
    session = record.report.session
    files = []
    for language in ("en", "de", "ar"):
        with translation.override(language):
            files.append(tidy_csv(lessons.record_of(session), FORMATS["comma"]))
    assert files[0] == files[1] == files[2]


def test_the_zip_file_holds_the_files(record):
    files = tidy_csv(record, FORMATS["comma"])
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name).decode() for name in archive.namelist()} == files


def test_words_and_identifiers_are_not_marked_as_typed_text(record):
    """A program compares them."""
    files = tidy_csv(record, FORMATS["comma"])
    for name, table in TABLES.items():
        rows = rows_of(files[file_name(name)])
        for column in columns_of(table, camera=True):
            if column.unit in (WORDS, KEY):
                assert not any("\t" in row[column.name] for row in rows)


@pytest.mark.any_database
@pytest.mark.slow
@needs_office
@pytest.mark.parametrize("office", ["German", "American"])
def test_libreoffice_has_text_numbers_and_dates(record, tmp_path, office):
    language, options = OFFICES[office]
    files = tidy_csv(record, FORMATS["semicolon" if language == "de-DE" else "comma"])
    rows = opened(files["participants.csv"], tmp_path, options)
    assert {GUARDED.get(name, name) for name in NAMES if "\t" not in name} <= {
        row["name"].rstrip(TEXT_MARK) for row in rows
    }
    minutes = opened(files["minutes.csv"], tmp_path, options)
    assert [row.get("average") for row in minutes] == pytest.approx([row.average for row in record.minutes])
    times = [DAY_ZERO + timedelta(days=row["begins_at"]) for row in minutes]
    assert all(
        abs(time - row.begins_at) < timedelta(seconds=1)
        for time, row in zip(times, record.minutes, strict=True)
    )
