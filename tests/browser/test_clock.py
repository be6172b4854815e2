"""One clock: report, its charts, its table and the live page agree, wherever the teacher sits."""

from datetime import timedelta

import pytest
from django.utils.dateparse import parse_datetime
from playwright.sync_api import Page, expect

from tests.browser.room import part
from tests.browser.teacher import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.stack]
TOKYO = timedelta(hours=9)
PLOTTED = "place => place._fullLayout.annotations.map(({ x }) => x.slice(11, 19))"  # as its axis reads


@pytest.fixture
def tokyo(browser, waves) -> Page:
    context = browser.new_context(timezone_id="Asia/Tokyo")
    yield sign_in(context, waves)
    context.close()


def test_markers_charts_and_tables_tell_the_viewers_time(tokyo, waves):
    tokyo.get_by_role("button", name="Set marker").click()
    expect(part(tokyo, "markerDone")).to_contain_text("Marked at")
    at = parse_datetime(waves.ask("session.markers.get().at"))
    there = f"{at + TOKYO:%H:%M:%S}"
    expect(part(tokyo, "markers")).to_contain_text(there)
    expect(tokyo.locator("[data-zone]")).to_have_text("Asia/Tokyo")
    tokyo.goto(f"{waves.url}/sessions/{waves.id}/report/")
    expect(tokyo.locator("ol.markers time")).to_have_text(there)
    expect(tokyo.locator("[data-zone]")).to_have_text("Asia/Tokyo")
    expect(tokyo.locator("[data-part=linePlot] .main-svg").first).to_be_visible()
    assert part(tokyo, "linePlot").evaluate(PLOTTED) == [there]
