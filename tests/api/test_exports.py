"""Files that workers make: asked for, watched and downloaded by a program."""

import pytest
from django.utils import timezone

from api.models import Scope
from classroom.models import Mode
from exports.making import make
from exports.models import Export, ExportFile
from tests import factory
from tests.api.clients import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return factory.open_session(Mode.PARTICIPATION)


@pytest.fixture
def program(session):
    return Program.of(session.course.owner, Scope.EXPORTS)


@pytest.fixture
def asked(session, program):
    return program.post(f"/sessions/{session.pk}/exports", {"format": "html"})


def test_the_formats_are_those_that_workers_make(program):
    formats = program.get("/exports/formats").json()
    of_sessions = [one.value for one in Export.Format if one != Export.Format.TERM]
    assert [one["format"] for one in formats] == of_sessions


def test_a_file_is_asked_for_made_and_downloaded(program, asked):
    assert asked.status_code == 202
    export = asked.json()
    assert (export["state"], export["file"]) == ("waiting", None)
    assert program.get(f"/exports/{export['id']}/file").status_code == 409
    make(Export.objects.get().pk)
    done = program.get(f"/exports/{export['id']}").json()
    assert (done["state"], done["progress"]) == ("done", 100)
    file = program.client.get(done["file"].removeprefix("http://localhost:8000"))
    assert file.status_code == 200
    assert file["Content-Type"].startswith("text/html")
    assert bytes(ExportFile.objects.get().content) == file.content


def test_the_same_file_is_not_made_twice(program, session, asked):
    again = program.post(f"/sessions/{session.pk}/exports", {"format": "html"})
    assert again.json()["id"] == asked.json()["id"]
    assert program.get("/exports").json()["count"] == 1


def test_after_an_erasure_the_file_is_gone(program, session, asked):
    anna = factory.participant(session)
    export = Export.objects.get()
    make(export.pk)
    anna.erase()
    assert program.get(f"/exports/{export.pk}").json()["state"] == "outdated"
    assert program.get(f"/exports/{export.pk}/file").status_code == 409


def test_an_expired_file_is_not_there(program, asked):
    export = Export.objects.get()
    make(export.pk)
    Export.objects.update(expires_at=timezone.now())
    assert program.get(f"/exports/{export.pk}/file").status_code == 409


def test_an_export_of_a_colleague_is_not_there(session, asked):
    colleague = factory.teacher()
    session.course.teachers.add(colleague)
    program = Program.of(colleague)
    export = asked.json()["id"]
    assert program.get("/exports").json()["count"] == 0
    assert [program.get(f"/exports/{export}{end}").status_code for end in ("", "/file")] == [404, 404]


def test_who_leaves_the_course_loses_the_file(session, asked):
    colleague = factory.teacher()
    session.course.teachers.add(colleague)
    program = Program.of(colleague)
    export = program.post(f"/sessions/{session.pk}/exports", {"format": "html"}).json()["id"]
    session.course.remove_teacher(colleague.pk)
    assert program.get(f"/exports/{export}").status_code == 404


def test_files_are_limited(program, session, settings):
    settings.EXPORTS_OF_ONE_TEACHER = "1/h"
    bodies = [{"format": "html"}, {"format": "pdf", "paper": "letter"}]
    answers = [program.post(f"/sessions/{session.pk}/exports", body) for body in bodies]
    assert [answer.status_code for answer in answers] == [202, 429]


@pytest.mark.parametrize(
    "body", [{}, {"format": "exe"}, {"format": "pdf", "paper": "A0"}, {"format": "pdf", "x": 1}]
)
def test_what_no_worker_makes_is_refused(program, session, body):
    assert program.post(f"/sessions/{session.pk}/exports", body).status_code == 422
