"""A student's page under test: sessions in the running product, and a student's steps through the page."""

import json
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect

from demo.product import ROOT, Product
from testbed.chromium import CAMERAS_ON, COUNT_CAMERAS
from tests.waiting import SOON, expect_true, expect_value

# The first reading waits for a worker that still loads its network, perhaps beside other tests.
expect.set_options(timeout=1000 * SOON)

MOVABLE_CLOCK = """{
  const real = Date.now.bind(Date);
  window.shift = 0;
  Date.now = () => real() + window.shift;
}"""
HOUR_MS = 3_600_000

ANSWER_LINES = """
import json, sys
from django.urls import reverse
from tests import factory
for line in sys.stdin:
    try:
        answer = {"value": eval(line)}
    # The error goes to the test that asked, and the console continues.
    except Exception as error:
        answer = {"error": repr(error)}
    print(json.dumps(answer, default=str), flush=True)
"""


class NoValue(Exception):
    """The expression has no value, or not yet."""


class Console:
    """A `manage.py shell` that stays open: starting a Python for each question would take seconds."""

    def __init__(self, product: Product):
        self.product = product
        command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", ANSWER_LINES]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=ROOT, env=product.env, **pipes)

    def ask(self, expression: str) -> object:
        """The value of a Python expression over the product's models."""
        self.process.stdin.write(expression + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise NoValue(f"{answer['error']} in {expression}")
        return answer["value"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@dataclass(frozen=True)
class Lesson:
    """One open session in the running product."""

    console: Console
    id: str
    code: str

    @property
    def url(self) -> str:
        return self.console.product.url

    def ask(self, expression: str) -> object:
        """The value of a Python expression in which `session` is this session."""
        return self.console.ask(f"(lambda session: {expression})(ClassSession.objects.get(pk='{self.id}'))")

    def lead(self, name: str, *ids: str, **fields: object) -> dict:
        """What a teacher does on the live page: a POST to the view of this name."""
        address = f"reverse('{name}', args=[session.pk, *{ids!r}])"
        headers = {"Accept": "application/json", "Host": "localhost"}
        return self.ask(
            f"factory.signed_in(session.course.owner).post({address}, {fields!r}, headers={headers!r}).json()"
        )

    def readings(self) -> int:
        return self.ask("session.readings.count()")

    def expect(self, expression: str, value: object) -> None:
        """Waits for a value: the server saves things a moment after the page has shown them."""
        expect_value(lambda: self._ask_or_why_not(expression), value)

    def _ask_or_why_not(self, expression: str) -> object:
        try:
            return self.ask(expression)
        except NoValue as reason:
            return str(reason)

    def expect_state(self, state: str) -> None:
        self.expect("Presence.objects.filter(participant__session=session).last().state", state)


def lesson(console: Console, mode: str = "analytics") -> Lesson:
    course = (
        "Course.objects.create_with_owner(User.objects.get_or_create(username='owner')[0], name='Physics')"
    )
    words = f"mode='{mode}', approver='Dr. Approver', document='REF-1', valid_until='2999-12-31'"
    approval = f"approval=course.approvals.create({words})" if mode != "participation" else ""
    made = console.ask(
        "(lambda session: [session.pk, session.join_code])((lambda course: ClassSession.objects.open_new("
        f"course=course, title='Waves', mode='{mode}', {approval}))({course}))"
    )
    return Lesson(console, *made)


def join_by_hand(page: Page, of: Lesson, *, own_line: bool = False) -> None:
    """Joins the lesson with a camera as a student does: three pages, and their buttons."""
    page.goto(f"{of.url}/join/?code={of.code}")
    page.get_by_label("Your name").fill("Anna")
    page.get_by_role("button", name="Continue").click()
    if own_line:
        page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Join with camera", exact=True).click()


def join(context: BrowserContext, of: Lesson, *, camera: str | None = "class_only", url: str = "") -> Page:
    """The page of a student who has just joined the lesson, at the camera check if there is a camera.

    `camera` is the level of consent, or None. The cookies of a student who pressed the button are put into
    the browser: two pages before the room would take half a second of each test.
    """
    return _open_room(context, of, f"factory.decided(session, {camera!r})", url)


def attend(context: BrowserContext, of: Lesson, *, camera: str = "class_only") -> Page:
    """The page of a student who has passed the camera check and is measured."""
    page = _open_room(context, of, f"factory.decided(session, {camera!r}, was_measured=True)")
    expect_reading(page)
    return page


def _open_room(context: BrowserContext, of: Lesson, decision: str, url: str = "") -> Page:
    site = url or of.url
    context.add_cookies(
        [{"name": name, "value": value, "url": site} for name, value in of.ask(decision).items()]
    )
    page = context.new_page()
    page.add_init_script(COUNT_CAMERAS)
    page.goto(f"{site}/room/{of.id}/")
    expect(part(page, "connection")).to_have_text("Connected")
    return page


def part(page: Page, name: str) -> Locator:
    return page.locator(f"[data-part={name}]")


def unfold(page: Page) -> None:
    """Opens what a phone folds."""
    page.locator("details.fold").evaluate_all("folds => folds.forEach((fold) => (fold.open = true))")


def yes(page: Page) -> Locator:
    """The button that confirms "Are you Anna?"."""
    return page.get_by_role("button", name="Yes, I am Anna")


def pass_check(page: Page) -> None:
    expect(part(page, "ready")).to_be_enabled()
    part(page, "ready").click()


def expect_reading(page: Page) -> None:
    expect(part(page, "ownFace")).to_contain_text("At ")


def confirm(page: Page, question: str) -> None:
    page.locator(f"#{question}-dialog [value=confirm]").click()


def expect_cameras_on(page: Page, count: int) -> None:
    expect_script(page, f"{CAMERAS_ON} === {count}")


def expect_script(page: Page, condition: str) -> None:
    """Waits from outside the page, whose content security policy blocks wait_for_function."""
    expect_true(lambda: page.evaluate(condition))


def fits(page: Page, screen: ViewportSize, what_does_not: str) -> bool:
    """Whether a script finds nothing that does not fit, on this screen.

    Waits until a page that a click opened has its styles, and one that was resized is drawn anew.
    """
    page.wait_for_load_state()
    page.set_viewport_size(screen)
    with suppress(AssertionError):
        expect_value(lambda: bool(page.evaluate(what_does_not)), False, seconds=10)
    return not page.evaluate(what_does_not)


def hours_from_now(text: str) -> float:
    """How far a time of day in UTC is from now."""
    hour, minute = map(int, re.search(r"(\d\d):(\d\d):\d\d", text).groups())
    now = datetime.now(UTC)
    away = abs(hour + minute / 60 - now.hour - now.minute / 60)
    return min(away, 24 - away)
