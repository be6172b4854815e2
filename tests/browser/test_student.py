"""The student's page in a real browser, on the real product."""

import pytest
from playwright.sync_api import Locator, Page, expect

from testbed.chromium import COUNT_CAMERAS
from tests.browser.clips import SMILE, empty_room
from tests.browser.room import (
    attend,
    confirm,
    expect_cameras_on,
    expect_reading,
    join,
    join_by_hand,
    part,
    pass_check,
    unfold,
)

pytestmark = [pytest.mark.browser, pytest.mark.stack]
PULSES = "Pulse.objects.filter(participant__session=session)"
PHONE = {"width": 390, "height": 844}


def press(page: Page, button: Locator) -> None:
    button.focus()
    page.keyboard.press("Enter")


def test_the_camera_check_finds_the_face_and_makes_no_reading(webcam, waves):
    page = webcam(SMILE).new_page()
    page.add_init_script(COUNT_CAMERAS)
    join_by_hand(page, waves)
    expect(part(page, "faceFinding")).to_contain_text("Found")
    expect(part(page, "lightFinding")).to_contain_text("Enough")
    expect_cameras_on(page, 1)
    assert waves.readings() == 0
    waves.expect_state("checking")


def test_an_empty_room_is_no_face(webcam, waves):
    page = join(webcam(empty_room(2)), waves)
    expect(part(page, "faceFinding")).to_contain_text("Not found")
    pass_check(page)
    expect(part(page, "ownFace")).to_contain_text("no face in the picture")
    expect(part(page, "ownScore")).to_be_hidden()


def test_a_smile_is_read_as_happiness_and_can_be_called_wrong(anna, waves):
    expect(part(anna, "ownExpression")).to_contain_text("happiness")
    expect(part(anna, "ownBand")).to_contain_text("%")
    press(anna, part(anna, "wrong"))
    expect(part(anna, "wrongStatus")).to_have_text("Thank you, saved.")
    expect(part(anna, "wrong")).to_be_focused()
    expect(part(anna, "cameraState")).to_have_text("Camera on")
    waves.expect_state("measuring")
    waves.expect(f"[pulse.kind for pulse in {PULSES}]", ["wrong_reading"])


def test_pace_difficulty_and_being_lost_reach_the_database(webcam, waves):
    page = join(webcam(SMILE), waves, camera=None)
    page.get_by_role("button", name="Too fast").click()
    page.get_by_role("button", name="Too easy").click()
    page.get_by_role("button", name="I'm lost").click()
    page.get_by_role("button", name="I'm lost").click(force=True)  # the same moment: counted once
    expect(part(page, "pulseStatus")).to_contain_text("one more who is lost")
    expect(page.get_by_role("button", name="Too fast")).to_have_attribute("aria-pressed", "true")
    said = [["pace", 1], ["difficulty", -1], ["lost", None]]
    waves.expect(f"[[pulse.kind, pulse.value] for pulse in {PULSES}]", said)


def test_only_a_pulse_that_came_too_often_is_refused(anna):
    for word in ["Too fast", "Too slow"] * 3:
        anna.get_by_role("button", name=word).click()
    part(anna, "wrong").click()
    expect(part(anna, "wrongStatus")).to_contain_text("Not counted")
    expect(part(anna, "pulseStatus")).to_contain_text("Sent at")
    anna.get_by_role("button", name="Too fast").click()
    expect(part(anna, "pulseStatus")).to_contain_text("Not counted")
    expect(anna.get_by_role("button", name="Too slow")).to_have_attribute("aria-pressed", "true")


def test_a_state_that_changed_too_often_is_reported_again(anna, waves):
    part(anna, "pause").evaluate("button => { for (let click = 0; click < 40; click++) button.click() }")
    expect(part(anna, "cameraState")).to_have_text("Camera on")
    part(anna, "lost").click()
    waves.expect(f"{PULSES}.count()", 1)  # said last, so the states before it have been heard
    waves.expect_state("measuring")


def test_turning_the_camera_off_deletes_its_readings_and_turning_it_on_asks_again(anna, waves):
    part(anna, "cameraOff").click()
    confirm(anna, "withdraw")
    expect(part(anna, "cameraState")).to_have_text("Camera off")
    expect_cameras_on(anna, 0)
    expect(part(anna, "own")).to_be_hidden()
    assert waves.readings() == 0
    part(anna, "cameraOn").click()
    anna.get_by_label("show my teachers my expression").check()
    confirm(anna, "consent")
    expect(anna.locator("#check")).to_be_visible()
    pass_check(anna)
    expect_reading(anna)
    expect(part(anna, "teacherSees")).to_contain_text("Your expression and score, with your name")
    expect(part(anna, "ownSeenBy")).to_have_text("shared")


def test_the_own_line_is_shown_and_hidden_in_class_and_the_focus_moves_on_when_its_button_goes(anna, waves):
    not_for_showing = waves.ask("[one.pk for one in session.readings.all()]")
    press(anna, part(anna, "show"))
    press(anna, anna.locator("#show-dialog [value=confirm]"))
    expect(part(anna, "hide")).to_be_focused()
    expect(part(anna, "teacherSees")).to_contain_text("Your expression and score, with your name")
    assert waves.ask(f"session.readings.filter(pk__in={not_for_showing}).count()") == 0
    waves.expect("session.readings.exists()", True)
    part(anna, "hide").click()
    confirm(anna, "hide")
    expect(part(anna, "teacherSees")).to_contain_text("only in the class average")
    expect(part(anna, "cameraState")).to_have_text("Camera on")
    assert waves.readings() > 0
    waves.expect_state("measuring")
    press(anna, part(anna, "cameraOff"))
    press(anna, anna.locator("#withdraw-dialog [value=confirm]"))
    expect(part(anna, "cameraOn")).to_be_focused()


def test_a_new_panel_takes_the_focus_and_nothing_breaks_the_content_security_policy(webcam, waves):
    context = webcam(SMILE)
    complaints = []
    context.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = join(context, waves)
    pass_check(page)
    expect(page.locator("#class-title")).to_be_focused()
    expect_reading(page)
    part(page, "cameraOff").click()
    confirm(page, "withdraw")
    expect(part(page, "cameraState")).to_have_text("Camera off")
    assert complaints == []


def test_the_page_fits_a_phone_and_its_buttons_fit_a_thumb(webcam, waves):
    page = attend(webcam(SMILE, viewport=PHONE, has_touch=True, is_mobile=True), waves)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    unfold(page)
    heights = page.locator("#class button").evaluate_all("buttons => buttons.map(one => one.offsetHeight)")
    assert min(filter(None, heights)) >= 44
