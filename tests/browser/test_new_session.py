"""Choosing a mode for a new session: cards that offer a mode in the courses that have its approval."""

import pytest
from playwright.sync_api import expect

from tests.browser.room import lesson
from tests.browser.teacher import enter

pytestmark = [pytest.mark.browser, pytest.mark.stack]
ANOTHER = (
    "(lambda course: [course.teachers.set(session.course.teachers.all()), course.pk])("
    "Course.objects.create_with_owner(session.course.owner, name='Chemistry'))"
)


def test_a_mode_is_offered_in_the_courses_that_have_its_approval(browser, console):
    of = lesson(console, mode="analytics")
    page = browser.new_page()
    enter(page, of, "/")
    course, (_, other) = of.ask("session.course_id"), of.ask(ANOTHER)
    page.goto(f"{of.url}/sessions/new/?course={course}")
    analytics = page.get_by_role("radio", name="Analytics")
    analytics.check()
    expect(page.get_by_text("Approved by Dr. Approver (REF-1) for Physics")).to_be_visible()

    page.get_by_label("Course").select_option(str(other))
    expect(analytics).to_be_disabled()
    expect(page.get_by_role("radio", name="Participation")).to_be_checked()
    expect(page.get_by_text("No approval for this course").nth(1)).to_be_visible()

    page.get_by_role("button", name="Open the session").click()
    expect(page.get_by_text("Participation", exact=True)).to_be_visible()
    assert page.url.endswith("/invite/")
    page.close()
