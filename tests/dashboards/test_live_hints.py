"""What hints make a live page read again, and what it finds by itself where they are lost."""

import pytest

from classroom.models import Consent
from dashboards.live.live_session import FULL_LOOK_SECONDS, Hints
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after, said_of, view_of

pytestmark = pytest.mark.django_db

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


def test_between_two_looks_at_everybody_only_those_with_news_are_read():
    session = classes.session()
    anna, ben = (classes.student(session, name, level=OWN, scores=[0.5] * 3) for name in ("Anna", "Ben"))
    view = view_of(session)
    view.snapshot(after(3))
    for person in (anna, ben):
        factory.reading(person.active_consent(), expression="surprise", score=0.5, taken_at=after(3.2))
    message = view.change(after(3.4), Hints(consents={anna.active_consent().pk}))
    assert message["students"].keys() == {str(anna.pk)}
    message = view.change(after(5.1), Hints())
    assert message["students"].keys() == {str(ben.pk)}


def test_a_consent_that_is_not_of_this_class_is_no_news():
    session, other = classes.session(), classes.session()
    classes.student(session, level=OWN, scores=[0.5] * 3)
    stranger = classes.student(other, level=OWN, scores=[0.9] * 3).active_consent()
    view = view_of(session)
    view.snapshot(after(3))
    assert set(view.change(after(3.1), Hints(consents={stranger.pk}))) == {"type", "server_time"}


def test_one_changed_student_is_read_alone(django_assert_num_queries):
    session = classes.session()
    people = [classes.student(session, name, level=OWN, scores=[0.5] * 3) for name in ("Twin", "Twin")]
    view = view_of(session)
    view.snapshot(after(3))
    people[1].presences.create(state="paused", since=after(3.2))
    with django_assert_num_queries(6):
        message = view.change(after(3.4), Hints(participants={people[1].pk}))
    assert message["students"].keys() == {str(people[1].pk)}
    assert said_of(people[1], message)["status"] == "paused"
    people[0].erase()
    message = view.change(after(3.6), Hints(participants={people[0].pk}))
    assert [said["name"] for said in message["students"].values()] == ["Twin"]


def test_the_pulses_of_an_erased_student_are_gone():
    session = classes.session()
    classes.student(session, "Ben")
    anna = session.participants.create(display_name="Anna", joined_at=after(0))
    factory.pulse(anna, at=after(1))
    view = view_of(session)
    assert view.snapshot(after(2))["said"] == {"lost": 1}
    id_ = anna.pk
    anna.erase()
    assert view.change(after(2.5), Hints(participants={id_}))["said"] == {}


def test_a_line_that_is_shared_no_more_is_gone_although_the_hint_was_lost():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 12)
    view = view_of(session)
    view.snapshot(after(12))
    anna.give_consent(CLASS, "x")
    kinds = [view.change(after(seconds), Hints())["type"] for seconds in range(13, 23)]
    assert "snapshot" in kinds


@pytest.mark.slow
@pytest.mark.parametrize("state", ["paused", "left"])
def test_a_lost_hint_leaves_no_wrong_past(state):
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 12)
    view = view_of(session)
    told = view.snapshot(after(12))
    cells, said = told["cells"][str(anna.pk)], said_of(anna, told)
    anna.presences.create(state=state, since=after(12))
    for seconds in range(13, 60):
        message = view.change(after(seconds), Hints())
        cells |= message.get("cells", {}).get(str(anna.pk), {})
        said |= message.get("students", {}).get(str(anna.pk), {})
    fresh = view_of(session).snapshot(after(59))
    assert said["status"] == state
    assert said["coverage"] == pytest.approx(said_of(anna, fresh)["coverage"], abs=0.011)
    if state == "paused":
        assert cells == fresh["cells"][str(anna.pk)]


def test_a_hint_just_before_a_look_at_everybody_does_not_put_it_off():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 3)
    view = view_of(session)
    view.snapshot(after(3))
    assert view.live.seconds_to_full_look(after(3).timestamp()) == FULL_LOOK_SECONDS
    view.change(after(4.7), Hints(consents={anna.active_consent().pk}))
    assert view.live.seconds_to_full_look(after(4.7).timestamp()) == pytest.approx(0.3)


def test_a_clock_that_is_set_back_stops_nothing():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 12)
    view = view_of(session)
    view.snapshot(after(3600))
    anna.give_consent(CLASS, "x")
    assert view.change(after(20), Hints())["type"] == "snapshot"


def test_a_student_who_joined_without_a_hint_appears_with_the_next_hint():
    session = classes.session()
    view = view_of(session)
    view.snapshot(after(1))
    people = [classes.student(session, name, begin=1) for name in ("Anna", "Ben")]
    message = view.change(after(1.5), Hints(participants={people[0].pk}))
    assert message["students"].keys() == {str(person.pk) for person in people}
