""" "I'm lost": the student takes it back, the teacher says "Got it"."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import Acknowledgement
from classroom.models import Pulse
from dashboards.live.feed import LiveFeed
from emotion.socket import protocol
from tests import factory
from tests.activities.lesson import Lesson


def lost(lesson: Lesson) -> int:
    return Acknowledgement.objects.count_lost(lesson.session.pk, timezone.now())


def said_on_live_page(lesson: Lesson) -> dict:
    return LiveFeed(lesson.session.course.owner, lesson.session.pk).snapshot(timezone.now())["said"]


def test_a_student_is_lost_once_and_can_take_it_back(lesson: Lesson) -> None:
    anna, ben = lesson.join("Anna"), lesson.join("Ben")
    for student in (anna, anna, ben):
        factory.pulse(student)
    assert (lost(lesson), said_on_live_page(lesson)) == (2, {"lost": 2})
    factory.pulse(anna, value=0)
    assert (lost(lesson), said_on_live_page(lesson)) == (1, {"lost": 1})


def test_got_it_tells_students_how_many_were_lost_and_clears_them(lesson: Lesson) -> None:
    anna, ben = lesson.join("Anna"), lesson.join("Ben")
    factory.pulse(anna)
    factory.pulse(ben)
    assert lesson.lead("lost-acknowledge").json()["count"] == 2
    assert (lost(lesson), said_on_live_page(lesson)) == (0, {})
    assert lesson.shown_to(anna)["shared"]["seen_lost"]["count"] == 2
    assert lesson.state()["seen_lost"]["count"] == 2
    factory.pulse(anna, at=timezone.now() + timedelta(milliseconds=2))
    assert lost(lesson) == 1


def test_who_left_or_was_lost_long_ago_does_not_count(lesson: Lesson, settings) -> None:
    factory.pulse(lesson.join("Anna"), at=timezone.now() - settings.PULSE_LASTS - timedelta(seconds=1))
    ben = lesson.join("Ben")
    factory.pulse(ben)
    ben.leave()
    assert lost(lesson) == 0


def test_only_the_teacher_says_got_it(lesson: Lesson) -> None:
    stranger = Lesson()
    stranger.session = lesson.session
    assert stranger.lead("lost-acknowledge").status_code == 404


@pytest.mark.parametrize(
    ("value", "is_known"), [(0, True), (1, False), (-1, False), (False, False), ("0", False), (0.0, False)]
)
def test_zero_takes_it_back_and_nothing_else_is_said_with_it(value: object, is_known: bool) -> None:
    message = {"type": "pulse", "kind": str(Pulse.Kind.LOST), "value": value}
    assert protocol._is_known(message) is is_known


def test_a_student_whose_page_loads_again_sees_what_they_have_said(lesson: Lesson, settings) -> None:
    anna = lesson.join("Anna")
    long_ago = timezone.now() - settings.PULSE_LASTS - timedelta(seconds=1)
    factory.pulse(anna, kind="pace", value=-1, at=long_ago)
    assert lesson.shown_to(anna)["own"]["said"] == {"lost": False}
    factory.pulse(anna)
    factory.pulse(anna, kind="difficulty", value=1)
    assert lesson.shown_to(anna)["own"]["said"] == {"lost": True, "difficulty": 1}
    lesson.lead("lost-acknowledge")
    assert lesson.shown_to(anna)["own"]["said"] == {"lost": False, "difficulty": 1}
