"""How busy and how large the teacher's page is with a large class: python -m benchmarks.live_page

The page is the real one, in a real browser. First it opens a lesson of 45 minutes that the product itself
has stored: time to the first paint and to the painted class, and what the first message takes. Then its
socket is answered here with a class of any size, so that nothing but the page is measured: CPU time of its
scripts in each tab, also with 40 hands up and while the whole class answers every five seconds, and its
memory over an hour.
"""

import argparse
import asyncio
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, WebSocketRoute, async_playwright

from benchmarks import machine
from benchmarks.simulated_class import SimulatedClass
from benchmarks.site import fresh_product
from testbed.chromium import FLAGS, find_chromium
from testbed.inside import call

TABS = ("tab-class", "tab-students", "tab-list")
SIZE = {"width": 1280, "height": 900}
HANDS = 40
# What a tab costs to open is no part of what it costs a second.
OPENING_SECONDS = 5
# Of the simulated hour: in it the page fills what it keeps, such as its labels of times.
WARM_UP_SECONDS = 120
HOUR_SECONDS = 3600
MARKS = 6
# Messages that are sent before the page has to have drawn them.
AT_ONCE = 10
# A busy machine may need so long to open the page.
PATIENCE_MS = 120_000
# When the page was painted first, and when its class was: in the frame after it is there. In ms.
PAINTED = """() => new Promise((resolve) => {
  const first = () => performance.getEntriesByName("first-contentful-paint")[0].startTime;
  const isThere = () => document.querySelector("[data-part=present]")?.textContent !== "0";
  const painted = () => requestAnimationFrame(() => resolve([first(), performance.now()]));
  const look = () => (isThere() ? painted() : requestAnimationFrame(look));
  look();
})"""


@dataclass
class Feed:
    """Answers the socket of one page."""

    lesson: SimulatedClass
    messages: float
    changes: float
    route: WebSocketRoute | None = None

    async def serve(self, page: Page) -> None:
        await page.route_web_socket("**/ws/live/**", self._open)

    def _open(self, route: WebSocketRoute) -> None:
        self.route = route
        route.send(json.dumps(self.lesson.snapshot()))

    def send(self) -> None:
        assert self.route
        self.lesson.tick(1 / self.messages)
        self.route.send(json.dumps(self.lesson.change(round(self.changes / self.messages))))

    async def send_for(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(1 / self.messages)
            self.send()

    async def send_at_once(self, page: Page, seconds: float) -> None:
        """What comes in so many seconds, as fast as the page takes it."""
        for number in range(round(seconds * self.messages)):
            self.send()
            if number % AT_ONCE == 0:
                await page.evaluate("() => new Promise(requestAnimationFrame)")


async def measure(url: str, lesson: dict[str, Any], arguments: argparse.Namespace) -> dict[str, Any]:
    if not (chromium := find_chromium()):
        raise SystemExit("This needs Chrome or Chromium.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        address = f"{url}/sessions/{lesson['session_id']}/"
        page = await browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
        page.set_default_timeout(PATIENCE_MS)
        await _sign_in(page, url, lesson)
        found: dict[str, Any] = {"painted": await _paints(page, address)}
        state = await page.context.storage_state()
        found["script"] = [
            await _busy(browser, address, state, arguments, **case)
            for case in ({}, {"hands": HANDS}, {"answers": True})
        ]
        found["memory"] = await _memory(browser, address, state, arguments)
        await browser.close()
    return found


async def _sign_in(page: Page, url: str, lesson: dict[str, Any]) -> None:
    await page.goto(f"{url}/accounts/login/")
    await page.fill("input[name=username]", lesson["teacher"])
    await page.fill("input[name=password]", lesson["password"])
    await page.press("input[name=password]", "Enter")
    await page.wait_for_url(f"{url}/")


async def _paints(page: Page, address: str) -> list[dict[str, Any]]:
    """Milliseconds since the page was asked for, first with an empty cache."""
    paints = []
    for _ in range(3):
        await page.goto(address, wait_until="commit")
        first, whole = await page.evaluate(PAINTED)
        paints.append({"first paint ms": round(first), "class painted ms": round(whole)})
    return paints


async def _open(
    browser: Browser, address: str, state: Any, arguments: argparse.Namespace, lesson: SimulatedClass
) -> tuple[Page, Feed]:
    feed = Feed(lesson, arguments.messages, arguments.changes)
    context = await browser.new_context(storage_state=state)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    await page.set_viewport_size({"width": SIZE["width"], "height": SIZE["height"]})
    await feed.serve(page)
    await page.goto(address, wait_until="commit")
    await page.wait_for_selector("[data-part=linePlot] .main-svg")
    return page, feed


async def _busy(
    browser: Browser, address: str, state: Any, arguments: argparse.Namespace, **case: Any
) -> dict[str, Any]:
    lesson = SimulatedClass(arguments.students, not arguments.without_cameras, **case)
    page, feed = await _open(browser, address, state, arguments, lesson)
    found: dict[str, Any] = {"hands": feed.lesson.hands, "answers": feed.lesson.answers}
    for tab in TABS:
        await page.click(f"#{tab}")
        await feed.send_for(OPENING_SECONDS)
        devtools = await _devtools(page)
        before, began = await _metrics(devtools), time.monotonic()
        await feed.send_for(arguments.seconds)
        after, lasted = await _metrics(devtools), time.monotonic() - began
        await devtools.detach()
        names = {"script ms/s": "ScriptDuration", "all tasks ms/s": "TaskDuration"}
        found[tab] = {
            name: round(1000 * (after[metric] - before[metric]) / lasted, 1) for name, metric in names.items()
        }
    await page.context.close()
    return found


async def _memory(
    browser: Browser, address: str, state: Any, arguments: argparse.Namespace
) -> list[dict[str, Any]]:
    """Every ten minutes of an hour of messages; then of a page that opens now. Each tab has a third.

    A class that is an hour longer has more points: what the page holds beyond a new one is a leak. Each is
    taken after a garbage collection.
    """
    lesson = SimulatedClass(arguments.students, not arguments.without_cameras, hands=HANDS, answers=True)
    page, feed = await _open(browser, address, state, arguments, lesson)
    found = [{"page": "before"} | await _held(page, feed, WARM_UP_SECONDS)]
    for mark in range(1, MARKS + 1):
        held = await _held(page, feed, HOUR_SECONDS / MARKS)
        found.append({"page": f"after {mark * 60 // MARKS} minutes"} | held)
    await page.context.close()
    page, feed = await _open(browser, address, state, arguments, lesson)
    found.append({"page": "new"} | await _held(page, feed, WARM_UP_SECONDS))
    await page.context.close()
    return found


async def _held(page: Page, feed: Feed, seconds: float) -> dict[str, Any]:
    """What the page holds after so many seconds of messages."""
    await _visit_tabs(page, feed, seconds)
    devtools = await _devtools(page)
    taken = await _metrics(devtools)
    await devtools.detach()
    return {
        "heap MB": round(taken["JSHeapUsedSize"] / 1e6, 1),
        "DOM nodes": int(taken["Nodes"]),
        "event listeners": int(taken["JSEventListeners"]),
    }


async def _visit_tabs(page: Page, feed: Feed, seconds: float) -> None:
    """Ends in Class, so that the same is on the page before and after."""
    for tab in (*TABS[1:], TABS[0]):
        await page.click(f"#{tab}")
        await feed.send_at_once(page, seconds / len(TABS))
    await feed.send_for(OPENING_SECONDS)


async def _devtools(page: Page) -> CDPSession:
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    return devtools


async def _metrics(devtools: CDPSession) -> dict[str, float]:
    await devtools.send("HeapProfiler.collectGarbage")
    answer = await devtools.send("Performance.getMetrics")
    return {metric["name"]: metric["value"] for metric in answer["metrics"]}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--messages", type=float, default=2.0, help="messages a second")
    parser.add_argument("--changes", type=float, default=100.0, help="changed students a second")
    parser.add_argument("--seconds", type=float, default=30.0, help="for each tab")
    parser.add_argument("--without-cameras", action="store_true")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    arguments = parser.parse_args()
    on = machine.describe()
    print(machine.in_words(on), file=sys.stderr)
    with fresh_product() as product:
        has_cameras = not arguments.without_cameras
        lesson = call(product, "running_lesson", students=arguments.students, has_cameras=has_cameras)
        first = call(product, "first_message", session_id=lesson["session_id"])
        found = {"first message": first, **asyncio.run(measure(product.url, lesson, arguments))}
    print(json.dumps(found, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": on, **found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
