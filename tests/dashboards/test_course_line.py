"""A question that is asked again, and attendance, over the sessions of a course."""

from datetime import timedelta

import pytest
from django.urls import reverse

from activities.models import PreparedQuestion
from classroom.models import ClassSession
from dashboards.report.course_line import CourseLine, course_line
from tests import factory
from tests.dashboards import taught
from tests.dashboards.classes import START

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return factory.course()


def lesson(course, day: int, students: int = 6) -> ClassSession:
    return taught.lesson(students, course=course, opened_at=START + timedelta(days=day), title=f"Day {day}")


def check_in(session: ClassSession, *values: int, **fields):
    question = taught.ask(session, "scale", role="check_in", text="How are you?", **fields)
    taught.answer(question, *({"value": value} for value in values))
    return question


def line_of(course) -> CourseLine:
    return course_line(list(course.sessions.with_attendance()))


def answered(line: CourseLine) -> list[list[int | None]]:
    return [[point and point.asked.answered for point in row.points] for row in line.rows]


def page(course) -> str:
    return factory.signed_in(course.owner).get(course.get_absolute_url()).content.decode()


def test_check_ins_with_the_same_answers_are_one_series(course):
    check_in(lesson(course, 0), 4, 4)
    check_in(lesson(course, 1), 2, 3, 4)
    line = line_of(course)
    assert [one.question.role for one in line.series] == ["check_in"]
    assert answered(line) == [[3], [2]]
    assert [row.points[0].asked.mean for row in line.rows] == [3, 4]


def test_other_answers_make_another_series(course):
    check_in(lesson(course, 0), 4)
    check_in(lesson(course, 1), 4, options=["tired", "awake"])
    assert answered(line_of(course)) == [[None, 1], [1, None]]


def test_a_session_without_the_question_has_no_point(course):
    for day in (0, 2):
        check_in(lesson(course, day), 4)
    lesson(course, 1)
    assert answered(line_of(course)) == [[1], [None], [1]]
    assert page(course).count("not asked") == 1


def test_a_prepared_question_without_a_role_is_a_series_from_its_second_session_on(course):
    prepared = PreparedQuestion.objects.create(
        course=course, kind="choice", text="Ready?", options=["Yes", "No"]
    )
    taught.answer(taught.ask(lesson(course, 0), prepared=prepared), {"chosen": [0]})
    assert line_of(course).series == []
    taught.answer(taught.ask(lesson(course, 1), prepared=prepared), {"chosen": [1]}, {"chosen": [0]})
    assert answered(line_of(course)) == [[2], [1]]


def test_questions_that_were_asked_once_and_words_are_none(course):
    session = lesson(course, 0)
    taught.answer(taught.ask(session), {"chosen": [0]})
    taught.answer(taught.ask(session, "text", role="exit_ticket"), {"text": "x"})
    assert line_of(course).series == []


def test_of_few_anonymous_answers_there_is_only_the_number(course):
    check_in(lesson(course, 0), 4, 4, 4, is_anonymous=True)
    (row,) = line_of(course).rows
    assert row.points[0].parts == []
    assert "fewer than 5 answers" in page(course)
    assert "3 of 6 answered" in page(course)


def test_the_parts_of_a_bar_fill_it(course):
    check_in(lesson(course, 0), 1, 5, 5, 5)
    (row,) = line_of(course).rows
    assert [(part.x, part.width, part.step) for part in row.points[0].parts] == [
        ("0.00%", "25.00%", 1),
        ("25.00%", "75.00%", 5),
    ]


def test_the_page_of_a_course_has_attendance_and_why_days_differ(course):
    for day, students in ((0, 3), (1, 6)):
        check_in(lesson(course, day, students), 4)
    html = page(course)
    assert '<progress max="6" value="3"' in html
    assert "Two days differ for more reasons than teaching" in html


def test_no_expression_average_of_days_stands_side_by_side(course):
    for day in (0, 1):
        lesson(course, day)
    assert "Class average" not in page(course)


def test_one_session_without_such_a_question_is_no_line(course):
    lesson(course, 0)
    assert "Over the sessions" not in page(course)


def test_queries_do_not_grow_with_sessions(course, django_assert_max_num_queries):
    browser = factory.signed_in(course.owner)
    for day in range(8):
        check_in(lesson(course, day), 4)
    with django_assert_max_num_queries(14):
        browser.get(reverse("course", args=[course.pk]))
