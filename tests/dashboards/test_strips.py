"""Strips of students: drawn in one module, small, with a table twin."""

import re

import pytest
from django.template.loader import render_to_string

from classroom.models import Consent
from dashboards.aggregates.coverage import MEASURED, REASONS
from dashboards.charts.colours import light
from dashboards.charts.strips import LOOKS, NO_EXPRESSION, OTHER, strip, swatch
from dashboards.report.document import report_context
from dashboards.report.report import Report
from dashboards.templatetags.charts import strip_drawing, strips_table
from tests.dashboards import classes
from tests.dashboards.classes import after

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


def test_a_reason_is_one_path_however_often_it_comes():
    drawn = strip([("none", "0", "10"), (MEASURED, "10", "5"), ("none", "15", "985")], [], [], "Ada")
    assert drawn.count("<path") == 2
    assert 'd="M0 32h10V40h-10zM15 32h985V40h-985z"' in drawn
    assert f"<title>{REASONS['none']}</title>" in drawn


def test_a_name_is_escaped():
    assert 'aria-label="&lt;b&gt;&quot;"' in strip([], [], [], '<b>"')


def test_lines_are_cut_at_gaps_and_thin_where_little_was_measured():
    drawn = strip([], ["0,1 2,3", "8,1 9,3"], ["4,1 5,3"], "")
    whole = re.search(r'<path d="M0,1 2,3M8,1 9,3" fill="none" class="own-line stroke[^>]*>', drawn)[0]
    thin = re.search(r'<path d="M4,1 5,3"[^>]*>', drawn)[0]
    assert ("dash" in whole, "dash" in thin) == (False, True)
    assert 'vector-effect="non-scaling-stroke"' in whole


@pytest.mark.parametrize("reason", REASONS)
def test_the_legend_has_the_colour_of_the_strip(reason):
    colour = f'fill="{light(LOOKS.get(reason, OTHER).colour)}"'
    assert colour in strip([(reason, "0", "1")], [], [], "")
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


@pytest.mark.django_db
def test_a_long_lesson_with_many_gaps_is_a_few_thousand_letters(report):
    """300 of them are a megabyte at the most, before compression to a tenth of it."""
    student = report.students[0]
    bars = [(("none", MEASURED)[n % 2], f"{n * 10:.2f}", "10.00") for n in range(100)]
    assert len(strip(bars, ["0.00,1.00 2.00,3.00"] * 50, [], student.entry.name)) < 4_500
    assert len(strip_drawing(student.strip, student.entry.name)) < 1_500
