"""A shared computer: nobody is filmed as the student before, or reads anything about them."""

import pytest
from playwright.sync_api import Page, expect

from testbed.chromium import CAMERAS_ON, COUNT_CAMERAS
from tests.browser.room import (
    confirm,
    expect_cameras_on,
    expect_reading,
    part,
    yes,
)

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def receipt(page: Page, panel: str = "#class"):
    return page.locator(f"{panel} .receipt .code")


def show_receipt(page: Page, panel: str = "#class") -> str:
    page.locator(panel).get_by_text("Receipt code", exact=True).click()
    return receipt(page, panel).inner_text()


def new_tab(page: Page, url: str) -> Page:
    tab = page.context.new_page()
    tab.add_init_script(COUNT_CAMERAS)
    tab.goto(url)
    return tab


def expect_question(page: Page) -> None:
    expect(yes(page)).to_be_visible()
    page.wait_for_timeout(500)
    assert page.evaluate("window.cameras.length") == 0


def test_a_new_or_copied_tab_asks_who_is_there_before_the_camera_starts(anna, waves):
    with anna.context.expect_page() as opened:  # a window that a page opens gets a copy of what its tab keeps
        anna.evaluate("window.open(location.href)")
    expect(yes(opened.value)).to_be_visible()
    for address in (f"{waves.url}/join/?code={waves.code}", anna.url):
        expect_question(new_tab(anna, address))
    # The question alone takes nothing from the other tab.
    assert anna.evaluate(CAMERAS_ON) == 1
    second = new_tab(anna, anna.url)
    yes(second).click()
    expect_reading(second)
    expect(part(anna, "endedTitle")).to_contain_text("another tab")


def test_typing_the_code_again_asks_who_is_there(anna, waves):
    tab = new_tab(anna, f"{waves.url}/join/")
    tab.get_by_label("Class code").fill(waves.code)
    tab.get_by_label("Your name").fill("Ben")
    tab.get_by_role("button", name="Continue").click()
    expect_question(tab)
    tab.get_by_role("button", name="No, somebody else").click()
    expect(tab.get_by_text("you are Ben")).to_be_visible()
    expect(part(anna, "endedTitle")).to_be_visible()
    expect_cameras_on(anna, 0)
    expect(receipt(anna, "#ended")).to_have_count(1 if "left" in part(anna, "endedTitle").inner_text() else 0)


def test_a_reload_continues_without_a_press_and_the_camera_goes_off_with_the_page(anna, waves):
    for _ in range(2):
        anna.reload()
        expect_reading(anna)
        expect_cameras_on(anna, 1)
    assert waves.ask("session.participants.count()") == 1
    assert waves.ask("Consent.objects.filter(participant__session=session).count()") == 1
    anna.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    expect_cameras_on(anna, 0)


def test_the_back_button_and_a_page_from_the_back_forward_cache_ask_who_is_there(anna, waves):
    anna.goto(f"{waves.url}/engagement/")
    anna.go_back()
    expect_question(anna)
    anna.reload()
    expect_question(anna)
    yes(anna).click()
    expect_reading(anna)
    anna.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    expect_cameras_on(anna, 0)
    with anna.expect_navigation():
        anna.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect_question(anna)


def test_somebody_else_joins_under_their_own_name(anna, waves):
    tab = new_tab(anna, f"{waves.url}/join/?code={waves.code}")
    tab.get_by_role("link", name="No, somebody else").click()
    tab.get_by_label("Your name").fill("Ben")
    tab.get_by_role("button", name="Continue").click()
    tab.get_by_role("button", name="Join with camera", exact=True).click()
    expect(tab.locator("#check")).to_be_visible()
    expect_cameras_on(anna, 0)
    waves.expect("session.participants.in_class().get().display_name", "Ben")


@pytest.mark.parametrize(
    ("way_out", "title"), [("leave", "You have left"), ("end", "The session has ended")], ids=["leave", "end"]
)
def test_after_class_the_camera_is_off_and_the_browser_shows_nothing_without_the_receipt(
    anna, waves, way_out, title
):
    code = show_receipt(anna)
    if way_out == "end":
        waves.ask("session.close()")
    else:
        part(anna, "leave").click()
        confirm(anna, "leave")
    expect(part(anna, "endedTitle")).to_have_text(title)
    expect(part(anna, "endedReceipt")).to_be_visible()
    expect_cameras_on(anna, 0)
    assert waves.readings() > 0
    assert waves.ask("session.participants.in_class().count()") == 0
    room = f"/room/{waves.id}"
    for address in (f"{room}/", f"{room}/start/", f"{room}/summary/", "/my-data/session/"):
        text = new_tab(anna, waves.url + address).content()
        assert not any(word in text for word in ("Anna", "Waves", code)), address
    assert show_receipt(anna, "#ended") == code
    anna.get_by_role("button", name="Open my session").click()
    expect(anna.get_by_role("heading", name="Your session", exact=True)).to_be_visible()
    anna.reload()
    expect(anna.get_by_label("Receipt code")).to_have_value("")
    assert "Anna" not in anna.content()


def test_a_receipt_is_shown_on_a_press_and_in_another_browser_reads_and_joins_no_class(anna, browser, waves):
    expect(receipt(anna)).to_be_hidden()
    code = show_receipt(anna)
    assert len(code) == 12
    anna.locator("#class").get_by_text("Receipt code", exact=True).click()
    expect(receipt(anna)).to_be_hidden()
    show_receipt(anna)
    anna.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect(receipt(anna)).to_be_hidden()
    context = browser.new_context()
    thief = context.new_page()
    thief.goto(f"{waves.url}/my-data/")
    thief.get_by_label("Receipt code").fill(code)
    thief.get_by_role("button", name="Show my data").click()
    thief.get_by_role("button", name="My session and download").click()
    expect(thief.get_by_role("heading", name="Your session", exact=True)).to_be_visible()
    for address in (f"/room/{waves.id}/", f"/room/{waves.id}/start/"):
        assert thief.goto(waves.url + address).status == 404
    assert not [one for one in context.cookies() if one["name"].startswith("seat-")]
    assert anna.evaluate(CAMERAS_ON) == 1
    context.close()
