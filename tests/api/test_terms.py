"""A term's tables through the API: those of its sessions, one after another."""

from datetime import timedelta

import pytest

from api.endpoints.terms import TERM_TABLES
from api.models import Scope
from classroom.models import ClassSession, Mode, Purpose
from tests import factory
from tests.api.clients import Program
from tests.dashboards import taught
from tests.dashboards.classes import START
from tests.exports import lessons

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def on_day(number: int, course, **fields) -> ClassSession:
    day = START + number * DAY
    session = taught.lesson(3, course=course, opened_at=day, **fields)
    ClassSession.objects.filter(pk=session.pk).update(started_at=day, closed_at=day + timedelta(minutes=5))
    return session


@pytest.fixture
def course(settings):
    settings.READING_RETENTION = timedelta(days=10_000)
    return factory.course()


@pytest.fixture
def program(course):
    return Program.of(course.owner)


def every_part(program: Program, path: str, **query) -> list[list[dict]]:
    parts, answer = [], program.get(path, query)
    while True:
        assert answer.status_code == 200, answer.content
        parts.append(answer.json()["items"])
        following = answer.json()["next"]
        if following is None:
            return parts
        assert answer["Link"] == f'<{following}>; rel="next"'
        answer = program.client.get(following.removeprefix("http://localhost:8000"))


def rows(program: Program, path: str, **query) -> list[dict]:
    return [row for part in every_part(program, path, **query) for row in part]


@pytest.mark.slow
def test_each_table_has_the_rows_of_all_sessions_in_their_order(course, program):
    sessions = [on_day(0, course, title="First"), on_day(1, course, title="Second")]
    taught.answer(taught.ask(sessions[1]), {"chosen": [0]}, {"chosen": [1]})
    for name, table in TERM_TABLES.items():
        of_sessions = [
            row
            for session in sessions
            for row in (
                [program.get(f"/sessions/{session.pk}").json()["numbers"]]
                if name == "session"
                else rows(program, f"/sessions/{session.pk}/{table.path}")
            )
        ]
        assert rows(program, f"/courses/{course.pk}/{table.path}") == of_sessions, name


@pytest.mark.slow
@pytest.mark.parametrize("limit", [1, 2, 4, 100])
def test_parts_put_together_are_the_whole_table(course, program, limit, settings):
    settings.API_SESSIONS_OF_A_PART = 2
    for number in range(3):
        on_day(number, course)
    path = f"/courses/{course.pk}/participants"
    parts = every_part(program, path, limit=limit)
    assert all(len({row["session_id"] for row in part}) <= 2 for part in parts)
    assert all(len(part) <= limit for part in parts)
    settings.API_SESSIONS_OF_A_PART = 99
    assert [row for part in parts for row in part] == rows(program, path, limit=5000)


def test_a_part_computes_no_more_reports_than_a_setting_allows(course, program, settings):
    settings.API_SESSIONS_OF_A_PART = 2
    for number in range(3):
        on_day(number, course)
    # None has markers: the next part goes on behind the two that were looked at.
    assert every_part(program, f"/courses/{course.pk}/markers") == [[], []]


def test_a_part_says_how_many_sessions_there_are_and_how_many_still_come(course, program, settings):
    settings.API_SESSIONS_OF_A_PART = 2
    for number in range(3):
        on_day(number, course)
    path, counts = f"/courses/{course.pk}/participants", []
    answer = program.get(path, {"limit": 4}).json()
    while True:
        counts.append((len(answer["items"]), answer["sessions"], answer["sessions_left"]))
        if answer["next"] is None:
            break
        answer = program.client.get(answer["next"].removeprefix("http://localhost:8000")).json()
    # Three students in each session.
    assert counts == [(4, 3, 2), (4, 3, 1), (1, 3, 0)]
    empty = program.get(f"/courses/{course.pk}/markers", {"since": "2100-01-01"}).json()
    assert empty == {"items": [], "sessions": 0, "sessions_left": 0, "next": None}


def test_days_bound_a_term_and_practice_or_open_classes_are_not_in_it(course, program):
    first, second = on_day(0, course), on_day(1, course)
    on_day(2, course, purpose=Purpose.PRACTICE)
    factory.open_session(Mode.PARTICIPATION, course=course)
    path = f"/courses/{course.pk}/sessions"
    day = f"{(START + DAY).date()}"
    ids = {
        tuple(sorted(query)): [row["session_id"] for row in rows(program, path, **query)]
        for query in ({}, {"since": day}, {"until": f"{START.date()}"})
    }
    assert ids == {
        (): [str(first.pk), str(second.pk)],
        ("since",): [str(second.pk)],
        ("until",): [str(first.pk)],
    }


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_the_first_and_the_last_day_of_the_calendar_bound_nothing(course, program, settings, zone):
    settings.TIME_ZONE = zone
    on_day(0, course)
    days = {"since": "0001-01-01", "until": "9999-12-31"}
    assert len(rows(program, f"/courses/{course.pk}/sessions", **days)) == 1
    page = factory.signed_in(course.owner).get(f"/courses/{course.pk}/overview/", days)
    assert page.status_code == 200


def test_a_part_after_a_session_that_was_deleted_says_to_begin_again(course, program):
    gone = on_day(0, course)
    after = f"{gone.pk}.1"
    gone.erase()
    answer = program.get(f"/courses/{course.pk}/participants", {"after": after})
    assert answer.status_code == 404
    assert "Begin again" in answer.json()["detail"]


@pytest.mark.parametrize("after", ["x", "1.1", "00000000-0000-0000-0000-000000000000.-1"])
def test_an_unknown_place_is_refused(course, program, after):
    assert program.get(f"/courses/{course.pk}/minutes", {"after": after}).status_code == 422


@pytest.mark.slow
def test_whoever_withdraws_is_measured_in_no_row_from_then_on(course, program):
    session = lessons.with_cameras(course=course)
    path = f"/courses/{course.pk}/participants"
    ada = session.participants.get(display_name__contains="Ada")
    assert [row["average"] for row in rows(program, path) if row["name"] == ada.display_name] != [None]
    ada.withdraw_consent()
    assert [row["average"] for row in rows(program, path) if row["name"] == ada.display_name] == [None]
    ada.erase()
    assert ada.display_name not in {row["name"] for row in rows(program, path)}


def test_a_scope_for_classes_reads_no_students(course):
    program = Program.of(course.owner, Scope.CLASSES)
    assert program.get(f"/courses/{course.pk}/minutes").status_code == 200
    assert program.get(f"/courses/{course.pk}/participants").status_code == 403
