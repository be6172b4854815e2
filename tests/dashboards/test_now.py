"""What a live page calls "now": only what is measured now, and every part of the page says the same of it."""

import pytest

from classroom.models import Consent, Presence
from dashboards.aggregates.small_groups import TOO_FEW
from dashboards.live.live_session import Hints
from emotion.vision.states import FaceState
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after, said_of, view_of

pytestmark = pytest.mark.django_db
OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


def looks_at(person, seconds, face="none", score=None, **fields):
    own = person.active_consent()
    return factory.reading(own, face=face, score=score, taken_at=after(seconds), **fields)


def test_an_empty_chair_takes_the_number_away_at_the_next_look():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.4, 0.4, 0.9, 0.9])
    view = view_of(session)
    assert view.snapshot(after(3.5))["now"]["mean"] == 0.65
    looks_at(anna, 4)
    message = view.change(after(4.2), Hints(consents={anna.active_consent().pk}))
    assert (message["now"]["measured"], message["now"]["mean"]) == (0, None)
    said = said_of(anna, message)
    assert (said["status"], said["expression"], said["score"]) == ("none", None, None)


def test_the_number_stays_away_for_as_long_as_the_chair_is_empty():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.1, 0.5, 0.9])
    view = view_of(session)
    view.snapshot(after(2.5))
    for second in range(3, 15):
        looks_at(anna, second)
        view.change(after(second + 0.2), Hints(consents={anna.active_consent().pk}))
        assert view.sent["now"]["mean"] is None


def test_a_number_does_not_move_while_no_picture_comes_and_goes_after_ten_seconds():
    session = classes.session()
    classes.student(session, level=OWN, scores=[0.1, 0.5, 0.9])
    view = view_of(session)
    view.snapshot(after(2.5))
    means = []
    for second in range(3, 15):
        view.change(after(second), Hints())
        means.append(view.sent["now"]["mean"])
    assert means == [0.5] * 9 + [None] * 3


def test_a_number_begins_anew_after_a_gap():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.1, 0.1, None, 0.9])
    message = view_of(session).snapshot(after(3.2))
    assert (message["now"]["mean"], said_of(anna, message)["score"]) == (0.9, 0.9)


@pytest.mark.parametrize("face", [face for face in FaceState if face is not FaceState.SEEN])
def test_every_face_that_is_not_seen_is_a_reason_and_no_number(face):
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5, 0.5])
    looks_at(anna, 2, face=face)
    message = view_of(session).snapshot(after(2.2))
    assert (said_of(anna, message)["status"], message["now"]["mean"]) == (face, None)


@pytest.mark.parametrize("state", ["paused", "hidden", "camera_off", "offline", "checking"])
def test_a_camera_that_stops_takes_its_student_out_of_the_number_at_once(state):
    session = classes.session()
    anna, _ben = (classes.student(session, name, level=OWN, scores=[0.5, 0.5]) for name in "AB")
    anna.presences.create(state=state, since=after(1.5))
    assert view_of(session).snapshot(after(2))["now"]["measured"] == 1


def test_a_camera_of_a_class_only_student_that_stops_is_not_called_measured():
    session = classes.session()
    anna = classes.student(session, level=CLASS, scores=[0.5, 0.5])
    assert view_of(session).snapshot(after(1.5))["now"]["hidden"] == TOO_FEW
    anna.presences.create(state="paused", since=after(1.6))
    now = view_of(session).snapshot(after(2))["now"]
    assert (now["measured"], now.get("hidden"), now["mean"]) == (0, None, None)


@pytest.mark.postgresql
def test_a_number_of_class_only_students_goes_when_too_few_cameras_are_left():
    session = classes.session()
    people = [classes.student(session, f"{n}", level=CLASS, scores=[0.5] * 12) for n in range(12)]
    assert "hidden" not in view_of(session).snapshot(after(12))["now"]
    for person in people[:6]:
        person.presences.create(state="paused", since=after(12.1))
    now = view_of(session).snapshot(after(12.5))["now"]
    assert (now["hidden"], now["measured"], now["counted"]) == (TOO_FEW, 6, 0)


def test_a_number_of_class_only_students_is_that_of_the_newest_step_and_of_no_more_than_are_on():
    session = classes.session()
    people = [classes.student(session, f"{n}", level=CLASS, scores=[0.5] * 12) for n in range(14)]
    view = view_of(session)
    assert view.snapshot(after(11.9))["now"]["hidden"] == TOO_FEW  # the first ten seconds are told after 12
    now = view.change(after(12), Hints())["now"]
    (point,) = view.sent["points"].values()
    assert (now["mean"], now["low"], now["mix"]) == (point["mean"], point["low"], point["mix"])
    for person in people[:6]:
        person.presences.create(state="paused", since=after(12.1))
    now = view.change(after(13), Hints(participants={person.pk for person in people}))["now"]
    assert (now["mean"], now["counted"]) == (point["mean"], 8)


def test_time_alone_changes_the_status_together_with_the_number():
    """Between two looks at everybody nothing of anybody is read, and still both say the same."""
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5])
    view = view_of(session)
    view.snapshot(after(9.5))
    message = view.change(after(10.2), Hints())
    assert (message["now"]["measured"], said_of(anna, message)["status"]) == (0, "no_frame")


def test_a_reading_by_an_older_formula_is_not_put_together_with_a_newer_one():
    session = classes.session()
    anna = classes.student(session, "Anna", level=OWN)
    ben = classes.student(session, "Ben", level=OWN)
    looks_at(anna, 1, face="seen", score=0.2, engagement_version="1")
    looks_at(ben, 1, face="seen", score=0.2, engagement_version="1")
    looks_at(ben, 2, face="seen", score=0.8)
    message = view_of(session).snapshot(after(3))
    assert (message["now"]["measured"], message["now"]["mean"]) == (1, 0.8)
    assert said_of(anna, message)["status"] == "no_frame"
    assert said_of(ben, message)["score"] == 0.8


def test_after_the_end_nobody_is_measured():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5, 0.5])
    session.close(after(2))
    message = view_of(session).snapshot(after(2.5))
    assert (message["now"]["measured"], message["now"]["mean"]) == (0, None)
    assert said_of(anna, message)["status"] == Presence.State.LEFT
