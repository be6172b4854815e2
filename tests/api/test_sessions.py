"""What a program reads about a session is what its report and its JSON document say."""

import json
from datetime import timedelta

import pytest
from django.test import override_settings

from api.endpoints.sessions import TABLES
from api.models import Scope
from classroom.models import ClassSession, Consent, Mode
from exports.json_document import json_document
from tests import factory
from tests.api.clients import Program
from tests.dashboards import classes
from tests.exports import lessons

pytestmark = pytest.mark.django_db


# The lesson took place on one day in March (tests/dashboards/classes.py).
KEPT = timedelta(days=10_000)


@pytest.fixture(autouse=True)
def readings_are_kept(settings):
    settings.READING_RETENTION = KEPT


@pytest.fixture(scope="module")
def lesson(for_all_tests):
    with override_settings(READING_RETENTION=KEPT):
        return for_all_tests(lessons.with_cameras)


@pytest.fixture
def session(lesson):
    return ClassSession.objects.get(pk=lesson.pk)


@pytest.fixture
def program(session):
    return Program.of(session.course.owner)


def rows(program: Program, session, name: str) -> list[dict]:
    return program.get(f"/sessions/{session.pk}/{TABLES[name].path}", {"limit": 5000}).json()["items"]


@pytest.mark.slow
def test_every_table_has_the_rows_of_the_json_document(program, session):
    document = json.loads(json_document(lessons.record_of(session)))
    assert {name: rows(program, session, name) for name in TABLES} == {
        name: document[name] for name in TABLES
    }
    assert all(document[name] for name in TABLES)


@pytest.mark.slow
def test_the_document_is_the_json_export(program, session):
    document = json.loads(json_document(lessons.record_of(session)))
    read = program.get(f"/sessions/{session.pk}/document").json()
    assert read | {"made_at": 0} == document | {"made_at": 0}


def test_a_session_has_the_numbers_of_its_report(program, session):
    numbers = lessons.record_of(session).session
    read = program.get(f"/sessions/{session.pk}").json()
    assert read["title"] == session.title
    assert read["participants"] == numbers.students == read["numbers"]["students"]
    assert read["numbers"] == json.loads(numbers.model_dump_json())


def test_without_the_scope_for_students_no_name_is_read(session):
    program = Program.of(session.course.owner, Scope.CLASSES)
    names = [entry.display_name for entry in session.participants.all()]
    read = ""
    for table in TABLES.values():
        answer = program.get(f"/sessions/{session.pk}/{table.path}")
        assert answer.status_code == (200 if table.scope == Scope.CLASSES else 403)
        read += answer.content.decode()
    # As a value: "-1" is in many an id.
    assert not [name for name in names if json.dumps(name, ensure_ascii=False) in read]


def test_who_erases_their_data_is_in_no_table_a_moment_later(program, session):
    gone = session.participants.order_by("joined_at").first()
    url = f"/sessions/{session.pk}/document"
    before = program.get(url)
    assert gone.display_name in before.content.decode()
    gone.erase()
    after = program.get(url, **{"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert gone.display_name not in after.content.decode()


def test_the_document_is_the_same_until_something_changes(program, session):
    url = f"/sessions/{session.pk}/document"
    first = program.get(url)
    assert program.get(url, **{"If-None-Match": first["ETag"]}).status_code == 304


def test_a_mode_that_is_no_longer_allowed_shows_no_reading(program, session, settings):
    assert any(row["average"] is not None for row in rows(program, session, "minutes"))
    settings.ALLOWED_MODES = [Mode.PARTICIPATION]
    assert all(row["average"] is None for row in rows(program, session, "minutes"))
    assert all(row["average"] is None for row in rows(program, session, "participant_minutes"))


def test_a_small_class_has_no_class_line():
    session = classes.session(mode=Mode.ANALYTICS, closed_at=classes.after(600))
    for place in range(4):
        level = Consent.Level.OWN_LINE if place % 2 else Consent.Level.CLASS_ONLY
        classes.student(session, f"Student {place}", level=level, scores=[0.5] * 60, every=5)
    minutes = rows(Program.of(session.course.owner), session, "minutes")
    assert minutes
    assert [row["average"] for row in minutes] == [None] * len(minutes)


def test_an_open_session_is_read_as_far_as_it_is(program):
    session = factory.open_session()
    factory.measured(session)
    program = Program.of(session.course.owner)
    assert program.get(f"/sessions/{session.pk}").json()["closed_at"] is None
    assert len(rows(program, session, "participants")) == 1


def test_pages_of_a_table_are_its_rows(program, session):
    url, read = f"/sessions/{session.pk}/minutes", []
    for offset in range(0, 50, 10):
        read += program.get(url, {"limit": 10, "offset": offset}).json()["items"]
    assert read == rows(program, session, "minutes")


def test_reports_have_a_limit_of_their_own(session, settings):
    settings.API_REPORTS = "1/m"
    program = Program.of(session.course.owner)
    url = f"/sessions/{session.pk}/markers"
    assert [program.get(url).status_code for _one in range(2)] == [200, 429]
    assert program.get("/sessions").status_code == 200


def test_names_that_are_formulas_stay_as_they_are():
    session = factory.open_session(Mode.PARTICIPATION)
    names = ["=1+1", "עמית", "😀", 'a;b"c', "x" * 40]
    for name in names:
        factory.participant(session, name)
    program = Program.of(session.course.owner)
    assert sorted(row["name"] for row in rows(program, session, "participants")) == sorted(names)
