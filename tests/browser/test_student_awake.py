"""The screen stays on with the camera, and setting a clock in class changes no capture time."""

import time
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.clips import SMILE
from tests.browser.room import (
    HOUR_MS,
    MOVABLE_CLOCK,
    attend,
    expect_cameras_on,
    expect_script,
    hours_from_now,
    join,
    part,
    pass_check,
)
from tests.waiting import expect_true

pytestmark = [pytest.mark.browser, pytest.mark.stack]

COUNT_LOCKS = """{
  const ask = navigator.wakeLock.request.bind(navigator.wakeLock);
  window.locks = [];
  navigator.wakeLock.request = async (kind) => {
    const lock = await ask(kind);
    window.locks.push(lock);
    return lock;
  };
}"""
HELD = "window.locks.filter((lock) => !lock.released).length"


def test_the_screen_stays_on_as_long_as_the_camera(webcam, waves):
    context = webcam(SMILE)
    context.grant_permissions(["camera", "screen-wake-lock"])
    context.add_init_script(COUNT_LOCKS)
    page = join(context, waves)
    expect_script(page, f"{HELD} === 1")
    pass_check(page)
    part(page, "pause").click()
    expect_cameras_on(page, 0)
    expect_script(page, f"{HELD} === 0")
    part(page, "pause").click()
    expect_script(page, f"{HELD} === 1")
    page.evaluate("window.locks.at(-1).release()")  # as when the page was away
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect_script(page, f"{HELD} === 1")
    waves.ask("session.close()")
    expect_script(page, f"{HELD} === 0")


def test_a_clock_that_is_set_in_class_moves_no_reading(webcam, waves):
    context = webcam(SMILE)
    context.add_init_script(MOVABLE_CLOCK)
    page = attend(context, waves)
    for shift in (-HOUR_MS, HOUR_MS, -3000):
        page.evaluate(f"window.shift = {shift}")
        before = waves.readings()
        expect_true(lambda before=before: waves.readings() >= before + 4)
    taken = waves.ask("[one.taken_at.timestamp() for one in session.readings.order_by('sequence')]")
    assert all(earlier < later for earlier, later in pairwise(taken))
    assert taken[-1] < time.time() + 0.5  # what the page knows of the server's clock may be off by that much


def test_a_device_whose_clock_is_wrong_shows_the_servers_times(webcam, waves):
    context = webcam(SMILE, timezone_id="UTC")
    context.add_init_script(MOVABLE_CLOCK + f"window.shift = {5 * HOUR_MS};")
    page = attend(context, waves)
    page.get_by_role("button", name="Too fast").click()
    expect(part(page, "pulseStatus")).to_contain_text("Sent at")
    part(page, "pause").click()
    for name in ("pulseStatus", "gap", "ownFace"):
        assert hours_from_now(part(page, name).text_content()) < 1, name


def test_after_sleep_the_page_says_since_when_nothing_was_measured(webcam, waves):
    context = webcam(SMILE, timezone_id="UTC")
    context.add_init_script(MOVABLE_CLOCK)
    page = attend(context, waves)
    page.evaluate(f"window.shift = {2 * HOUR_MS}")  # to the page, two hours without any answer
    context.set_offline(True)
    expect(part(page, "gap")).to_contain_text("connection lost")
    assert hours_from_now(part(page, "gap").text_content()) < 1
    part(page, "pause").click()
    expect(part(page, "gap")).to_contain_text("you paused")
    assert hours_from_now(part(page, "gap").text_content()) > 1
