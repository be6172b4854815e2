"""Times of the live page, the report, its charts and its tables agree in every zone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.utils.dateparse import parse_datetime
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.room import HOUR_MS, MOVABLE_CLOCK, hours_from_now, part
from tests.browser.teacher import enter, past_lesson, read_report, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.stack]
TOKYO = timedelta(hours=9)
# Of the class average in the report.
PLOT = "[data-chart=average] .chart-plot"
# Milliseconds since 1970.
PLOTTED = "place => place._fullLayout.shapes.map(({ x0 }) => x0)"
TICKS = "place => [...place.querySelectorAll('.xtick text')].map(({ textContent }) => textContent)"
LINES = "place => [...place.querySelectorAll('.shapelayer path')].map(line => line.getBoundingClientRect().x)"


@dataclass(frozen=True)
class Abroad:
    """Opens pages in a time zone. A browser context for each zone would load and compile all scripts anew."""

    context: BrowserContext
    zone: str

    def new_page(self) -> Page:
        page = self.context.new_page()
        self.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": self.zone})
        return page


@pytest.fixture
def viewed_from(browser) -> Iterator[Callable[[str], Abroad]]:
    context = browser.new_context()
    yield partial(Abroad, context)
    context.close()


@pytest.fixture
def tokyo(viewed_from, waves) -> Page:
    return sign_in(viewed_from("Asia/Tokyo"), waves)


def test_markers_charts_and_tables_show_the_viewers_time(tokyo, waves):
    part(tokyo, "mark").click()
    expect(part(tokyo, "markerDone")).to_contain_text("Marked at")
    at = parse_datetime(waves.ask("session.markers.get().at"))
    there = f"{at + TOKYO:%H:%M:%S}"
    expect(part(tokyo, "markers")).to_contain_text(there)
    tokyo.goto(f"{waves.url}/sessions/{waves.id}/report/")
    expect(tokyo.locator(".markers time")).to_have_text(there)
    # On paper, the zone is named; on the viewer's own screen it goes without saying.
    expect(tokyo.locator("[data-zone]")).to_be_hidden()
    tokyo.emulate_media(media="print")
    expect(tokyo.locator("[data-zone]")).to_have_text("Asia/Tokyo")
    expect(tokyo.locator("[data-zone]")).to_be_visible()
    tokyo.emulate_media(media="screen")
    expect(tokyo.locator(f"{PLOT} .main-svg").first).to_be_visible()
    assert tokyo.locator(PLOT).evaluate(PLOTTED) == [round(at.timestamp() * 1000)]


# Two hours over the change of the clock: its times at two markers, and the texts of the axis.
AUTUMN = {
    "America/New_York": (
        "2025-11-02T05:00Z",
        ["01:30:00 GMT-4", "01:30:00 GMT-5"],
        ["01:30GMT-4", "01:30GMT-5"],
    ),
    "Europe/Berlin": (
        "2025-10-26T00:00Z",
        ["02:30:00 CEST", "02:30:00 CET"],
        ["02:30CEST", "02:30CET"],
    ),
    "Australia/Lord_Howe": (
        "2025-04-05T14:00Z",
        ["01:30:00 GMT+11", "02:00:00 GMT+10:30"],
        ["01:30GMT+11", "01:30GMT+10:30"],
    ),
    "Asia/Kathmandu": ("2025-11-02T05:00Z", ["11:15:00", "12:15:00"], ["11:00", "12:30"]),
}


@pytest.mark.parametrize("zone", AUTUMN)
def test_an_hour_that_the_clock_shows_twice_is_two_hours(viewed_from, waves, zone):
    opened, told, ticks = AUTUMN[zone]
    past_lesson(waves, datetime.fromisoformat(opened), timedelta(hours=2))
    page = read_report(viewed_from(zone), waves)
    expect(page.locator(".markers time")).to_have_text(told)
    plot = page.locator(PLOT)
    one, two = plot.evaluate(PLOTTED)
    assert two - one == 3600_000
    one, two = plot.evaluate(LINES)
    assert two - one > 200  # pixels, of 1,000 for two hours
    shown = plot.evaluate(TICKS)
    assert set(ticks) <= set(shown)
    assert len(set(shown)) == len(shown)
    drawn = page.locator("[data-chart=average] .chart-time").all_text_contents()
    assert len(set(drawn)) == len(drawn) > 2
    assert drawn[0].startswith(told[0][:2])
    expect(page.locator("header > p.soft").first).to_contain_text("(2 h)")


def test_a_lesson_over_the_spring_change_has_no_hole(viewed_from, waves):
    past_lesson(waves, datetime.fromisoformat("2025-03-09T06:00Z"), timedelta(hours=2))
    page = read_report(viewed_from("America/New_York"), waves)
    expect(page.locator(".markers time")).to_have_text(["01:30:00 GMT-5", "03:30:00 GMT-4"])
    expect(page.locator("header > p.soft").first).to_contain_text("01:00 GMT-5–04:00 GMT-4 (2 h)")
    one, two = page.locator(PLOT).evaluate(PLOTTED)
    assert two - one == 3600_000
    shown = page.locator(PLOT).evaluate(TICKS)
    assert not [text for text in shown if text.startswith("02:")]


def test_without_scripts_the_two_hours_differ_in_the_sites_zone(browser, waves):
    """The product under test is in UTC, which has no summer time, so no zone is added."""
    past_lesson(waves, datetime.fromisoformat("2025-11-02T05:00Z"), timedelta(hours=2))
    context = browser.new_context(timezone_id="America/New_York", java_script_enabled=False)
    page = context.new_page()
    enter(page, waves, f"/sessions/{waves.id}/report/")
    expect(page.locator(".markers time")).to_have_text(["05:30:00", "06:30:00"])
    expect(page.locator("noscript .zone")).to_have_text("Times: UTC")
    context.close()


def test_the_title_suggested_for_a_lesson_is_the_viewers_day_and_time(browser, waves):
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.clock.set_fixed_time("2026-07-15T20:00:00Z")  # the 16th in Tokyo
    enter(page, waves, "/sessions/new/")
    expect(page.get_by_label("Title")).to_have_value("Thursday 16 July, 05:00")
    context.close()


def test_a_teacher_whose_clock_is_wrong_sees_the_servers_times(viewed_from, waves):
    utc = viewed_from("UTC")
    utc.context.add_init_script(MOVABLE_CLOCK + f"window.shift = {5 * HOUR_MS};")
    page = sign_in(utc, waves)
    part(page, "menu").click()
    part(page, "pause").click()
    expect(part(page, "freshness")).to_contain_text("Updates paused at")
    assert hours_from_now(part(page, "freshness").text_content()) < 1
