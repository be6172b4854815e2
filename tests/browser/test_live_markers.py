"""Markers on the teacher's live page: set, named and removed, in a real browser."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.room import part

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def set_marker(live: Page, label: str) -> None:
    part(live, "mark").click()
    live.keyboard.type(label)
    live.keyboard.press("Enter")
    expect(part(live, "markerDone")).to_have_text(f"Saved: {label}")


def test_one_key_marks_and_the_note_may_come_later_or_be_refused(live, waves):
    live.locator("h1").click()
    live.keyboard.press("m")
    live.keyboard.type("Experiment m")
    live.keyboard.press("Enter")
    expect(part(live, "markers")).to_contain_text("Experiment m")
    part(live, "markers").get_by_role("button", name="Rename").click()
    part(live, "markerForm").get_by_role("textbox").fill("Lever")
    live.keyboard.press("Enter")
    expect(part(live, "markers")).to_contain_text("Lever")
    expect(part(live, "markerDone")).to_have_text("Saved: Lever")
    assert waves.ask("session.markers.get().label") == "Lever"
    part(live, "mark").click()
    part(live, "markerForm").get_by_role("textbox").fill("\u202e\u2800")
    live.keyboard.press("Enter")
    expect(part(live, "markerDone")).to_contain_text("would look blank")
    live.keyboard.press("Escape")
    waves.ask("session.close()")
    live.keyboard.press("m")
    expect(part(live, "markerDone")).to_contain_text("This session has ended")
    expect(part(live, "markerForm")).to_be_hidden()


def test_a_note_is_typed_before_the_marker_is_set_and_tried_again_when_it_is_not(live, waves):
    sent: list[Route] = []
    # Playwright cannot call a list's own method.
    live.route("**/markers/", lambda route: sent.append(route))
    live.locator("h1").click()
    live.keyboard.press("m")
    live.keyboard.type("Lag")
    live.keyboard.press("Enter")
    assert waves.ask("session.markers.count()") == 0
    sent.pop().abort()
    expect(part(live, "markerDone")).to_have_text("That did not work. Please try again.")
    live.unroute("**/markers/")
    live.keyboard.press("Enter")
    expect(part(live, "markerDone")).to_have_text("Saved: Lag")
    assert waves.ask("[marker.label for marker in session.markers.all()]") == ["Lag"]


def test_a_note_is_saved_when_another_marker_takes_the_field(live, waves):
    late: list[Route] = []
    live.route("**/markers/*/", lambda route: late.append(route), times=1)
    part(live, "mark").click()
    live.keyboard.type("Lever")
    part(live, "mark").click()
    live.keyboard.type("Pulley")
    live.keyboard.press("Enter")
    expect(part(live, "markerDone")).to_have_text("Saved: Pulley")
    with live.expect_response("**/markers/*/"):
        late.pop().continue_()
    labels = "sorted(marker.label for marker in session.markers.all())"
    waves.expect(labels, ["Lever", "Pulley"])
    # The list on the page comes after the answer to the request.
    expect(part(live, "markers")).to_contain_text("Lever")
    expect(part(live, "markerDone")).to_have_text("Saved: Pulley")
    part(live, "mark").click()
    live.keyboard.type("Ramp")
    lever = part(live, "markers").get_by_role("listitem").filter(has_text="Lever")
    lever.get_by_role("button", name="Rename").click()
    waves.expect(labels, ["Lever", "Pulley", "Ramp"])
    expect(part(live, "markerForm").get_by_role("textbox")).to_have_value("Lever")


def remove_by_keyboard(live: Page, label: str) -> None:
    live.locator("summary", has_text=f"Remove: {label}").press("Enter")
    live.keyboard.press("Tab")
    live.keyboard.press("Enter")
    expect(part(live, "markerRemoved")).to_have_text(f"Removed: {label}")


def test_a_marker_is_removed_by_keyboard_on_every_open_page_or_without_scripts(live, waves, browser):
    set_marker(live, "Quiz")
    other = live.context.new_page()
    other.goto(live.url)
    expect(part(other, "markers")).to_contain_text("Quiz")
    remove_by_keyboard(live, "Quiz")
    expect(part(live, "markersTitle")).to_be_focused()
    for page in (live, other):
        expect(part(page, "markers").get_by_role("listitem")).to_have_count(0)
    # A card with nothing in it is not shown.
    expect(part(other, "markersTitle")).to_be_hidden()
    set_marker(live, "Task")
    context = browser.new_context(java_script_enabled=False, storage_state=live.context.storage_state())
    report = context.new_page()
    report.goto(f"{waves.url}/sessions/{waves.id}/report/")
    report.locator("summary", has_text="Remove: Task").click()
    report.get_by_role("button", name="Remove for good").click()
    expect(report.get_by_text("Task")).to_have_count(0)
    context.close()


def test_markers_a_second_apart_share_a_text_and_ending_the_session_leads_to_the_report(
    live, waves, complaints
):
    waves.ask("[session.markers.create(label=label).pk for label in ('Quiz', 'Experiment')]")
    live.reload()
    expect(part(live, "linePlot").locator(".annotation-text", has_text="1–2")).to_be_visible()
    part(live, "end").click()
    live.locator("#end-dialog").get_by_role("button", name="End session").click()
    expect(live).to_have_url(f"{live.url.split('/report')[0].rstrip('/')}/report/")
    expect(live.get_by_role("heading", name="Waves", level=1)).to_be_visible()
    assert complaints == []
