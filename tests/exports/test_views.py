"""A teacher downloads a session's files from its report."""

import io
import json
import re
import zipfile

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from classroom.models import ClassSession
from exports.formats import OF_SESSION, is_large
from exports.making import make
from exports.models import Export
from tests import factory
from tests.dashboards import classes
from tests.exports import lessons

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def lesson(for_all_tests):
    return for_all_tests(lessons.without_cameras)


@pytest.fixture
def session(lesson):
    return ClassSession.objects.get(pk=lesson.pk)


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_page_links_to_every_file(session, browser):
    page = browser.get(reverse("report", args=[session.pk])).content.decode()
    for name in ("report-xlsx", "report-json", "tables-zip", "events-csv"):
        assert reverse(name, args=[session.pk]) in page
    assert reverse("exports", args=[session.pk]) in page
    menu = page[: page.index('data-part="print"')]
    for address in re.findall(r'formaction="([^"]+)"', menu):
        assert browser.get(address).status_code == 200
    assert reverse("report-csv", args=[session.pk]) not in page


@pytest.fixture
def large(settings):
    settings.LARGEST_IMMEDIATE_EXPORT = 0


LIGHT = [one.value for one, about in OF_SESSION.items() if about.is_light]


@pytest.mark.parametrize("format_", LIGHT)
def test_a_worker_makes_the_same_file_of_a_large_session(session, browser, settings, format_):
    page, asked = reverse("exports", args=[session.pk]), {"format": format_, "file": "results.csv"}
    at_once = browser.post(page, asked)
    settings.LARGEST_IMMEDIATE_EXPORT = 0
    assert browser.post(page, asked).url == page
    export = Export.objects.get()
    make(export.pk)
    later = browser.get(export.get_absolute_url())
    assert name_of(later) == name_of(at_once)
    assert later["Content-Type"] == at_once["Content-Type"]
    if format_ in ("table", "events", "ten_seconds", "xapi"):
        assert later.content == at_once.content
    assert len(later.content) == pytest.approx(len(at_once.content), abs=100)


def test_the_address_of_a_large_session_leads_to_the_page_that_makes_it(session, browser, large):
    for name in ("report-xlsx", "report-json", "report-xapi", "tables-zip", "report-csv", "events-csv"):
        answer = browser.get(reverse(name, args=[session.pk]))
        assert answer.url == reverse("exports", args=[session.pk])
    assert not Export.objects.exists()


@pytest.mark.slow
def test_every_button_of_a_large_sessions_menu_asks_for_a_file(session, browser, large):
    page = browser.get(reverse("report", args=[session.pk])).content.decode()
    menu = page[page.index('class="menu downloads"') : page.index('data-part="print"')]
    buttons = re.findall(r'<button type="submit"[^>]*?name="(\w+)" value="([^"]+)"', menu)
    assert len(buttons) == menu.count('<button type="submit"') > len(LIGHT)
    for name, value in buttons:
        assert browser.post(reverse("exports", args=[session.pk]), {name: value}).status_code == 302
    assert Export.objects.count() == len(buttons)


def test_a_list_of_files_says_what_was_chosen(session, browser, large):
    page = reverse("exports", args=[session.pk])
    browser.post(page, {"format": "csv", "separator": "semicolon"})
    browser.post(page, {"file": "minutes.csv"})
    text = browser.get(page).content.decode()
    assert "CSV, with semicolons, 0,5" in text
    assert "Table (CSV), minutes.csv, with commas, 0.5" in text


@pytest.mark.parametrize(("largest", "large_one"), [(6 * 10 - 1, True), (6 * 10, False)])
def test_a_session_is_large_by_its_students_times_its_minutes(settings, largest, large_one):
    settings.LARGEST_IMMEDIATE_EXPORT = largest
    session = classes.session(mode="participation", closed_at=classes.after(600))
    for _student in range(6):
        factory.participant(session)
    assert is_large(session) == large_one
