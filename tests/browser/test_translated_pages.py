"""Teacher and student in Arabic, from right to left, and in German: no English is left, nothing overflows."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import AS_IT_IS, barriers
from tests.browser.room import Lesson, fits, join, part
from tests.browser.teacher import enter

pytestmark = [pytest.mark.browser, pytest.mark.stack]
SCREENS = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}
DOES_NOT_FIT = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Texts of the page with a Latin word, except names, addresses and what has a language of its own.
LATIN = """(known) => {
  const foreign = "bdi, code, .code, [lang]:not(html), .address, .zone, script, style, noscript, time, "
    + "dl[hidden] dt";
  const files = /[\\w-]*\\.(?:csv|xlsx|pdf|html|json|zip)\\b/g;
  const typed = /https?:\\S+|\\S+@\\S+|localhost\\S*|\\{\\w+\\}|\\S*\\d\\S*|\\u2068.*?\\u2069/g;
  const words = (text) => (text.replaceAll(files, "").replaceAll(typed, "").match(/[A-Za-z]{2,}/g) ?? [])
    .filter((word) => !known.includes(word));
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.closest(foreign) && words(node.data).length) found.push(node.data.trim());
  }
  for (const element of document.body.querySelectorAll("[aria-label], [placeholder], [title], [alt]")) {
    if (element.closest(foreign)) continue;
    for (const name of ["aria-label", "placeholder", "title", "alt"]) {
      const text = element.getAttribute(name) ?? "";
      if (words(text).length) found.push(`${name}: ${text}`);
    }
  }
  return [...new Set([document.title.split("·")[0], ...found].filter((text) => words(text).length))];
}"""
# Names of products, formats and authors, and what the tests themselves have typed.
KNOWN = [
    *(
        "Classpulse",
        "CSV",
        "JSON",
        "Excel",
        "xAPI",
        "QR",
        "JavaScript",
        "PDF",
        "PNG",
        "URL",
        "UTC",
        "PUBLIC",
        "LAN",
        "make",
        "demo",
    ),
    *(
        "Tab",
        "Enter",
        "Escape",
        "Windows",
        "macOS",
        "Chrome",
        "Edge",
        "Firefox",
        "Safari",
        "Brave",
        "resistFingerprinting",
    ),
    *(
        "strict",
        "fingerprint",
        "blocking",
        "arXiv",
        "et",
        "al",
        "Barrett",
        "Sharma",
        "Pekrun",
        "Vogl",
        "Macro",
    ),
    *("FER", "class", "note", "https", "http", "Waves", "Physics", "Anna", "Dr", "Approver", "REF", "cpls"),
]

QUESTION = {"kind": "choice", "text": "Physics", "option": ["Waves", "Anna"]}


class Walk:
    """Goes through pages on a phone and notes what is wrong with each."""

    def __init__(self, page: Page, lesson: Lesson, direction: str, axe: str | None = None) -> None:
        self.page, self.lesson, self.direction, self.axe = page, lesson, direction, axe
        self.found: dict[str, object] = {}

    def look(self, name: str) -> None:
        page = self.page
        wrong = {
            "direction": page.locator("html").get_attribute("dir") != self.direction,
            "too wide": self._too_wide(),
            "barriers": barriers(page, self.axe, AS_IT_IS) if self.axe else [],
            "English": page.evaluate(LATIN, KNOWN) if self.direction == "rtl" else [],
        }
        if any(wrong.values()):
            self.found[name] = {what: value for what, value in wrong.items() if value}

    def _too_wide(self) -> list[str]:
        """The screens on which the page does not fit, also once its charts are drawn anew."""
        return [name for name in ("desktop", "phone") if not fits(self.page, SCREENS[name], DOES_NOT_FIT)]

    def go(self, path: str) -> None:
        self.page.goto(self.lesson.url + path)
        self.look(path)


@pytest.fixture(params=[("ar-EG", "rtl"), ("de-DE", "ltr")], ids=["arabic", "german"])
def walk(browser, waves, axe_script, request) -> Iterator[Walk]:
    """axe looks at the Arabic pages only: test_accessibility.py has the English ones, mirrored too."""
    locale, direction = request.param
    context = browser.new_context(locale=locale, viewport=SCREENS["phone"], reduced_motion="reduce")
    yield Walk(context.new_page(), waves, direction, axe_script if direction == "rtl" else None)
    context.close()


def test_the_students_pages_are_translated(walk):
    page, waves = walk.page, walk.lesson
    for path in ("/", "/join/", "/my-data/", "/engagement/", "/no-such-page/"):
        walk.go(path)
    page.goto(f"{waves.url}/join/?code={waves.code}")
    page.locator("[name=display_name]").fill("Anna")
    page.locator("main form [type=submit]:visible").last.click()
    page.wait_for_url("**/start/")
    walk.look("before you start")
    page.locator("[name=camera][value=no]").click()
    expect(part(page, "connection")).to_be_visible()
    walk.look("room")
    asked = waves.lead("question-ask", **QUESTION)["id"]
    part(page, "question").get_by_role("button", name="Waves").click()
    part(page, "hand").click()
    expect(part(page, "hand")).to_have_attribute("aria-pressed", "true")
    walk.look("question")
    waves.lead("question-change", asked, do="close")
    expect(part(page, "question").locator(".result-bars")).to_be_visible()
    walk.look("result")
    code = waves.ask("session.participants.get().receipt_code")
    waves.ask("session.close()")
    expect(page.locator("#ended")).to_be_visible()
    walk.look("ended")
    page.goto(f"{waves.url}/my-data/session/")
    page.locator("[name=receipt_code]").fill(code)
    page.locator("main form [type=submit]").click()
    expect(page.locator("main h2").first).to_be_visible()
    walk.look("own session")
    assert walk.found == {}, json.dumps(walk.found, ensure_ascii=False, indent=1)


def test_the_teachers_pages_are_translated(walk):
    page, waves = walk.page, walk.lesson
    waves.ask("session.admit('Anna').pk")
    waves.ask("session.markers.create(label='Waves').pk")
    enter(page, waves, "/")
    walk.look("my sessions")
    course = waves.ask("session.course_id")
    for path in ("/sessions/new/", "/courses/new/", f"/courses/{course}/", "/accounts/password_change/"):
        walk.go(path)
    page.goto(f"{waves.url}/sessions/{waves.id}/")
    expect(page.locator("[data-part=linePlot] .main-svg").first).to_be_visible()
    before, onwards = None, "ArrowLeft" if walk.direction == "rtl" else "ArrowRight"
    for tab in page.get_by_role("tab").all():
        if before:
            before.press(onwards)
        expect(tab).to_have_attribute("aria-selected", "true")
        walk.look(f"live: {tab.text_content()}")
        before = tab
    waves.lead("question-ask", **QUESTION)
    for name in ("invite", "report", "remove", "delete", "projector", "compact"):
        walk.go(f"/sessions/{waves.id}/{name}/")
    assert walk.found == {}, json.dumps(walk.found, ensure_ascii=False, indent=1)


def test_a_choice_by_hand_wins_over_the_browser(browser, waves):
    context = browser.new_context(locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{waves.url}/join/?code={waves.code}")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_role("button", name="العربيّة").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.endswith(f"/join/?code={waves.code}")
    page.goto(f"{waves.url}/accounts/login/")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    context.close()


def test_a_student_changes_the_language_and_stays_in_class(browser, waves):
    context = browser.new_context()
    page = join(context, waves, camera=None)
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(part(page, "connection")).to_have_text("Verbunden")
    assert waves.ask("session.participants.count()") == 1
    context.close()


@pytest.mark.parametrize(
    ("locale", "opened"),
    [("en-US", "Nov 27, 2025, 2:05 PM"), ("en-GB", "27 Nov 2025, 14:05"), ("de-DE", "27. Nov. 2025, 14:05")],
)
def test_a_date_is_written_as_the_browsers_country_writes_it(browser, waves, locale, opened):
    waves.ask("ClassSession.objects.filter(pk=session.pk).update(opened_at='2025-11-27T14:05Z')")
    options = {"locale": locale, "timezone_id": "UTC", "viewport": SCREENS["desktop"]}
    context = browser.new_context(**options)
    enter(context.new_page(), waves, "/")
    expect(context.pages[0].locator("tbody time").first).to_have_text(opened)
    signed_in = context.storage_state()
    context.close()
    context = browser.new_context(**options, java_script_enabled=False, storage_state=signed_in)
    page = context.new_page()
    page.goto(waves.url)
    expect(page.locator("tbody time").first).to_have_text(opened)
    context.close()
