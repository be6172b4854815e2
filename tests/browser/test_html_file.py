"""The report, and a student's own data, as one file: opened from the disk, without a network."""

import pytest
from playwright.sync_api import expect

from tests.browser.room import lesson
from tests.browser.teacher import past_lesson
from tests.browser.test_print import OPENED, timedelta

pytestmark = [pytest.mark.browser, pytest.mark.stack]
WRITE = (
    "__import__('pathlib').Path('{path}').write_text(__import__('exports.html_file').html_file.html_file("
    "__import__('dashboards.report.report').report.report.Report.of("
    "ClassSession.objects.get(pk=session.pk), __import__('django.utils.timezone').utils.timezone.now())))"
)


def test_the_report_opens_offline_with_its_charts_in_light_and_dark(browser, console, tmp_path):
    waves = lesson(console)
    waves.ask("session.admit('=1+1 <img src=https://example.org/x>').pk")
    past_lesson(waves, OPENED, timedelta(minutes=90))
    path = tmp_path / "report.html"
    waves.ask(WRITE.format(path=path))
    context = browser.new_context(offline=True, color_scheme="dark")
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda line: said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"file://{path}")
    expect(page.locator(".chart-plot .main-svg").first).to_be_visible()
    expect(page.get_by_text("=1+1 <img", exact=False).first).to_be_visible()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert path.read_text().count("plotly.js (basic") == 1
    context.close()


def test_a_students_own_page_is_downloaded_and_opens_offline(browser, console, tmp_path):
    waves = lesson(console)
    receipt = waves.ask(
        "(lambda anna: factory.reading(factory.consent(anna)) and factory.pulse(anna) and anna.receipt_code)"
        "(factory.participant(session, '<script>alert(1)</script>'))"
    )
    page = browser.new_page()
    page.goto(f"{waves.url}/my-data/session/")
    page.get_by_role("textbox").fill(receipt)
    page.get_by_role("button", name="Show my data").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download everything (web page)").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    page.close()
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda line: said.append(line.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"file://{path}")
    expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    expect(page.locator(".session-strip")).to_be_visible()
    page.get_by_text("All rows").click()
    expect(page.get_by_text("One face, read")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()
