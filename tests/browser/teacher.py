"""A teacher's page under test: the live page of a session, after signing in as one of its teachers."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.room import Lesson, part

PASSWORD = "correct horse battery"


def sign_in(context: BrowserContext, to: Lesson, complaints: list[str] | None = None) -> Page:
    """`complaints` takes what the browser's console says is wrong."""
    complaints = [] if complaints is None else complaints
    name = f"teacher-{to.code}"
    to.ask(
        "session.course.teachers.add(__import__('django.contrib.auth', fromlist=['x'])"
        f".get_user_model().objects.create_user('{name}', password='{PASSWORD}'))"
    )
    page = context.new_page()
    page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{to.url}/accounts/login/?next=/sessions/{to.id}/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main button").click()
    expect(part(page, "freshness"), "; ".join(complaints)).to_have_text("Updated just now")
    return page
