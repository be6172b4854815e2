"""Lost students, "Got it", questions, hands and markers on one time axis."""

from datetime import timedelta

import pytest

from dashboards.report.axis import Axis, Scale
from dashboards.report.report import Report
from tests import factory
from tests.dashboards import taught
from tests.dashboards.classes import after
from tests.dashboards.taught import MINUTE

pytestmark = pytest.mark.django_db


def axis_of(session) -> Axis:
    return Report.of(session, after(3600)).axis


def lost(session) -> dict[int, int]:
    """By minute of the class."""
    return {
        round((bar.since - after(0)).total_seconds() / MINUTE): bar.count for bar in axis_of(session).lost
    }


@pytest.fixture
def people():
    return list(taught.lesson().participants.all())


def test_who_is_lost_stays_lost_for_five_minutes(people):
    factory.pulse(people[0], at=after(10 * MINUTE))
    assert lost(people[0].session) == dict.fromkeys(range(10, 15), 1)


def test_got_it_ends_it_for_everybody(people):
    for person in people[:3]:
        factory.pulse(person, at=after(10 * MINUTE))
    taught.got_it(people[0].session, 12 * MINUTE, 3)
    assert lost(people[0].session) == {10: 3, 11: 3}


def test_who_says_no_longer_lost_is_not(people):
    factory.pulse(people[0], at=after(10 * MINUTE))
    factory.pulse(people[0], value=0, at=after(11 * MINUTE))
    assert lost(people[0].session) == {10: 1}


def test_who_leaves_is_not_lost_any_more():
    session = taught.lesson(students=0)
    factory.pulse(taught.student(session, "Anna", end=11 * MINUTE), at=after(10 * MINUTE))
    assert lost(session) == {10: 1}


def test_pressing_twice_counts_once(people):
    for minute in (10, 12):
        factory.pulse(people[0], at=after(minute * MINUTE))
    assert lost(people[0].session) == dict.fromkeys(range(10, 17), 1)


def test_a_day_has_no_more_bars_than_fit(people):
    session = people[0].session
    session.closed_at = after(24 * 3600)
    session.participants.update(left_at=session.closed_at)
    session.save()
    factory.pulse(people[0], at=after(3600))
    axis = Report.of(session, after(25 * 3600)).axis
    assert axis.lost_step == timedelta(minutes=12)
    assert len(axis.ticks) <= 7


def test_what_happened_outside_the_class_stays_within_the_drawing():
    scale = Scale(100, 200)
    assert (scale.x(50), scale.x(150), scale.x(300)) == ("0.00%", "50.00%", "100.00%")
    assert scale.width(150, 150) == "0.30%"


def test_a_lane_with_nothing_in_it_takes_no_space(people):
    session = people[0].session
    factory.marker(session, at=after(60))
    only_markers = axis_of(session)
    assert (only_markers.questions_y, only_markers.hands_y, only_markers.markers_y) == (0, 0, 0)
    factory.pulse(people[0], at=after(60))
    taught.ask(session)
    assert axis_of(session).markers_y > 100


def test_markers_have_the_numbers_of_their_list(people):
    session = people[0].session
    for minute in (20, 10):
        factory.marker(session, str(minute), at=after(minute * MINUTE))
    assert [(mark.label, mark.x) for mark in axis_of(session).markers] == [("1", "25.00%"), ("2", "50.00%")]
