"""The sessions of a course on one axis: attendance, lost students, repeated questions, class averages."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import PreparedQuestion
from classroom.models import Approval, ClassSession, Consent
from dashboards.charts.chart import Chart, Shape
from dashboards.course.charts import charts_of
from dashboards.course.overview import CourseOverview, Term
from dashboards.report.report import Report
from dashboards.templatetags.dashboards import percent
from tests import factory
from tests.dashboards import classes, taught
from tests.dashboards.classes import START

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return factory.course()


def lesson(course, day: int, students: int = 6, **fields) -> ClassSession:
    opened = START + timedelta(days=day)
    return taught.lesson(students, course=course, opened_at=opened, title=f"Day {day}", **fields)


def check_in(session: ClassSession, *values: int, **fields):
    question = taught.ask(session, "scale", role="check_in", text="How are you?", **fields)
    taught.answer(question, *({"value": value} for value in values))
    return question


def overview_of(course, **days: date) -> CourseOverview:
    return CourseOverview.of(course, Term(**days), timezone.now())


def measured_lesson(course) -> ClassSession:
    """Six students with a camera, for a minute."""
    session = classes.session(course=course, closed_at=classes.after(60), title="With cameras")
    for place in range(6):
        classes.student(session, f"Student {place}", level=Consent.Level.OWN_LINE, scores=[0.6] * 60)
    return session


def answered(overview: CourseOverview) -> list[list[int | None]]:
    return [[asked and asked.answered for asked in row.asked] for row in overview.rows]


def chart_of(course, key: str) -> Chart:
    return next(chart for chart in charts_of(overview_of(course)) if chart.key == key)


def drawn(chart: Chart) -> dict[str, list[tuple[float, ...]]]:
    """Of each shape its bars: left, bottom, right, top."""
    shapes = [mark for mark in chart.marks if isinstance(mark, Shape) and mark.outlines]
    return {
        shape.name: [
            (min(x for x, _ in bar), min(y for _, y in bar), max(x for x, _ in bar), max(y for _, y in bar))
            for bar in shape.outlines
        ]
        for shape in shapes
    }


def page(course) -> str:
    return factory.signed_in(course.owner).get(reverse("course-overview", args=[course.pk])).content.decode()


def test_check_ins_with_the_same_answers_are_one_series(course):
    check_in(lesson(course, 0), 4, 4)
    check_in(lesson(course, 1), 2, 3, 4)
    overview = overview_of(course)
    assert [one.question.role for one in overview.repeated] == ["check_in"]
    assert answered(overview) == [[2], [3]]
    assert [row.asked[0].mean for row in overview.rows] == [4, 3]


def test_other_answers_make_another_series(course):
    check_in(lesson(course, 0), 4)
    check_in(lesson(course, 1), 4, options=["tired", "awake"])
    assert answered(overview_of(course)) == [[1, None], [None, 1]]


def test_a_session_without_the_question_has_no_point(course):
    for day in (0, 2):
        check_in(lesson(course, day), 4)
    lesson(course, 1)
    assert answered(overview_of(course)) == [[1], [None], [1]]
    assert page(course).count("not asked") == 1


def test_a_prepared_question_without_a_role_is_a_series_from_its_second_session_on(course):
    prepared = PreparedQuestion.objects.create(
        course=course, kind="choice", text="Ready?", options=["Yes", "No"]
    )
    taught.answer(taught.ask(lesson(course, 0), prepared=prepared), {"chosen": [0]})
    assert overview_of(course).repeated == []
    taught.answer(taught.ask(lesson(course, 1), prepared=prepared), {"chosen": [1]}, {"chosen": [0]})
    assert answered(overview_of(course)) == [[1], [2]]


def test_questions_that_were_asked_once_and_words_are_none(course):
    session = lesson(course, 0)
    taught.answer(taught.ask(session), {"chosen": [0]})
    taught.answer(taught.ask(session, "text", role="exit_ticket"), {"text": "x"})
    assert overview_of(course).repeated == []


def test_of_few_anonymous_answers_there_is_only_the_number(course):
    check_in(lesson(course, 0), 4, 4, 4, is_anonymous=True)
    assert drawn(chart_of(course, "question-1")) == {"fewer than 5 answers": [(0.2, 0, 0.8, 1)]}
    html = page(course)
    assert "fewer than 5 answers" in html
    assert "3 of 6 answered" in html


def test_the_answers_of_a_session_fill_its_column(course):
    check_in(lesson(course, 0), 1, 5, 5, 5)
    assert drawn(chart_of(course, "question-1")) == {
        "1 · never": [(0.2, 0, 0.8, 0.25)],
        "5 · always": [(0.2, 0.25, 0.8, 1)],
    }


def test_sessions_stand_in_columns_from_the_oldest_to_the_newest(course):
    for day, students in ((1, 6), (0, 3)):
        lesson(course, day, students)
    assert drawn(chart_of(course, "students")) == {"Students": [(0.2, 0, 0.8, 3), (1.2, 0, 1.8, 6)]}


def test_a_student_who_was_lost_twice_counts_once_and_one_who_took_it_back_counts(course):
    session = lesson(course, 0)
    first, second, third, *_ = session.participants.all()
    for student, value in ((first, None), (first, None), (second, None), (second, 0), (third, 0)):
        factory.pulse(student, "lost", value=value, at=session.opened_at + timedelta(minutes=5))
    (row,) = overview_of(course).rows
    assert row.figures.lost == 2
    assert "2 of 6 said they were lost" in page(course)


def test_days_bound_a_term(course):
    for day in range(4):
        lesson(course, day)
    second, third = (START + timedelta(days=day) for day in (1, 2))
    shown = overview_of(course, since=second.date(), until=third.date()).sessions
    assert [session.title for session in shown] == ["Day 1", "Day 2"]


def test_a_day_that_is_none_is_said_and_bounds_nothing(course):
    lesson(course, 0)
    browser = factory.signed_in(course.owner)
    html = browser.get(reverse("course-overview", args=[course.pk]), {"since": "soon"}).content.decode()
    assert "Enter a valid date" in html
    assert "Day 0" in html


def test_open_and_practice_sessions_are_left_out(course):
    factory.open_session(course=course, mode="participation")
    lesson(course, 0, purpose="practice")
    assert overview_of(course).rows == []
    assert "No session has ended" in page(course)


def test_a_class_average_stands_with_what_it_rests_on_and_why_days_differ(course):
    session = measured_lesson(course)
    html = page(course)
    assert "A difference between two days is not a difference in teaching" in html
    assert "6 of 6 students with a camera" in html
    assert "6 by name" in html
    report = Report.of(session, timezone.now())
    assert percent(report.whole.mean) in html
    assert percent(report.coverage) in html


def test_a_course_without_cameras_has_no_word_of_averages(course):
    lesson(course, 0)
    html = page(course)
    assert "Class average" not in html
    assert "Share of class time" not in html


def test_an_ended_approval_takes_the_average_away(course):
    measured_lesson(course)
    Approval.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    (row,) = overview_of(course).rows
    assert row.figures.camera is None
    assert row.figures.why_no_average in page(course)


def test_queries_do_not_grow_with_sessions_without_cameras(course, django_assert_max_num_queries):
    browser = factory.signed_in(course.owner)
    for day in range(8):
        check_in(lesson(course, day), 4)
    with django_assert_max_num_queries(14):
        browser.get(reverse("course-overview", args=[course.pk]))
