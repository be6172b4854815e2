"""A teacher's page under test: the live page of a session, signed in as one of its teachers."""

from datetime import datetime, timedelta

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.room import Lesson, part


def sign_in(context: BrowserContext, to: Lesson, complaints: list[str] | None = None) -> Page:
    """Opens the live page as a teacher; `complaints` takes the errors of the browser's console."""
    complaints = [] if complaints is None else complaints
    page = context.new_page()
    page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    enter(page, to, f"/sessions/{to.id}/")
    expect(part(page, "freshness"), "; ".join(complaints)).to_have_text("Updated just now")
    return page


def enter(page: Page, to: Lesson, address: str) -> None:
    """Goes to the address, signed in as a new teacher of this session.

    The cookie of a sign-in is put into the browser: two password hashes and two pages would take a second.
    """
    key = to.ask(
        "(lambda ada: session.course.teachers.add(ada) or factory.signed_in(ada).cookies['sessionid'].value)"
        f"(factory.teacher('teacher-{to.code}'))"
    )
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": to.url}])
    page.goto(to.url + address)


def past_lesson(lesson: Lesson, opened: datetime, length: timedelta) -> None:
    """Moves the lesson into the past and ends it, with markers at a quarter and at three quarters of it."""
    at = [(opened + length * share).isoformat() for share in (0, 0.25, 0.75, 1)]
    times = f"opened_at='{at[0]}', started_at='{at[0]}', closed_at='{at[3]}'"
    lesson.ask(f"ClassSession.objects.filter(pk=session.pk).update({times})")
    for number, moment in enumerate(at[1:3], start=1):
        lesson.ask(f"session.markers.create(label='Task {number}', at='{moment}').pk")


def read_report(context: BrowserContext, lesson: Lesson) -> Page:
    """The report of a lesson, with its charts drawn."""
    page = context.new_page()
    enter(page, lesson, f"/sessions/{lesson.id}/report/")
    for chart in ("average", "expressions"):
        expect(page.locator(f"[data-chart={chart}] .chart-plot .main-svg").first).to_be_visible()
    return page
