"""The report as PDF, read back by pypdf and pdftotext."""

import io
import re
import shutil
import subprocess

import pytest
from django.utils import timezone, translation

from dashboards.charts.svg import svg
from dashboards.report.report import Report
from exports.chart_texts import with_html_texts
from exports.pdf import Paper, pdf
from tests.dashboards import taught
from tests.exports import lessons

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]
needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="no poppler (pdftotext)")

NAMES = ["=1+1", "سارة", "Anna 🦊", "X" * 40, "<b>Bo</b>"]


def report() -> Report:
    session = taught.lesson(students=2, title="Waves & <light>")
    for name in NAMES:
        taught.student(session, name)
    asked = taught.ask(session, text="Is it http://example.org/x.png?")
    taught.answer(asked, {"chosen": [0]}, {"chosen": [1]}, {"chosen": [0]})
    return Report.of(session, timezone.now())


def read_back(made: bytes):
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(made))


def text_of(made: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=made, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, (595, 842)), (Paper.LETTER, (612, 792))])
def test_it_is_tagged_and_has_the_size_of_its_paper(paper, size):
    read = read_back(pdf(report(), paper))
    box = read.pages[0].mediabox
    assert (round(box.width), round(box.height)) == size
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert read.metadata.title == "Report: Waves & <light>"


@needs_poppler
def test_it_has_the_numbers_and_names_of_the_report():
    made = report()
    text = text_of(pdf(made, Paper.A4))
    flat = "".join(text.split())
    for name in ("=1+1", "<b>Bo</b>", "Anna"):
        assert name in flat
    # A name without a space is broken into lines, with the next cell between them.
    assert flat.count("X") >= 40
    assert "سارة"[::-1] in flat or "سارة" in flat
    assert f"{made.joined}" in text
    assert "Is it http://example.org/x.png?" in text
    assert "67% · 2" in text
    assert "Not for grading" in text


@needs_poppler
def test_an_arabic_report_runs_from_right_to_left():
    with translation.override("ar"):
        made = pdf(report(), Paper.A4)
    assert read_back(made).trailer["/Root"]["/Lang"] == "ar"
    words = subprocess.run(
        ["pdftotext", "-bbox", "-f", "1", "-l", "1", "-", "-"], input=made, capture_output=True, check=True
    ).stdout.decode()
    title = next(line for line in words.splitlines() if "<word" in line and "Waves" in line)
    assert float(title.split('xMax="')[1].split('"')[0]) > 400


@needs_poppler
def test_letters_of_a_chart_are_joined_in_arabic():
    with translation.override("ar"):
        made = lessons.report_of(lessons.without_cameras())
        # A word without a letter that joins two.
        title = translation.gettext("Pace")
        assert title in svg(made.lesson_chart)
        page = pdf(made, Paper.A4)
    # Backwards where single letters stood from left to right.
    assert title in text_of(page)
    assert title[::-1] not in text_of(page)


def test_texts_of_a_chart_stand_over_its_drawing_and_are_those_of_the_page():
    chart = report().lesson_chart
    drawn = svg(chart)
    page = with_html_texts(f"<p>{drawn}</p>")
    assert "<text" not in page
    spans = re.findall(r'<span style="left: ([\d.]+)%; top: ([\d.]+)%[^>]*>([^<]*)</span>', page)
    texts = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>', drawn)
    height = float(re.search(r'viewBox="0 0 720 ([\d.]+)"', drawn)[1])
    shown = [(x, y, text) for x, y, text in texts if float(y) <= height]
    assert len(spans) == len(shown) > 5
    for (left, top, text), (x, y, drawn_text) in zip(spans, shown, strict=True):
        assert text == drawn_text
        assert float(left) == pytest.approx(float(x) / 7.2, abs=0.01)
        assert float(top) == pytest.approx(float(y) / height * 100, abs=0.01)


def test_nothing_is_fetched_whatever_a_text_names(monkeypatch):
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("A connection was opened.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    made = report()
    made.session.title = '<img src="http://127.0.0.1:1/x.png"><link rel=stylesheet href="file:///etc/passwd">'
    assert pdf(made, Paper.A4).startswith(b"%PDF")


def test_the_progress_grows_to_the_end():
    told: list[float] = []
    pdf(report(), Paper.A4, told.append)
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] < 1
