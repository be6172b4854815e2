"""The printed report: the whole lesson in light colours, on any paper and from any window."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.room import lesson
from tests.browser.teacher import past_lesson, read_report
from tests.waiting import expect_value

pytestmark = [pytest.mark.browser, pytest.mark.stack]
OPENED = datetime(2025, 3, 2, 10, 0, tzinfo=UTC)
WINDOWS = {"phone": 390, "desktop": 1280, "large": 2200}
PAPERS = [("A4", False), ("A4", True), ("Letter", False), ("Letter", True)]
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">(.*?)</word>')
PAGE = re.compile(r'<page width="([\d.]+)"')
needs_poppler = pytest.mark.skipif(
    not (shutil.which("pdftotext") and shutil.which("pdftoppm")),
    reason="no poppler (pdftotext, pdftoppm) to read the printed page with",
)


@pytest.fixture(scope="module", params=WINDOWS)
def open_report(browser, console, request) -> Iterator[Page]:
    """In the dark, of a lesson of an hour and a half."""
    waves = lesson(console)
    waves.ask("session.admit('Bartholomäus Lindqvist').pk")
    past_lesson(waves, OPENED, timedelta(minutes=90))
    window = {"width": WINDOWS[request.param], "height": 900}
    context = browser.new_context(viewport=window, color_scheme="dark", timezone_id="Europe/Berlin")
    yield read_report(context, waves)
    context.close()


@pytest.fixture
def report(open_report) -> Page:
    """As it was, whatever another test has printed."""
    open_report.emulate_media(media="null")
    return open_report


def read(pdf: Path) -> tuple[float, dict[str, float]]:
    """The width of the paper, and the right edge of each word of the file."""
    text = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, text=True).stdout
    ends: dict[str, float] = {}
    for _begin, end, word in WORD.findall(text):
        ends[word] = max(float(end), ends.get(word, 0))
    return float(PAGE.search(text).group(1)), ends


@needs_poppler
def test_a_printed_report_has_the_whole_lesson_its_markers_and_the_legend(report, tmp_path):
    for name, is_landscape in PAPERS:
        pdf = tmp_path / f"{name}{is_landscape}.pdf"
        report.pdf(path=pdf, format=name, landscape=is_landscape)
        width, ends = read(pdf)
        assert 0.7 * width < ends["12:20"] < width, (name, is_landscape)  # the last tick
        expressions = {"neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"}
        assert expressions <= ends.keys()
        assert all(ends[word] < width for word in expressions)
        assert {"Bartholomäus", "Lindqvist"} <= ends.keys()  # not broken in the middle of a word


@needs_poppler
def test_a_printed_report_is_white(report, tmp_path):
    report.pdf(path=tmp_path / "report.pdf", print_background=True)
    subprocess.run(["pdftoppm", "-r", "40", "-png", tmp_path / "report.pdf", tmp_path / "page"], check=True)
    for picture in tmp_path.glob("page*.png"):
        with Image.open(picture) as page:
            assert page.convert("L").resize((1, 1)).getpixel((0, 0)) > 200


def test_on_paper_the_servers_drawing_stands_in_the_place_of_plotlys(report):
    drawing, plot = (report.locator(f"[data-chart=average] .chart-{kind}") for kind in ("drawing", "plot"))
    for medium, is_paper in (("screen", False), ("print", True), ("screen", False)):
        report.emulate_media(media=medium)
        expect_value(lambda: (drawing.is_visible(), plot.is_visible()), (is_paper, not is_paper))


@needs_poppler
def test_one_page_says_what_matters(report, tmp_path):
    for name in ("A4", "Letter"):
        report.pdf(path=tmp_path / "report.pdf", format=name)
        command = ["pdftotext", "-l", "1", tmp_path / "report.pdf", "-"]
        first = subprocess.run(command, capture_output=True, text=True).stdout
        # A narrow tile breaks its words into lines.
        words = " ".join(first.split())
        wanted = ("Most lost in a minute", "Moments to revisit", "Students", "Not for grading")
        assert all(said in words for said in wanted), words
        assert "Bartholomäus" not in first
