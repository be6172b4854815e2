"""A student who is silent for long is gone as of their last sign of life, on every page and export."""

import random
from datetime import timedelta

import pytest
from django.urls import reverse

from classroom.models import Consent, Participant, Presence
from dashboards.live.live_session import Hints
from dashboards.report.report import Report
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after, said_of, teacher_of, view_of

pytestmark = pytest.mark.django_db
OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY
State = Presence.State


def closes_tab(person, seconds):
    person.presences.create(state=State.OFFLINE, since=after(seconds))


def last_seen(person, seconds):
    Participant.objects.filter(pk=person.pk).update(last_seen_at=after(seconds))


def comes_back(person, seconds, state=State.MEASURING):
    person.presences.create(state=state, since=after(seconds))


def test_a_closed_tab_is_a_lost_connection_at_first_and_then_gone():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 6)
    closes_tab(anna, 5)
    view = view_of(session)
    early = view.snapshot(after(60))
    assert (said_of(anna, early)["status"], early["present"]) == ("offline", 1)
    late = view.change(after(81), Hints())
    said = said_of(anna, late)
    assert (said["status"], said["here"], late["present"]) == ("gone", False, 0)
    assert view.sent["students"][str(anna.pk)]["since"] == after(5).timestamp() * 1000


@pytest.mark.parametrize("state", [State.MEASURING, State.NO_CAMERA, State.PAUSED, State.DECIDING])
def test_a_silent_student_is_gone_even_if_nothing_recorded_it(state):
    """Neither their socket nor beat: a process that died with its sockets, a page without one."""
    session = classes.session()
    anna = session.participants.create(display_name="Anna", joined_at=after(0))
    anna.presences.create(state=state, since=after(0))
    last_seen(anna, 100)
    view = view_of(session)
    assert view.snapshot(after(170))["present"] == 1
    assert view.change(after(176), Hints())["present"] == 0
    assert view.sent["students"][str(anna.pk)]["since"] == after(100).timestamp() * 1000


def test_a_student_who_comes_back_has_a_gap():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 20)
    closes_tab(anna, 20)
    comes_back(anna, 320)
    report = Report.of(session, after(340))
    assert [row.present for row in report.students] == [timedelta(seconds=40)]
    assert said_of(anna, view_of(session).snapshot(after(321)))["here"]


def test_a_short_loss_of_the_connection_is_time_in_class():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 20)
    closes_tab(anna, 20)
    comes_back(anna, 60)
    (row,) = Report.of(session, after(80)).students
    assert row.present == timedelta(seconds=80)
    assert [gap.reason for gap in row.gaps] == ["offline", "no_frame"]


@pytest.mark.parametrize("is_open", [True, False])
def test_ghosts_take_nothing_from_coverage(is_open):
    session = a_class_with_four_ghosts()
    if not is_open:
        session.close(after(200))
    report = Report.of(session, after(200))
    assert report.coverage > 0.99
    assert [row.present.seconds for row in report.students] == [200, 5, 5, 5, 5]


def test_ghosts_are_in_no_row_of_the_csv_in_which_they_were_gone():
    session = a_class_with_four_ghosts()
    session.close(after(200))
    browser = factory.signed_in(teacher_of(session))
    rows = classes.csv_rows(browser.get(reverse("report-csv", args=[session.pk])))
    assert sum(row["participant"].startswith("Ghost") for row in rows) == 4


def a_class_with_four_ghosts():
    session = classes.session()
    classes.student(session, "Anna", level=OWN, scores=[0.5] * 40, every=5)
    for n in range(4):
        closes_tab(classes.student(session, f"Ghost {n}", level=OWN, scores=[0.5] * 6), 5)
    return session


def test_ghosts_are_not_in_what_a_share_of_the_class_says():
    session = classes.session()
    people = [classes.student(session, f"{n}", level=OWN) for n in range(12)]
    for person in people[:8]:
        closes_tab(person, 1)
    for person in people[8:10]:
        factory.pulse(person, at=after(75))
    told = view_of(session).snapshot(after(100))
    assert told["suggestion"]["text"] == "2 of 4 are lost"


def test_pulses_of_a_student_who_is_gone_suggest_nothing():
    session = classes.session()
    people = [classes.student(session, f"{n}", level=OWN) for n in range(6)]
    for person in people[:4]:
        factory.pulse(person, at=after(1))
        closes_tab(person, 2)
    assert view_of(session).snapshot(after(100))["suggestion"] is None


def test_the_strip_of_a_student_who_is_gone_is_empty_after_the_last_sign():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 20)
    closes_tab(anna, 20)
    view = view_of(session)
    strip = dict(view.snapshot(after(50))["cells"][str(anna.pk)])
    assert strip[3] == "offline"
    strip |= view.change(after(100), Hints())["cells"][str(anna.pk)]
    assert {strip[step] for step in range(2, 10)} == {"gone"}
    assert strip == view_of(session).snapshot(after(100))["cells"][str(anna.pk)]


def test_a_gone_that_becomes_known_late_tells_everything_again():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 20)
    view = view_of(session)
    view.snapshot(after(397))
    view.change(after(400), Hints())
    closes_tab(anna, 20)  # noted by beat, long after the process of the socket died
    assert view.change(after(401), Hints(participants={anna.pk}))["type"] == "snapshot"
    assert said_of(anna, view.sent)["coverage"] == 1


def added_up(told: dict, message: dict) -> dict:
    if message["type"] == "snapshot":
        return message
    told |= {key: message[key] for key in ("now", "present", "suggestion") if key in message}
    told["points"] |= message.get("points", {})
    for part in ("cells", "students"):
        for id_, values in message.get(part, {}).items():
            told[part].setdefault(id_, {}).update(values)
    return told


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_page_that_watched_people_come_and_go_says_what_one_that_opens_later_says(seed):
    draw = random.Random(seed)
    session = classes.session()
    people = [classes.student(session, f"{n}", level=draw.choice([OWN, CLASS])) for n in range(5)]
    is_on = dict.fromkeys(people, True)
    view = view_of(session)
    told = view.snapshot(after(0))
    for second in range(3, 300, 3):
        news, readings = Hints(), []
        for person in people:
            if draw.random() < (0.05 if is_on[person] else 0.03):
                is_on[person] = not is_on[person]
                state = State.MEASURING if is_on[person] else State.OFFLINE
                person.presences.create(state=state, since=after(second))
                news.participants.add(person.pk)
            elif is_on[person] and draw.random() < 0.7:
                own = person.active_consent()
                readings.append(factory.unsaved_reading(own, score=draw.random(), taken_at=after(second)))
                news.consents.add(own.pk)
        factory.save_readings(readings)
        told = added_up(told, view.change(after(second + 0.2), news))
    told = added_up(told, view.change(after(300.2), Hints(everybody=True)))
    fresh = view_of(session).snapshot(after(300.2))
    for page in (told, fresh):
        for said in page["students"].values():
            said.pop("score", None)  # stands while no picture comes: who opens the page then sees fewer
    for part in ("present", "points", "cells", "students"):
        assert told[part] == fresh[part], part
