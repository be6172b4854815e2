""" "Copy as picture": what is in the clipboard afterwards."""

import base64
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from PIL import Image, ImageColor
from playwright.sync_api import Locator, Page, expect

from dashboards.charts.colours import light
from tests.browser.room import lesson
from tests.browser.teacher import past_lesson, read_report
from tests.browser.test_print import OPENED

pytestmark = [pytest.mark.browser, pytest.mark.stack]
STUDENTS, LENGTH = 30, timedelta(minutes=90)
READ_CLIPBOARD = """async () => {
  const [item] = await navigator.clipboard.read();
  const bytes = new Uint8Array(await (await item.getType("image/png")).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


@pytest.fixture(scope="module")
def report(browser, console) -> Iterator[Page]:
    """In the dark: a picture is in light colours all the same."""
    waves = lesson(console)
    for number in range(STUDENTS):
        waves.ask(f"session.admit('Student {number}').pk")
    past_lesson(waves, OPENED, LENGTH)
    waves.ask(f"session.participants.update(joined_at='{OPENED}', left_at='{OPENED + LENGTH}')")
    off = f"presences.create(state='camera_off', since='{OPENED}').pk"
    waves.ask(f"[one.{off} for one in session.participants.all()]")
    context = browser.new_context(color_scheme="dark", viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=waves.url)
    yield read_report(context, waves)
    context.close()


def copied(page: Page, figure: Locator) -> Image.Image:
    button = figure.get_by_role("button", name="Copy as picture")
    button.click()
    expect(figure.get_by_role("button", name="Copied")).to_be_visible()
    content = base64.b64decode(page.evaluate(READ_CLIPBOARD))
    return Image.open(io.BytesIO(content)).convert("RGB")


def test_the_clipboard_has_a_png_of_the_chart_or_of_all_strips(report):
    for figure in ("[data-chart=lesson]", "[data-strips=students]"):
        picture = copied(report, report.locator(figure))
        assert picture.width == 2 * 720
        assert picture.getpixel((1439, 0)) == (255, 255, 255)
        colours = {colour for _count, colour in picture.getcolors(maxcolors=1 << 24)}
        # Text in ink or soft ink, on white whatever the page's theme.
        assert {ImageColor.getrgb(light(token)) for token in ("ink", "ink-soft")} & colours
    # A line for each student with 24 units, each of two pixels, the times and the legend.
    below = 2 * 24 * STUDENTS
    assert picture.height > below
    times = picture.crop((2 * 180, below, picture.width, below + 2 * 24))
    assert ImageColor.getrgb(light("ink-soft")) in {colour for _n, colour in times.getcolors(1 << 24)}
    assert ImageColor.getrgb(light("unmeasured")) in colours
