"""Files that workers make: asked for, watched and downloaded by a program."""

import pytest
from django.utils import timezone

from api.models import Scope
from classroom.models import Mode
from dashboards.report.csv_format import FORMATS as CSV_FORMATS
from exports.formats import FORMATS, OF_SESSION
from exports.making import make
from exports.models import Export, ExportFile
from tests import factory
from tests.api.clients import Program
from tests.exports.test_workbook import read

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def session():
    return factory.open_session(Mode.PARTICIPATION)


@pytest.fixture
def program(session):
    return Program.of(session.course.owner, Scope.EXPORTS)


@pytest.fixture
def asked(session, program):
    return program.post(f"/sessions/{session.pk}/exports", {"format": "html"})


def test_the_formats_are_those_of_the_pages_with_the_same_choices(program):
    offered = {one["format"]: one for one in program.get("/exports/formats").json()}
    # Single tables have addresses of their own, and the old CSV files are for who used them before.
    assert FORMATS.keys() - offered.keys() == {"table", "events", "ten_seconds"}
    for name, one in offered.items():
        choices = FORMATS[name].choices
        assert (bool(one["papers"]), bool(one["separators"])) == ("paper" in choices, "separator" in choices)
        assert one["of"] == ("session" if name in OF_SESSION else "course")
    assert set(offered["csv"]["separators"]) == set(CSV_FORMATS)


@pytest.mark.parametrize(
    ("body", "begin"),
    [
        ({"format": "xlsx"}, b"PK"),
        ({"format": "csv", "separator": "semicolon"}, b"PK"),
        ({"format": "json"}, b'{"schema_version"'),
        ({"format": "xapi"}, b"["),
    ],
)
def test_files_of_a_large_session_are_exports(program, session, settings, body, begin):
    settings.LARGEST_IMMEDIATE_EXPORT = -1
    assert program.get(f"/sessions/{session.pk}/files/{body['format']}").status_code == 409
    export = program.post(f"/sessions/{session.pk}/exports", body).json()
    make(Export.objects.get().pk)
    file = program.get(f"/exports/{export['id']}/file")
    assert file.content.startswith(begin)


def test_a_term_is_an_export_of_its_course(program, session):
    path = f"/courses/{session.course_id}/exports"
    export = program.post(path, {"since": "2026-01-01"}).json()
    assert (export["format"], export["course"], export["session"]) == ("term", session.course_id, None)
    assert Export.objects.get().options["since"] == "2026-01-01"
    make(Export.objects.get().pk)
    file = program.get(f"/exports/{export['id']}/file")
    assert read(file.content)["Summary"]
    assert program.get("/exports").json()["count"] == 1
    factory.participant(session).erase()
    assert program.get(f"/exports/{export['id']}").json()["state"] == "outdated"


def test_a_term_of_another_teacher_is_not_there(session):
    stranger = Program.of(factory.teacher(), Scope.EXPORTS)
    assert stranger.post(f"/courses/{session.course_id}/exports", {}).status_code == 404


def test_a_token_of_one_course_has_the_exports_of_that_course(session):
    owner = session.course.owner
    Program.of(owner).post(f"/courses/{session.course_id}/exports", {})
    elsewhere = Program.of(owner, Scope.EXPORTS, course=factory.course(owner))
    assert elsewhere.get("/exports").json()["count"] == 0


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
    assert program.get(f"/exports/{export.pk}").json()["file"]
    Export.objects.update(expires_at=timezone.now())
    assert program.get(f"/exports/{export.pk}").json()["file"] is None
    answer = program.get(f"/exports/{export.pk}/file")
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "There is no file: this export is expired.",
    )


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
