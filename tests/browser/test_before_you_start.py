"""The decision about the camera on a phone: both buttons are in view, and alike."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.room import Lesson, lesson

pytestmark = [pytest.mark.browser, pytest.mark.stack]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A page that stayed open would be in class during the tests after it."""
    context = browser.new_context(viewport=PHONE)
    yield context.new_page()
    context.close()


def decide(page: Page, of: Lesson) -> None:
    page.goto(f"{of.url}/join/?code={of.code}")
    page.get_by_label("Your name").fill("Anna")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Before you start")).to_be_visible()
    # The heading is there before all styles are.
    page.wait_for_load_state()


def boxes(page: Page) -> list[dict[str, float]]:
    return [
        page.get_by_role("button", name=f"Join {way} camera").bounding_box() for way in ("with", "without")
    ]


def expect_both_in_view_and_alike(page: Page) -> None:
    yes, no = boxes(page)
    assert (yes["y"], yes["width"], yes["height"]) == (no["y"], no["width"], no["height"])
    assert 0 <= yes["y"] <= PHONE["height"] - yes["height"]
    assert yes["height"] >= 44


@pytest.mark.parametrize("mode", ["mirror", "analytics"])
def test_on_a_phone_both_answers_are_in_view_before_and_after_reading_more(page, console, mode):
    decide(page, lesson(console, mode=mode))
    expect_both_in_view_and_alike(page)
    text = page.locator(".consent-lines").bounding_box()
    assert text["y"] + text["height"] < boxes(page)[0]["y"]
    page.get_by_text("More", exact=True).click()
    expect(page.get_by_text("Taking it back")).to_be_attached()
    expect_both_in_view_and_alike(page)


def test_without_cameras_the_room_opens_at_once_on_a_phone(page, console):
    of = lesson(console, mode="participation")
    page.goto(f"{of.url}/join/?code={of.code}")
    page.get_by_label("Your name").fill("Anna")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="I'm lost")).to_be_visible()
    of.expect(
        "[presence.state for presence in Presence.objects.filter(participant__session=session)]", ["present"]
    )
