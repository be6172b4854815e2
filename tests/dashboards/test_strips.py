"""Strips of students: drawn in one module, small, with a table twin."""

import re

import pytest
from django.template.loader import render_to_string

from classroom.models import Consent
from dashboards.aggregates.coverage import MEASURED, REASONS
from dashboards.charts.colours import light
from dashboards.charts.strips import LOOKS, NO_EXPRESSION, OTHER, Bar, Line, strip, swatch
from dashboards.report.document import report_context
from dashboards.report.report import Report
from dashboards.templatetags.charts import strip_drawing, strips_table
from tests.dashboards import classes
from tests.dashboards.classes import after

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


def test_a_reason_is_one_path_however_often_it_comes():
    drawn = strip(
        [Bar("none", 0, 1), Bar(MEASURED, 1, 5), Bar("none", 6, 494)], [], [], steps=500, label="Ada"
    )
    assert drawn.count("<path") == 2
    assert 'd="M0 80h2V100h-2zM12 80h988V100h-988z"' in drawn
    assert 'viewBox="0 0 1000 100"' in drawn
    assert f"<title>{REASONS['none']}</title>" in drawn


@pytest.mark.parametrize(("steps", "width"), [(1, 1000), (30, 1020), (540, 1080), (8640, 17280)])
def test_a_short_session_is_as_wide_as_a_long_one(steps, width):
    drawn = strip([Bar(MEASURED, 0, steps)], [Line(steps - 1, [50])], [], steps=steps, label="")
    assert f'viewBox="0 0 {width} 100"' in drawn
    assert f"M0 0h{width}V100" in drawn


def test_a_name_is_escaped():
    assert 'aria-label="&lt;b&gt;&quot;"' in strip([], [], [], steps=1, label='<b>"')


def test_lines_are_cut_at_gaps_and_thin_where_little_was_measured():
    drawn = strip([], [Line(0, [90, 100, 0]), Line(8, [50])], [Line(4, [20, 20])], steps=500, label="")
    whole = re.search(r'<path d="([^"]*)" fill="none" class="own-line stroke[^>]*>', drawn)
    thin = re.search(r'<path d="([^"]*)"[^>]*own-line-thin[^>]*>', drawn)
    # To the middle of the next step, and 10 up or 100 down; a single one is a dash of its width.
    assert whole[1] == "M0 10h1l2-10 2 100h1M16 50h2"
    assert thin[1] == "M8 80h1l2 0h1"
    assert ("dash" in whole[0], "dash" in thin[0]) == (False, True)
    assert 'vector-effect="non-scaling-stroke"' in whole[0]


@pytest.mark.parametrize("reason", REASONS)
def test_the_legend_has_the_colour_of_the_strip(reason):
    colour = f'fill="{light(LOOKS.get(reason, OTHER).colour)}"'
    assert colour in strip([Bar(reason, 0, 1)], [], [], steps=1, label="")
    assert colour in swatch(reason)


def test_only_reasons_that_there_are_have_a_look():
    assert LOOKS.keys() <= REASONS.keys()
    assert REASONS.keys() > NO_EXPRESSION


@pytest.fixture
def report():
    session = classes.session(closed_at=after(120))
    classes.student(session, "Anna; <b>", level=OWN, scores=[0.5, None, None, 0.4] * 6, every=5)
    classes.student(session, "Bo", level=CLASS, scores=[0.5] * 24, every=5)
    return Report.of(session, after(130))


@pytest.mark.django_db
def test_its_table_has_how_long_which_reason_lasted(report):
    table = strips_table(report.students)
    assert "<bdi>Anna; &lt;b&gt;</bdi>" in table
    for student in report.students:
        row = re.search(rf"{student.entry.name[:2]}.*?</tr>", table)[0]
        assert row.count("<td>–</td>") + len(student.gaps) + 1 == row.count("<td>")
    head = re.findall(r'<th scope="col">([^<]*)</th>', table)
    assert set(head[2:]) == {gap.label for student in report.students for gap in student.gaps}


@pytest.mark.django_db
def test_a_picture_of_them_has_the_times(report):
    """On paper and in files nobody copies one."""
    page, document = (
        render_to_string("dashboards/_students.html", report_context(report, is_document=is_document))
        for is_document in (False, True)
    )
    # A class of two minutes, and the ten seconds in which it ended.
    axis = re.search(r"<div data-axis hidden>(.*?)</div>", page)[1]
    places = [float(x) for x in re.findall(r'<text x="([\d.]+)"', axis)]
    assert places == pytest.approx([245.5, 491.1], abs=0.1)
    assert re.findall(r'data-at="([^"]+)"', axis) == [after(60).isoformat(), after(120).isoformat()]
    assert "data-axis" not in document


@pytest.mark.django_db
def test_the_page_has_the_table_and_the_button_and_paper_has_neither(report):
    pages = {
        is_document: render_to_string(
            "dashboards/_students.html", report_context(report, is_document=is_document)
        )
        for is_document in (False, True)
    }
    assert pages[False].count("Copy as picture") == pages[False].count("As a table") == 1
    assert "Copy as picture" not in pages[True]
    assert pages[True].count('class="session-strip"') == 2


def test_an_hour_and_a_half_with_many_gaps_is_three_thousand_letters():
    """300 of them are a megabyte at the most, before compression to a tenth of it."""
    bars = [Bar(("none", MEASURED)[n % 2], n * 10, 10) for n in range(54)]
    lines = [Line(n * 20, [20 + n, 70, 43, 81, 33] * 2) for n in range(27)]
    assert len(strip(bars, lines, [], steps=540, label="Ada")) < 3_000


@pytest.mark.django_db
def test_a_short_lesson_is_a_thousand_letters(report):
    student = report.students[0]
    assert len(strip_drawing(student.strip, student.entry.name)) < 1_000
