"""A teacher downloads a session's files from its report."""

import io
import json
import re
import zipfile

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests import factory
from tests.dashboards import classes
from tests.exports import lessons

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return lessons.without_cameras()


@pytest.fixture
def browser(session):
    return factory.signed_in(classes.teacher_of(session))


def name_of(response) -> str:
    return re.search('filename="(.*)"', response["Content-Disposition"])[1]


def test_the_workbook_opens_and_is_named_after_the_session(session, browser):
    response = browser.get(reverse("report-xlsx", args=[session.pk]))
    assert name_of(response) == "warme-licht-11-2026-03-02.xlsx"
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    assert book.sheet_names[:3] == ["Summary", "Timeline", "Participants"]


def test_the_workbook_is_in_the_language_of_the_page(session, browser):
    response = browser.get(reverse("report-xlsx", args=[session.pk]), headers={"accept-language": "ar"})
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        assert b'rightToLeft="1"' in file.read("xl/worksheets/sheet1.xml")


def test_the_json_document_is_of_this_session(session, browser):
    response = browser.get(reverse("report-json", args=[session.pk]))
    assert json.loads(response.content)["session"]["session_id"] == str(session.pk)
    assert name_of(response) == "warme-licht-11-2026-03-02.json"


@pytest.mark.parametrize(("separator", "written"), [("comma", "question,"), ("semicolon", "question;")])
def test_each_file_of_the_zip_can_be_had_alone(session, browser, separator, written):
    chosen = {"separator": separator}
    response = browser.get(reverse("tables-zip", args=[session.pk]), chosen)
    assert name_of(response) == "warme-licht-11-2026-03-02.zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert written in files["results.csv"].decode()
    for name, content in files.items():
        alone = browser.get(reverse("table-file", args=[session.pk, name]), chosen)
        assert (alone.content, name_of(alone)) == (content, f"warme-licht-11-2026-03-02-{name}")


@pytest.mark.parametrize("file", ["gaps.csv", "secrets.csv", "__class__.csv", "session", "report.csv"])
def test_a_table_that_the_session_does_not_have_is_not_found(session, browser, file):
    assert browser.get(reverse("table-file", args=[session.pk, file])).status_code == 404


def test_the_page_links_to_every_file(session, browser):
    page = browser.get(reverse("report", args=[session.pk])).content.decode()
    for name in ("report-xlsx", "report-json", "tables-zip", "events-csv"):
        assert reverse(name, args=[session.pk]) in page
    menu = page[: page.index('data-part="print"')]
    for address in re.findall(r'formaction="([^"]+)"', menu):
        assert browser.get(address).status_code == 200
    assert reverse("report-csv", args=[session.pk]) not in page
