"""A term as one workbook, read back by calamine."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from classroom.models import ClassSession
from dashboards.course.overview import CourseOverview, Term
from exports.record import SessionRecord
from exports.term_workbook import term_workbook
from tests import factory
from tests.dashboards import taught
from tests.dashboards.classes import START
from tests.exports import lessons
from tests.exports.test_workbook import read

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def course():
    made = factory.course(name="=1+1; Physik")
    lessons.with_cameras(course=made)
    day = START + timedelta(days=1)
    second = taught.lesson(6, course=made, opened_at=day, title="Second")
    ClassSession.objects.filter(pk=second.pk).update(started_at=day, closed_at=day + timedelta(hours=1))
    taught.answer(
        taught.ask(second, "scale", role="check_in", text="How are you?"), {"value": 2}, {"value": 5}
    )
    return made


def sheets_of(course) -> dict[str, list[list]]:
    overview = CourseOverview.of(course, Term(), timezone.now())
    records = [SessionRecord.of(report) for report in overview.reports]
    return read(term_workbook(overview, records))


@pytest.mark.slow
def test_every_session_is_a_row_and_every_table_says_of_which(course):
    sheets = sheets_of(course)
    head, *rows = sheets["Sessions"]
    assert [row[head.index("Title")] for row in rows] == [lessons.TITLE, "Second"]
    head, *rows = sheets["Participants"]
    assert head[:3] == ["Day", "Session", "Number"]
    assert {(row[0], row[1]) for row in rows} == {
        (date(2026, 3, 2), lessons.TITLE),
        (date(2026, 3, 3), "Second"),
    }
    assert sheets["Summary"][0][0] == "=1+1; Physik"
    assert "not a difference in teaching" in sheets["Summary"][2][0]


@pytest.mark.slow
def test_a_question_that_was_asked_again_has_its_answers_session_by_session(course):
    head, *rows = sheets_of(course)["Asked again"]
    columns = [head.index(title) for title in ("Session", "Answered", "Answer", "Students")]
    second = [[row[place] for place in columns] for row in rows if row[head.index("Session")] == "Second"]
    assert [row[1:] for row in second if row[3]] == [[2, "2", 1], [2, "5 · always", 1]]


def test_a_term_without_sessions_says_so():
    sheets = sheets_of(factory.course())
    assert sheets["Summary"][3] == ["No session has ended in this time."]
