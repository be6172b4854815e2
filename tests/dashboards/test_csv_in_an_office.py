"""The CSV opened by a real LibreOffice, as offices of three countries open it."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from classroom.models import ClassSession, Consent
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after

pytestmark = [
    pytest.mark.any_database,
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice (soffice) to open the CSV with"),
]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NAMES = [
    "007", "1E5", "3/4", "12345678901234567890", "1.5", "1,5", "50%", "5 €", "€5", "12:30", "2026-01-02",
    "1.2.2026", "1/2/2026", "5. März", "March 5", "TRUE", "WAHR", "(5)", "#N/A", "-1", "+4915112345", "=1+1",
    "@SUM(1)", 'a;"=1+1', "Müller, Jörg", "דנה כהן", "李小龙",
]  # fmt: skip
# separator, decimals, and what LibreOffice's import is told: separator, quote, UTF-8, first row, language
OFFICES = {
    "German": ("de-DE", "59,34,76,1,,1031,false,true"),
    "Swiss": ("de-CH", "59,34,76,1,,2055,false,true"),
    "German, as the dialog opens": ("de-DE", "44/59/9,34,76,1,,1031,false,false"),
    "American, as the dialog opens": ("en-US", "44/59/9,34,76,1,,1033,false,false"),
    "French": ("fr-FR", "59,34,76,1,,1036,false,true"),
    "American": ("en-US", "44,34,76,1,,1033,false,true"),
}


@pytest.fixture
def session() -> ClassSession:
    session = classes.session(closed_at=after(10), title="007")
    for place, name in enumerate(NAMES):
        classes.student(session, name, level=Consent.Level.OWN_LINE, scores=[0.25], begin=place / 100)
    return session


def opened(text: str, folder: Path, options: str) -> list[dict[str, str | float]]:
    """The rows as a spreadsheet holds them: text is text, a number is a number."""
    (folder / "report.csv").write_text(text, newline="")
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    filters = [
        f"--infilter=Text - txt - csv (StarCalc):{options}",
        "--convert-to",
        "xlsx",
        "--outdir",
        folder,
    ]
    subprocess.run([*command, *filters, folder / "report.csv"], check=True, capture_output=True, timeout=120)
    head, *rows = cells(folder / "report.xlsx")
    return [{head[column]: value for column, value in row.items()} for row in rows]


def cells(book: Path) -> list[dict[str, str | float]]:
    """Of each row the cells that are not empty, by the letters of their columns."""
    with ZipFile(book) as file:
        shared = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
        sheet = ElementTree.fromstring(file.read("xl/worksheets/sheet1.xml"))
    texts = ["".join(part.text or "" for part in entry.iter(f"{SHEET}t")) for entry in shared]
    return [
        {cell.get("r").rstrip("0123456789"): value_of(cell, texts) for cell in row}
        for row in sheet.iter(f"{SHEET}row")
    ]


def value_of(cell: ElementTree.Element, texts: list[str]) -> str | float:
    assert cell.find(f"{SHEET}f") is None, "a formula"
    value = cell.findtext(f"{SHEET}v", "")
    if not value:
        return ""
    return texts[int(value)] if cell.get("t") == "s" else float(value)


@pytest.mark.parametrize("office", OFFICES)
def test_names_stay_text_as_typed_and_scores_are_numbers(session, tmp_path, office):
    language, options = OFFICES[office]
    teacher = factory.signed_in(session.course.teachers.get())
    response = teacher.get(f"/sessions/{session.pk}/report.csv", headers={"Accept-Language": language})
    rows = opened(classes.csv_text(response), tmp_path, options)
    seen = {row["participant"].rstrip("\t\u00a0") for row in rows}
    guarded = {"-1": "'-1", "+4915112345": "'+4915112345", "=1+1": "'=1+1", "@SUM(1)": "'@SUM(1)"}
    assert seen == {guarded.get(name, name) for name in NAMES} - {'a;"=1+1'} | {"a;'\"=1+1"}
    assert {row["score"] for row in rows} == {0.25}
    assert {row["session"] for row in rows} == {"007\t\u00a0"}
