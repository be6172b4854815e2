"""Locking the door and renewing the code on the live page, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests import factory
from tests.browser.room import part

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_newcomers_are_told_that_the_door_is_locked_and_a_new_code_shows_at_once(live, waves, browser):
    part(live, "menu").click()
    live.get_by_role("button", name="Lock the door").click()
    expect(part(live, "doorState")).to_have_text("Door locked")
    newcomer = browser.new_context().new_page()
    newcomer.goto(f"{waves.url}/join/?code={waves.code}")
    newcomer.get_by_label("Your name").fill("Ben")
    newcomer.get_by_role("button", name="Continue").click()
    expect(newcomer.get_by_role("alert")).to_contain_text("locked the door")
    live.get_by_role("button", name="Open the door").click()
    expect(part(live, "doorState")).to_have_text("Door open")
    newcomer.get_by_role("button", name="Continue").click()
    expect(newcomer.get_by_role("heading", name="Before you start")).to_be_visible()
    newcomer.context.close()
    if not live.get_by_role("button", name="New code").is_visible():
        part(live, "menu").click()
    live.get_by_role("button", name="New code").click()
    expect(part(live, "code")).not_to_have_text(waves.code)
    waves.expect("session.join_code", part(live, "code").inner_text())


def test_a_password_opens_the_page_that_was_asked_for(waves, browser):
    waves.ask("session.course.teachers.add(factory.teacher('ada'))")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{waves.url}/sessions/{waves.id}/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password", exact=True).fill(factory.PASSWORD)
    page.locator("main button").click()
    page.wait_for_url(f"{waves.url}/sessions/{waves.id}/")
    expect(part(page, "freshness")).to_have_text("Updated just now")
    context.close()
