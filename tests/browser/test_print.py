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

from tests.browser.room import lesson, part
from tests.browser.teacher import past_lesson, read_report
from tests.waiting import expect_true, expect_value

pytestmark = [pytest.mark.browser, pytest.mark.stack]
OPENED = datetime(2025, 3, 2, 10, 0, tzinfo=UTC)
WINDOWS = {"phone": 390, "desktop": 1280, "large": 2200}
PAPERS = [("A4", False), ("A4", True), ("Letter", False), ("Letter", True)]
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">(.*?)</word>')
PAGE = re.compile(r'<page width="([\d.]+)"')
DRAWN = "plot => plot.querySelector('.main-svg').outerHTML"
# How far the last tick, marker and word of the legend are from the right edge of their card.
ROOM = """plot => {
  const edge = plot.closest('.card').getBoundingClientRect().right;
  const last = (name) => [...plot.querySelectorAll(name)].at(-1)?.getBoundingClientRect().right ?? 0;
  return Math.min(...['.xtick', '.annotation', '.legendtext'].map((name) => edge - last(name)));
}"""
# How far below the ticks the legend begins.
BELOW_TICKS = """plot => {
  const edges = (name, side) =>
    [...plot.querySelectorAll(name)].map((one) => one.getBoundingClientRect()[side]);
  return Math.min(...edges('.legendtext', 'top')) - Math.max(...edges('.xtick text', 'bottom'));
}"""

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
        assert 0.8 * width < ends["12:30"] < width, (name, is_landscape)  # the lesson's end: the last tick
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


def test_printed_charts_stay_inside_their_cards(report):
    report.emulate_media(media="print")
    for chart in ("linePlot", "mixPlot"):
        plot = part(report, chart)
        expect_true(lambda plot=plot: plot.evaluate(ROOM) > 0)


def test_the_legend_stays_below_the_times_on_screen_and_in_print(report):
    for medium in ("screen", "print", "screen"):
        report.emulate_media(media=medium)
        expect_true(lambda: part(report, "mixPlot").evaluate(BELOW_TICKS) >= 0)


def test_after_printing_the_screen_is_as_before(report):
    charts = [part(report, name) for name in ("linePlot", "mixPlot")]
    before = [chart.evaluate(DRAWN) for chart in charts]
    report.pdf(format="A4")
    expect_value(lambda: report.locator("html").get_attribute("data-printing"), None)
    expect_value(lambda: [chart.evaluate(DRAWN) for chart in charts], before)
