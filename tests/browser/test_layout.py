"""No page is wider than its screen, whatever somebody typed as a title, a name or a label."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.room import fits, part, unfold
from tests.browser.teacher import enter, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.stack]
# 320 px: the narrowest phone, and a desktop at 400 % (WCAG 2.2, 1.4.10).
SCREENS = [{"width": 320, "height": 700}, {"width": 1280, "height": 800}]
WORD = "Donaudampfschifffahrtsgesellschaft"  # as many letters without a space as a field takes
TITLE, NAME, LABEL = (WORD * 4)[:120], (WORD * 2)[:40], (WORD * 3)[:80]
IS_TOO_WIDE = "(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector('%s'))"


@pytest.fixture
def context(browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=SCREENS[0])
    yield context
    context.close()


@pytest.fixture
def long_words(waves):
    waves.ask(f"ClassSession.objects.filter(pk=session.pk).update(title='{TITLE}')")
    waves.ask(f"session.course.approvals.update(approver='{TITLE}')")
    waves.ask(f"Course.objects.filter(pk=session.course_id).update(name='{TITLE}')")
    waves.ask(f"session.markers.create(label='{LABEL}').pk")
    waves.ask(f"session.admit('{NAME}').pk")
    return waves


def too_wide(page: Page, place: str = "html") -> list[int]:
    """The widths of the screens on which this part of the page does not fit; it ends on the narrowest."""
    return [screen["width"] for screen in reversed(SCREENS) if not fits(page, screen, IS_TOO_WIDE % place)]


def test_the_students_pages_have_room_for_long_words(context, long_words):
    page = context.new_page()
    page.goto(f"{long_words.url}/join/?code={long_words.code}")
    page.get_by_label("Your name").fill(NAME)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Before you start")).to_be_visible()
    found = {"before you start": too_wide(page)}
    page.get_by_role("button", name="Join without camera", exact=True).click()
    expect(part(page, "connection")).to_have_text("Connected")
    found["class"] = too_wide(page)
    for path in (f"/join/?code={long_words.code}", f"/room/{long_words.id}/"):
        other = context.new_page()
        other.goto(long_words.url + path)
        expect(other.get_by_role("button", name="Yes, I am")).to_be_visible()
        found[path] = too_wide(other)
    unfold(page)
    found["unfolded"] = too_wide(page)
    page.locator("#class").get_by_text("Receipt code", exact=True).click()
    receipt = page.locator("#class .receipt .code").inner_text()
    page.goto(f"{long_words.url}/my-data/session/")
    page.get_by_label("Receipt code").fill(receipt)
    page.get_by_role("button", name="Show my data").click()
    expect(page.get_by_role("heading", name="Your session", exact=True)).to_be_visible()
    found["own session"] = too_wide(page)
    assert not any(found.values()), found


def test_the_teachers_pages_have_room_for_long_words(context, long_words):
    page = sign_in(context, long_words)
    found = {}
    for tab in ("Class", "Students", "List"):
        page.get_by_role("tab", name=tab).click()
        found[tab] = too_wide(page)
    page.locator("[data-part=list] button").click()
    expect(page.locator("#drawer")).to_be_visible()
    found["drawer"] = too_wide(page) + too_wide(page, "#drawer")
    for name in ("invite", "report", "delete"):
        page.goto(f"{long_words.url}/sessions/{long_words.id}/{name}/")
        found[name] = too_wide(page)
    assert not any(found.values()), found


def test_on_a_phone_each_number_of_a_student_says_what_it_is(context, waves):
    waves.ask("session.admit('Anna').pk")
    page = context.new_page()
    enter(page, waves, f"/sessions/{waves.id}/report/")
    numbers = page.locator(".students td[data-title]")
    expect(numbers).to_have_count(2)
    before = "cells => cells.map((cell) => getComputedStyle(cell, '::before').content)"
    assert numbers.evaluate_all(before) == ['"With data "', '"Own average "']


def test_a_long_title_leaves_its_row_visible(context, long_words):
    page = context.new_page()
    enter(page, long_words, "/")
    found = {"my sessions": too_wide(page), "rows": too_wide(page, ".table-scroll")}
    page.get_by_role("heading", level=2).get_by_role("link").click()
    page.wait_for_url("**/courses/**")
    found["course"] = too_wide(page)
    assert not any(found.values()), found


@pytest.mark.parametrize("locale", ["en-GB", "de", "ar"])
def test_the_public_pages_fit_in_every_language(browser, waves, locale):
    context = browser.new_context(viewport=SCREENS[0], locale=locale)
    page = context.new_page()
    found = {}
    for path in (
        "/",
        "/join/",
        "/my-data/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password_reset/",
    ):
        page.goto(waves.url + path)
        found[path] = too_wide(page)
    context.close()
    assert not any(found.values()), found
