"""How busy the teacher's page is with a large class: python -m benchmarks.live_page URL, of a demo's page.

The page is the real one, in a real browser. Its socket is answered here with a class of any size, so that
nothing but the page is measured: CPU time of its main thread, and its memory after a collection.
"""

import argparse
import asyncio
import json
import random
import time
from dataclasses import dataclass
from typing import Any

from playwright.async_api import CDPSession, Page, WebSocketRoute, async_playwright

from testbed.chromium import FLAGS, find_chromium

STEP_MS = 10_000
# Minutes of the class that are on the page when it opens.
PAST_MINUTES = 45
TABS = ("tab-class", "tab-seats", "tab-list")


@dataclass
class SimulatedClass:
    """The messages of a class in which somebody says or shows something all the time."""

    students: int
    has_cameras: bool
    number: int = 0

    def __post_init__(self) -> None:
        self.now = round(time.time() * 1000)
        self.opened = self.now - PAST_MINUTES * 60_000
        self.ids = [f"00000000-0000-0000-0000-{number:012}" for number in range(self.students)]

    def snapshot(self) -> dict[str, Any]:
        steps = range(self.opened // STEP_MS * STEP_MS, self.now, STEP_MS)
        cells = {str(step): self._cell() for step in range(PAST_MINUTES * 6 - 120, PAST_MINUTES * 6)}
        return {
            "type": "snapshot",
            "step": 10,
            "strip_seconds": 1200,
            "opened_at": self.opened,
            "started_at": self.opened,
            "closed_at": None,
            "door": {"code": "ACEH3K", "locked": False},
            "first_step": self.opened // STEP_MS * STEP_MS,
            "sees_readings": self.has_cameras,
            "reasons": {"present": "In class", "none": "No face in the picture"},
            "points": {str(at): self._point() for at in steps} if self.has_cameras else {},
            "cells": {one: dict(cells) for one in self.ids},
            "students": {one: self._student(number) for number, one in enumerate(self.ids)},
            "history": {str(at): self._counts() for at in steps},
            "questions": [],
            "markers": [],
            "formulas": [],
            "cameras_paused": False,
            "suggestion": None,
            **self._facts(),
        }

    def change(self, changed: int) -> dict[str, Any]:
        self.now = round(time.time() * 1000)
        step = self.now // STEP_MS * STEP_MS
        some = random.sample(self.ids, changed)
        here = str((self.now - self.opened) // STEP_MS)
        return {
            "type": "change",
            **({"points": {str(step): self._point()}} if self.has_cameras else {}),
            "history": {str(step): self._counts()},
            "students": {one: self._status() for one in some},
            "cells": {one: {here: self._cell()} for one in some},
            **self._facts(),
        }

    def _facts(self) -> dict[str, Any]:
        self.number += 1
        mean = round(random.uniform(0.55, 0.7), 2)
        return {
            "number": self.number,
            "server_time": self.now,
            "newest": self.now,
            "present": self.students,
            "said": {"lost": random.randint(0, 30), "too_fast": random.randint(0, 20)},
            "now": {**self._point(), "band": "high"},
            "trend": {**self._edges(mean), "usual": 0.6, "direction": "steady", "since": None},
            "activities": self._activities(),
        }

    def _activities(self) -> dict[str, Any]:
        hands = random.sample(self.ids, 5)
        return {
            "revision": self.number,
            "question": None,
            "timer": None,
            "hands": [{"participant": one, "since": self.now - 5000} for one in hands],
            "asked": [],
            "pick": None,
            "groups": None,
            "seen_lost": None,
            "settings": {"hands": True, "questions": "anonymous", "moderated": False},
        }

    def _student(self, number: int) -> dict[str, Any]:
        facts = {"here": True, "since": self.opened, "joined": self.opened, "level": "own_line"}
        return {"name": f"Student {number + 1}", **facts, "status": "present", **self._status()}

    def _status(self) -> dict[str, Any]:
        if not self.has_cameras:
            return {"status": random.choice(["present", "offline"])}
        score = round(random.uniform(0.3, 0.9), 2)
        return {"status": "measured", "expression": "neutral", "score": score, "coverage": score}

    def _cell(self) -> list[Any] | str:
        return [random.randint(20, 90), "middle"] if self.has_cameras else "present"

    def _counts(self) -> list[int]:
        return [self.students, *(random.randint(0, 30) for _ in range(6))]

    def _point(self) -> dict[str, Any]:
        mix = [0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05]
        mean = round(random.uniform(0.55, 0.7), 2)
        counts = {"measured": self.students, "counted": self.students, "coverage": 0.9}
        return {**self._edges(mean), **counts, "mix": mix}

    @staticmethod
    def _edges(mean: float) -> dict[str, float]:
        return {"mean": mean, "low": mean - 0.04, "high": mean + 0.04}


async def measure(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    if not (chromium := find_chromium()):
        raise SystemExit("This needs Chrome or Chromium.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        await open_live_page(page, arguments)
        found = [await _watch(page, tab, arguments.seconds) for tab in TABS]
        await browser.close()
    return found


async def open_live_page(page: Page, arguments: argparse.Namespace) -> None:
    lesson = SimulatedClass(arguments.students, not arguments.without_cameras)

    async def answer(route: WebSocketRoute) -> None:
        route.send(json.dumps(lesson.snapshot()))
        while True:
            await asyncio.sleep(1 / arguments.messages)
            route.send(json.dumps(lesson.change(round(arguments.changes / arguments.messages))))

    tasks: set[asyncio.Task[None]] = set()
    await page.route_web_socket("**/ws/live/**", lambda route: tasks.add(asyncio.create_task(answer(route))))
    base, path = arguments.url.split("/sessions/")
    await page.goto(f"{base}/accounts/login/?next=/sessions/{path}")
    await page.fill("input[name=username]", arguments.username)
    await page.fill("input[name=password]", arguments.password)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_selector("[data-part=linePlot] .main-svg")


async def _watch(page: Page, tab: str, seconds: float) -> dict[str, Any]:
    await page.click(f"#{tab}")
    # What the tab costs to open is no part of what it costs a second.
    await asyncio.sleep(5)
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    before, began = await _metrics(devtools), time.monotonic()
    await asyncio.sleep(seconds)
    after, lasted = await _metrics(devtools), time.monotonic() - began
    await devtools.detach()

    def per_second(name: str) -> float:
        return round(1000 * (after[name] - before[name]) / lasted, 1)

    grown = (after["JSHeapUsedSize"] - before["JSHeapUsedSize"]) / 1e6
    return {
        "tab": tab,
        "script ms/s": per_second("ScriptDuration"),
        "all tasks ms/s": per_second("TaskDuration"),
        "heap MB": round(after["JSHeapUsedSize"] / 1e6, 1),
        "heap growth MB/h": round(grown * 3600 / lasted, 1),
        "DOM nodes": [int(before["Nodes"]), int(after["Nodes"])],
    }


async def _metrics(devtools: CDPSession) -> dict[str, float]:
    await devtools.send("HeapProfiler.collectGarbage")
    answer = await devtools.send("Performance.getMetrics")
    return {metric["name"]: metric["value"] for metric in answer["metrics"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="of the live page of a demo that runs")
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--messages", type=float, default=2.0, help="messages a second")
    parser.add_argument("--changes", type=float, default=100.0, help="changed students a second")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each tab")
    parser.add_argument("--without-cameras", action="store_true")
    parser.add_argument("--username", default="demo-teacher")
    parser.add_argument("--password", default="demo")
    for found in asyncio.run(measure(parser.parse_args())):
        print(json.dumps(found))


if __name__ == "__main__":
    main()
