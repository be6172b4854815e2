"""Lost students, "Got it", questions, hands and markers on one time axis."""

import pytest

from dashboards.charts.chart import Rules, Shape
from dashboards.charts.frame import Frame
from dashboards.charts.lesson import Step
from dashboards.report.pictures import lesson_of
from dashboards.report.report import Report
from tests import factory
from tests.dashboards import taught
from tests.dashboards.classes import after
from tests.dashboards.taught import MINUTE

pytestmark = pytest.mark.django_db


def report_of(session) -> Report:
    return Report.of(session, after(3600))


def steps_of(session) -> list[Step]:
    return list(lesson_of(report_of(session)).steps)


def lost(session) -> dict[int, int]:
    """By minute of the class."""
    return {
        minute: step.counts["lost"] for minute, step in enumerate(steps_of(session)) if step.counts["lost"]
    }


def panels(session) -> list[str]:
    return [panel.key for panel in report_of(session).lesson_chart.panels]


@pytest.fixture
def people():
    return list(taught.lesson().participants.all())


def test_a_lost_student_stays_lost_for_five_minutes(people):
    factory.pulse(people[0], at=after(10 * MINUTE))
    assert lost(people[0].session) == dict.fromkeys(range(10, 15), 1)


def test_got_it_ends_it_for_everybody(people):
    for person in people[:3]:
        factory.pulse(person, at=after(10 * MINUTE))
    taught.got_it(people[0].session, 12 * MINUTE, 3)
    assert lost(people[0].session) == {10: 3, 11: 3}
    assert report_of(people[0].session).most_lost == 3


def test_a_day_has_no_more_steps_than_fit(people):
    session = people[0].session
    session.closed_at = after(24 * 3600)
    session.participants.update(left_at=session.closed_at)
    session.save()
    factory.pulse(people[0], at=after(600))
    chart = Report.of(session, after(25 * 3600)).lesson_chart
    assert len(chart.table.rows) == 120
    assert len(Frame.of(chart).ticks()) <= 7


def test_what_happened_before_the_class_stays_within_the_drawing(people):
    chart = report_of(taught.whole()).lesson_chart
    frame = Frame.of(chart)
    assert frame.x(chart.begin - 60_000) == frame.x(chart.begin)
    assert frame.x(chart.end + 60_000) == frame.x(chart.end)


def test_there_is_a_panel_for_what_happened_and_none_for_what_did_not(people):
    session = people[0].session
    assert report_of(session).lesson_chart is None
    factory.marker(session, at=after(60))
    assert panels(session) == ["questions"]
    factory.pulse(people[0], at=after(60))
    assert panels(session) == ["lost"]
    taught.ask(session)
    taught.hand(people[0], 60, 90)
    factory.pulse(people[0], "pace", value=1, at=after(60))
    assert panels(session) == ["lost", "pace", "questions", "hands"]


def test_markers_and_got_it_go_through_all_panels(people):
    marks = report_of(taught.whole()).lesson_chart.marks
    assert [mark.name for mark in marks if isinstance(mark, Rules)] == ["Got it", "Marker"]


def test_the_table_has_the_numbers_of_the_drawing():
    chart = report_of(taught.whole()).lesson_chart
    assert chart.table.head == ["Time", "In class", "Lost", "Too fast", "Hands up"]
    assert chart.table.rows[12] == [after(12 * MINUTE), 6, 1, 0, 0]
    (drawn,) = (mark for mark in chart.marks if isinstance(mark, Shape) and mark.panel == "lost")
    assert {y for outline in drawn.outlines for _x, y in outline} == {0, 1}


@pytest.mark.parametrize("has_marker", [True, False])
def test_what_was_said_of_difficulty_alone_has_a_chart(people, has_marker):
    factory.pulse(people[0], "difficulty", value=1, at=after(10 * MINUTE))
    if has_marker:
        factory.marker(people[0].session, "Derivative", at=after(12 * MINUTE))
    assert panels(people[0].session) == ["questions"]
