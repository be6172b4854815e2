"""Prepared questions as the live page offers them."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from activities.models import PreparedQuestion
from activities.offers import usual_length
from activities.times import milliseconds
from classroom.models import ClassSession
from tests import factory
from tests.activities.lesson import Lesson


def offered(lesson: Lesson) -> dict[str, Any]:
    return lesson.teacher.get(reverse("question-offers", args=[lesson.session.pk])).json()


def prepare(lesson: Lesson, text: str, **fields: Any) -> PreparedQuestion:
    course = lesson.session.course
    position = course.prepared_questions.count()
    return course.prepared_questions.create(kind="text", text=text, position=position, **fields)


def test_prepared_questions_are_offered_in_order_and_marked_once_asked(lesson: Lesson) -> None:
    first, _second = prepare(lesson, "First?"), prepare(lesson, "Second?", role="exit_ticket")
    lesson.lead("question-ask", prepared=first.pk)
    found = [(one["text"], one["role"], bool(one["asked_at"])) for one in offered(lesson)["questions"]]
    assert found == [("First?", "", True), ("Second?", "exit_ticket", False)]


def test_what_was_asked_in_another_session_is_not_marked(lesson: Lesson) -> None:
    first = prepare(lesson, "First?")
    lesson.lead("question-ask", prepared=first.pk)
    lesson.session = factory.open_session(course=lesson.session.course)
    assert offered(lesson)["questions"][0]["asked_at"] is None


def test_check_in_and_exit_ticket_have_their_times(lesson: Lesson, settings) -> None:
    assert offered(lesson)["exit_ticket_from"] is None
    began = timezone.now()
    ClassSession.objects.filter(pk=lesson.session.pk).update(started_at=began)
    times = offered(lesson)
    assert times["check_in_until"] == milliseconds(began + settings.CHECK_IN_TIME)
    end = began + settings.USUAL_LESSON
    assert times["exit_ticket_from"] == milliseconds(end - settings.EXIT_TICKET_TIME)


def test_a_lesson_is_as_long_as_the_latest_ones_of_its_course(lesson: Lesson) -> None:
    course, now = lesson.session.course, timezone.now()
    # The newest come last: six that were only tried out, and an old one that is the sixth lesson.
    for place, minutes in enumerate((45, 60, 60, 90, 90, 120, *6 * (2,))):
        closed = now + timedelta(minutes=place)
        began = closed - timedelta(minutes=minutes)
        session = factory.open_session(course=course)
        ClassSession.objects.filter(pk=session.pk).update(opened_at=began, started_at=began, closed_at=closed)
    assert usual_length(course) == timedelta(minutes=90)


def test_the_length_of_a_lesson_is_between_the_middle_two(lesson: Lesson) -> None:
    course, now = lesson.session.course, timezone.now()
    for minutes in (60, 45):
        began = now - timedelta(minutes=minutes)
        session = factory.open_session(course=course)
        ClassSession.objects.filter(pk=session.pk).update(opened_at=began, started_at=began, closed_at=now)
    assert usual_length(course) == timedelta(minutes=52.5)


def test_another_teacher_is_offered_nothing(lesson: Lesson) -> None:
    stranger = factory.signed_in(factory.teacher())
    assert stranger.get(reverse("question-offers", args=[lesson.session.pk])).status_code == 404
