"""A real LibreOffice that opens what the product writes."""

import shutil
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# separator, decimals, and what LibreOffice's import is told: separator, quote, UTF-8, first row, language
OFFICES = {
    "German": ("de-DE", "59,34,76,1,,1031,false,true"),
    "Swiss": ("de-CH", "59,34,76,1,,2055,false,true"),
    "German, as the dialog opens": ("de-DE", "44/59/9,34,76,1,,1031,false,false"),
    "American, as the dialog opens": ("en-US", "44/59/9,34,76,1,,1033,false,false"),
    "French": ("fr-FR", "59,34,76,1,,1036,false,true"),
    "American": ("en-US", "44,34,76,1,,1033,false,true"),
}
# How a spreadsheet counts days.
DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)

needs_office = pytest.mark.skipif(
    not shutil.which("soffice"), reason="no LibreOffice (soffice) on this machine"
)


@cache
def _profile() -> TemporaryDirectory:
    """LibreOffice's settings, which its first start in this process makes. Removed when the process ends."""
    return TemporaryDirectory(prefix="classpulse-office-")


def converted(file: Path, to: str, *, reads_as: str = "") -> Path:
    """The file as LibreOffice writes it again, in a folder beside it."""
    command = ["soffice", f"-env:UserInstallation=file://{_profile().name}", "--headless"]
    filters = [f"--infilter={reads_as}"] if reads_as else []
    made = file.parent / "converted"
    subprocess.run(
        [*command, *filters, "--convert-to", to, "--outdir", made, file],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return made / f"{file.stem}.{to}"


def opened(text: str, folder: Path, options: str) -> list[dict[str, str | float]]:
    """The rows of a CSV as a spreadsheet holds them: text is text, a number is a number."""
    (folder / "report.csv").write_text(text, newline="")
    book = converted(folder / "report.csv", "xlsx", reads_as=f"Text - txt - csv (StarCalc):{options}")
    head, *rows = cells(book)
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
