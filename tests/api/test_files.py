"""Files that a program downloads are those of the product, under the rules of that moment."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from api.models import Scope
from exports.json_document import json_document
from tests.api.clients import Program
from tests.exports import lessons

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def session(settings):
    settings.READING_RETENTION = timedelta(days=10_000)
    return lessons.without_cameras()


@pytest.fixture
def program(session):
    return Program.of(session.course.owner, Scope.EXPORTS)


def test_the_workbook_the_tables_and_the_document_are_downloaded(program, session):
    url = f"/sessions/{session.pk}/files"
    book = CalamineWorkbook.from_filelike(io.BytesIO(program.get(f"{url}/xlsx").content))
    assert len(book.sheet_names) > 4
    tables = zipfile.ZipFile(io.BytesIO(program.get(f"{url}/csv", {"separator": "semicolon"}).content))
    head = tables.read("participants.csv").decode("utf-8-sig").splitlines()[0]
    assert head.startswith("session_id;participant;name")
    read = program.get(f"{url}/json")
    document = json.loads(json_document(lessons.record_of(session)))
    assert read.json() | {"made_at": 0} == document | {"made_at": 0}
    assert read["Content-Disposition"] == f'attachment; filename="session-{session.pk}.json"'


@pytest.mark.parametrize("path", ["files/exe", "files/xlsx%00", "files/csv?separator=tab"])
def test_an_unknown_format_is_refused(program, session, path):
    assert program.client.get(f"/api/v1/sessions/{session.pk}/{path}").status_code == 422
