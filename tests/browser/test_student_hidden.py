"""Readings continue in a hidden tab, because the class runs in a video call in another one.

A page that Playwright is attached to always counts as visible. So the student joins under Playwright,
Playwright lets go of the browser, another tab comes to the front, and only then it looks again.
"""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext

from demo.redis_server import free_port
from tests.browser.clips import SMILE, clip
from tests.browser.room import Lesson, attend, lesson
from tests.waiting import SOON, expect_true

pytestmark = [pytest.mark.browser, pytest.mark.stack]
HIDDEN_SECONDS = 15
ENOUGH = 8  # readings

# The page records when it was hidden, and how much its own timers were slowed down then.
DIARY = """
  window.diary = {changes: [], ticks: 0};
  const note = () => diary.changes.push([document.visibilityState, Date.now()]);
  document.addEventListener("visibilitychange", note);
  setInterval(() => document.hidden && diary.ticks++, 100);
"""


class UnwatchedChromium:
    """A Chromium as a student starts it, to which Playwright connects only for a moment."""

    def __init__(self, executable: str, *flags: str):
        self.address = f"http://127.0.0.1:{free_port()}"
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        port = f"--remote-debugging-port={self.address.rsplit(':')[-1]}"
        command = [executable, "--headless=new", port, "--no-first-run", *sandbox, *flags, "about:blank"]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def ask(self, path: str, method: str = "GET") -> object:
        request = urllib.request.Request(self.address + path, method=method)
        with urllib.request.urlopen(request, timeout=SOON) as answer:
            return json.load(answer)

    def wait(self) -> None:
        expect_true(self._answers)

    def _answers(self) -> bool:
        with suppress(OSError):
            return bool(self.ask("/json/version"))
        return False

    def open_tab_in_front(self) -> None:
        self.ask("/json/new?about:blank", method="PUT")


@pytest.fixture
def unwatched(chromium, clips, tmp_path) -> Iterator[UnwatchedChromium]:
    browser = UnwatchedChromium(
        chromium,
        f"--user-data-dir={tmp_path}",
        "--disable-gpu",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip(clips, SMILE)}",
    )
    try:
        browser.wait()
        yield browser
    finally:
        browser.process.terminate()
        browser.process.wait(SOON)


def test_readings_continue_in_a_hidden_tab(playwright, unwatched, console):
    """Of two tabs: in one the track gives the pictures, in the other a video element."""
    lessons = [lesson(console), lesson(console)]

    watched = playwright.chromium.connect_over_cdp(unwatched.address)
    context = watched.contexts[0]
    context.add_init_script(DIARY)
    attend(context, lessons[0])
    context.add_init_script("delete window.MediaStreamTrackProcessor")
    attend(context, lessons[1])
    watched.close()

    unwatched.open_tab_in_front()
    before = [waves.readings() for waves in lessons]
    time.sleep(HIDDEN_SECONDS)
    for waves, count in zip(lessons, before, strict=True):
        expect_true(lambda waves=waves, count=count: waves.readings() > count + ENOUGH)
    until = time.time()

    watched = playwright.chromium.connect_over_cdp(unwatched.address)
    diaries = [read_diary(watched.contexts[0], waves) for waves in lessons]
    watched.close()
    for waves, diary in zip(lessons, diaries, strict=True):
        ((_, hidden_ms),) = [change for change in diary["changes"] if change[0] == "hidden"]
        since = hidden_ms / 1000
        taken = waves.ask(
            "[reading.taken_at.timestamp() for reading in session.readings.order_by('taken_at')]"
        )
        assert diary["ticks"] < (time.time() - since) * 2, "the tab was not throttled, so it was not hidden"
        assert sum(since < moment < until for moment in taken) >= ENOUGH
        waves.expect_state("measuring")


def read_diary(context: BrowserContext, of: Lesson) -> dict:
    return next(page for page in context.pages if of.id in page.url).evaluate("diary")
