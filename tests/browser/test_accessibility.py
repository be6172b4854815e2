"""Accessibility: axe-core's rules, use by keyboard alone, and contrast."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import BOTH_THEMES_MIRRORED, barriers
from tests.browser.clips import SMILE
from tests.browser.room import attend, expect_reading, join, part, pass_check, unfold, yes
from tests.browser.teacher import enter, sign_in
from tests.waiting import expect_true

pytestmark = [pytest.mark.browser, pytest.mark.stack]
PHONE = {"width": 390, "height": 844}
THEMES = ("light", "dark")


class Look:
    """Notes what is wrong with each page: both themes, from left to right and from right to left."""

    def __init__(self, page: Page, axe: str, url: str) -> None:
        self.page, self.axe, self.url = page, axe, url
        self.found: dict[str, list] = {}

    def at(self, name: str, page: Page | None = None) -> None:
        if wrong := barriers(page or self.page, self.axe, BOTH_THEMES_MIRRORED):
            self.found[name] = wrong

    def go(self, *paths: str) -> None:
        for path in paths:
            self.page.goto(self.url + path)
            self.at(path)


def test_the_public_pages_are_accessible(browser, waves, axe):
    context = browser.new_context(viewport=PHONE)
    look = Look(context.new_page(), axe, waves.url)
    look.go("/", "/join/", "/my-data/", "/engagement/", "/no-such-page/")
    look.go(*(f"/accounts/{name}/" for name in ("login", "signup", "password_reset", "reset/a/b")))
    token = waves.ask("__import__('activities.projector').projector.projector_token(session)")
    look.go(f"/projector/{token}/")
    context.close()
    assert look.found == {}


def test_the_students_pages_are_accessible(webcam, waves, axe):
    page = webcam(SMILE, viewport=PHONE).new_page()
    look = Look(page, axe, waves.url)
    page.goto(f"{waves.url}/join/?code={waves.code}")
    page.get_by_label("Your name").fill("Anna")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Before you start")).to_be_visible()
    look.at("before you start")
    page.get_by_role("button", name="Join with camera", exact=True).click()
    expect(part(page, "faceFinding")).to_contain_text("Found")
    look.at("check")
    pass_check(page)
    expect_reading(page)
    look.at("class")
    unfold(page)
    waves.lead("question-ask", kind="scale", text="How sure?", low="not at all", high="very", seconds="60")
    expect(part(page, "question")).to_contain_text("How sure?")
    look.at("everything")
    for path in (f"/join/?code={waves.code}", f"/room/{waves.id}/"):
        other = page.context.new_page()
        other.goto(waves.url + path)
        expect(yes(other)).to_be_visible()
        look.at(path, other)
    part(page, "cameraOff").click()
    look.at("dialog")
    page.keyboard.press("Escape")
    waves.ask("session.close()")
    page.locator("#ended").get_by_text("Receipt code", exact=True).click()
    look.at("ended")
    page.get_by_role("button", name="Open my session").click()
    expect(page.get_by_role("heading", name="Your session", exact=True)).to_be_visible()
    look.at("own session")
    assert look.found == {}


def test_the_teachers_pages_are_accessible(webcam, browser, waves, axe):
    attend(webcam(SMILE), waves)
    context = browser.new_context()
    page = sign_in(context, waves)
    look = Look(page, axe, waves.url)
    expect(page.locator("[data-part=linePlot] .main-svg").first).to_be_visible()
    for tab in ("Class", "Students", "List"):
        page.get_by_role("tab", name=tab).click()
        look.at(tab)
    waves.ask("session.course.prepared_questions.create(kind='word', text='Light?', position=0).pk")
    course = f"/courses/{waves.ask('session.course_id')}/"
    session = f"/sessions/{waves.id}/"
    question = waves.ask("session.course.prepared_questions.get().pk")
    look.go(
        "/",
        "/courses/new/",
        course,
        f"{course}questions/",
        f"{course}questions/{question}/",
        "/sessions/new/",
    )
    look.go(*(session + name for name in ("invite/", "report/", "remove/?minutes=15", "delete/")))
    look.go("/accounts/password_change/", "/accounts/delete/", "/accounts/api/", f"{course}overview/")
    context.close()
    assert look.found == {}


def test_the_live_page_is_accessible_on_a_phone_and_in_a_small_window(browser, waves, axe):
    people = "[session.admit(name) for name in ('Anna', 'Ben')]"
    waves.ask(f"[factory.pulse(one).pk for one in {people}]")
    # Their pages stay silent, and axe may take longer than a student who is silent stays in class.
    waves.ask("session.participants.update(last_seen_at='2100-01-01T00:00Z')")
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    look = Look(page, axe, waves.url)
    enter(page, waves, f"/sessions/{waves.id}/")
    expect(page.locator("[data-part=linePlot] .main-svg").first).to_be_visible()
    part(page, "menu").click()
    look.at("menu")
    page.keyboard.press("Escape")
    for tab in ("tab-class", "tab-students", "tab-list"):
        page.locator(f"#{tab}").click()
        look.at(tab)
    page.locator("#tab-students").click()
    page.locator(".student-card").first.click()
    look.at("student")
    page.goto(f"{waves.url}/sessions/{waves.id}/compact/")
    expect(part(page, "lostCount")).to_have_text("2")
    look.at("small window")
    context.close()
    assert look.found == {}


# Read in one call, because a page that updates meanwhile may hide what has the focus.
FOCUSED = """(({ innerText, name, type }) => [innerText || name || "", type])(
  document.querySelector(":focus") ?? {})"""


def tab_reaches(page: Page, name: str) -> bool:
    page.keyboard.press("Tab")
    return name in page.evaluate(FOCUSED)[0]


def press_on(page: Page, name: str) -> None:
    """Presses Tab until the focus is on the control of this name, and then the key."""
    expect_true(lambda: tab_reaches(page, name))
    page.keyboard.press("Space" if page.evaluate(FOCUSED)[1] == "checkbox" else "Enter")


def test_bots_are_removed_without_a_mouse(browser, waves):
    waves.ask("[str(session.admit(f'Bot {n}').pk) for n in range(3)]")
    context = browser.new_context()
    page = sign_in(context, waves)
    press_on(page, "More")
    press_on(page, "Remove several students")
    page.wait_for_url("**/remove/")
    press_on(page, "5 minutes")
    page.wait_for_url("**/remove/?minutes=5")
    press_on(page, "Remove ticked")
    page.wait_for_url(f"{waves.url}/sessions/{waves.id}/")
    expect(page.get_by_text("3 students were removed.")).to_be_visible()
    expect(part(page, "doorState")).to_have_text("Door locked")
    waves.expect("session.participants.in_class().count()", 0)
    context.close()


def test_a_student_needs_no_mouse(webcam, waves):
    page = webcam(SMILE).new_page()
    page.goto(f"{waves.url}/join/?code={waves.code}")
    page.get_by_label("Your name").focus()
    page.keyboard.type("Anna")
    page.keyboard.press("Enter")
    page.wait_for_url("**/start/")
    press_on(page, "own_line")
    press_on(page, "Join with camera")
    expect(part(page, "ready")).to_be_enabled()
    press_on(page, "I'm ready")
    expect_reading(page)
    press_on(page, "I'm lost")
    expect(part(page, "pulseStatus")).to_contain_text("one more who is lost")
    press_on(page, "Leave")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(part(page, "endedTitle")).to_have_text("You have left")


# The contrast of a text with what is behind it, both as they are painted.
CONTRAST = """element => {
  const path = [];
  for (let node = element; node; node = node.parentElement) path.unshift(getComputedStyle(node));
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const over = (top, alpha, below) => below.map((value, n) => top[n] * alpha + value * (1 - alpha));
  const alphaOf = (colour) => parse(colour)[3] ?? 1;
  let behind = [255, 255, 255];
  let opacity = 1;
  for (const style of path) {
    opacity *= Number(style.opacity);
    behind = over(parse(style.backgroundColor), alphaOf(style.backgroundColor) * opacity, behind);
  }
  const ink = over(parse(path.at(-1).color), alphaOf(path.at(-1).color) * opacity, behind);
  const light = (colour) => colour.map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
  const [low, high] = [light(ink), light(behind)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""


def contrasts(page: Page, places: str) -> dict[str, float]:
    """The lowest contrast of these places in either theme."""
    found = {}
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        found[theme] = min(page.locator(places).evaluate_all(f"all => all.map({CONTRAST})"))
    return found


def test_a_button_that_was_just_pressed_can_still_be_read(browser, waves):
    context = browser.new_context()
    page = join(context, waves, camera=None)
    part(page, "lost").click()
    expect(part(page, "lost")).to_have_attribute("aria-pressed", "true")
    page.mouse.move(0, 0)
    found = contrasts(page, "[data-part=lost]")
    context.close()
    assert min(found.values()) >= 4.5, found


def test_a_button_that_waits_for_the_camera_can_be_read(browser, waves):
    context = browser.new_context()
    context.add_init_script("navigator.mediaDevices.getUserMedia = () => new Promise(() => {})")
    page = join(context, waves)
    expect(part(page, "ready")).to_be_disabled()
    found = contrasts(page, "[data-part=ready]")
    context.close()
    assert min(found.values()) >= 4.5, found


def test_rows_of_students_who_left_can_be_read(browser, waves):
    waves.ask("session.admit('Anna').leave()")
    context = browser.new_context()
    page = sign_in(context, waves)
    found = {}
    for tab, rows in (
        ("Students", "[data-part=left] > * > *"),
        ("List", "[data-part=list] :is(button, td)"),
    ):
        page.get_by_role("tab", name=tab).click()
        expect(page.locator(rows).first).to_be_visible()
        found |= {(tab, theme): contrast for theme, contrast in contrasts(page, rows).items()}
    context.close()
    assert min(found.values()) >= 4.5, found


def test_a_second_enter_does_not_end_the_session(browser, waves):
    context = browser.new_context()
    page = sign_in(context, waves)
    part(page, "end").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keep it open")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#end-dialog")).to_be_hidden()
    assert waves.ask("session.is_open")
    context.close()
