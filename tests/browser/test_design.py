"""The design system as it is seen: each component of /design/, at three widths, in both themes, mirrored."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from demo.product import ROOT
from demo.redis_server import free_port
from tests.browser.axe import AS_IT_IS, barriers
from tests.waiting import expect_true

pytestmark = pytest.mark.browser
WIDTHS = [390, 768, 1280]
VIEWS = ["theme=light", "theme=dark", "theme=light&dir=rtl"]
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll(".specimen")]
  .filter((place) => place.scrollWidth > place.clientWidth).map(({ id }) => id || "page")"""


def answers(url: str) -> bool:
    try:
        return urllib.request.urlopen(url, timeout=5).status == 200
    except urllib.error.URLError:
        return False


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A site under DEBUG: the product of other tests has no such page."""
    port = free_port()
    command = [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload", "--skip-checks"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"DEBUG": "1"}, stderr=subprocess.DEVNULL)
    expect_true(lambda: answers(f"http://127.0.0.1:{port}/design/"))
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


class Shown(NamedTuple):
    page: Page
    complaints: list[str]


@pytest.fixture(scope="module", params=VIEWS)
def shown(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Shown]:
    """/design/ in one of its views, and what its console complains of: loaded once, for every width."""
    context, complaints = browser.new_context(), []
    page = context.new_page()
    page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site}/design/?{request.param}")
    yield Shown(page, complaints)
    context.close()


# Name and corners of each component, in pixels of a picture of the whole page.
PLACES = """all => all.map((place) => {
  const { left, top, right, bottom } = place.getBoundingClientRect();
  return [place.id, left + scrollX, top + scrollY, right + scrollX, bottom + scrollY];
})"""


def png_size(picture: Image.Image) -> int:
    file = BytesIO()
    picture.save(file, "png")
    return file.tell()


def widen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})


def test_every_component_is_drawn_and_fits(shown):
    # The narrowest last: its picture has the fewest pixels.
    for width in reversed(WIDTHS):
        widen(shown.page, width)
        assert shown.page.evaluate(TOO_WIDE) == [], width
    places = shown.page.locator(".specimen").evaluate_all(PLACES)
    with Image.open(BytesIO(shown.page.screenshot(full_page=True))) as picture:
        sizes = {name: png_size(picture.crop(place)) for name, *place in places}
    assert len(sizes) > 20
    assert min(sizes.values()) > 1000, f"a component is empty: {sizes}"
    assert shown.complaints == []


# Where a panel would leave the screen, it opens to the other side of its button.
FROM_THE_OTHER_SIDE = "details => { details.open = false; details.classList.toggle('menu-start'); }"


def expect_on_screen(details: Locator, width: int) -> None:
    def is_on_screen() -> bool:
        box = details.locator("> :not(summary)").bounding_box()
        return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width

    details.locator("summary").click()
    expect_true(is_on_screen)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_opens_stays_on_the_screen(shown, width):
    widen(shown.page, width)
    for details in shown.page.locator(".specimen :is(.menu, .confirm, .help)").all():
        for _side in ("start", "end"):
            expect_on_screen(details, width)
            details.evaluate(FROM_THE_OTHER_SIDE)


def test_every_component_is_accessible(shown, axe):
    widen(shown.page, WIDTHS[0])
    for details in shown.page.locator(":is(.menu, .confirm, .help)").all():
        details.evaluate("details => { details.open = true }")
    assert barriers(shown.page, axe, AS_IT_IS) == []


def test_escape_and_a_click_elsewhere_close_what_is_open(browser, site):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/design/")
    menu = page.locator("#menus .menu")
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert menu.locator("summary").evaluate("summary => summary === document.activeElement")
    menu.locator("summary").click()
    page.locator("#menus .help summary").click()
    assert menu.get_attribute("open") is None
    page.locator("h1").click()
    assert page.locator("#menus [open]").count() == 0
    context.close()


# How many of the elements turn something, as a busy button its circle.
MOVING = "all => all.filter((one) => getComputedStyle(one, '::before').animationName !== 'none').length"


def test_nothing_moves_where_that_is_asked_for(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/design/")
    components = page.locator("main *")
    assert components.evaluate_all(MOVING) > 0
    page.emulate_media(reduced_motion="reduce")
    assert components.evaluate_all(MOVING) == 0
    context.close()


# What is chosen, and what beside it is not.
CHOSEN = [
    ("#buttons .button[aria-pressed=true]", "#buttons .button[aria-pressed=false]"),
    ("#choices .option:has(:checked)", "#choices .option:not(:has(:checked))"),
    ("#chips button.chip[aria-pressed=true]", "#chips button.chip:not([aria-pressed=true])"),
    ("#question-card .answer-button:has(:checked)", "#question-card .answer-button:not(:has(:checked))"),
    ("#scale .scale-step:has(:checked)", "#scale .scale-step:not(:has(:checked))"),
    ("#asked .vote[aria-pressed=true]", "#asked .vote[aria-pressed=false]"),
    ("#says .say[aria-pressed=true]", "#says .say:not([aria-pressed=true])"),
]


@pytest.mark.parametrize("colours", ["none", "active"])
def test_what_is_chosen_is_seen_also_in_the_viewers_own_colours(browser, site, colours):
    context = browser.new_context(forced_colors=colours)
    page = context.new_page()
    page.goto(f"{site}/design/")
    painted = "one => getComputedStyle(one).backgroundColor"
    alike = [
        chosen
        for chosen, other in CHOSEN
        if page.locator(chosen).first.evaluate(painted) == page.locator(other).first.evaluate(painted)
    ]
    context.close()
    assert alike == []
