"""A student's session: pauses, other tabs, lost connections, leaving and the end."""

import pytest
from playwright.sync_api import expect

from testbed.chromium import CAMERAS_ON, COUNT_CAMERAS
from tests.browser.clips import SMILE
from tests.browser.room import (
    confirm,
    expect_cameras_on,
    expect_reading,
    join,
    part,
    pass_check,
    yes,
)
from tests.browser.teacher import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_a_pause_turns_the_camera_off_and_survives_a_reload(anna, waves):
    part(anna, "pause").click()
    expect(part(anna, "gap")).to_contain_text("you paused")
    expect_cameras_on(anna, 0)
    anna.reload()
    expect(part(anna, "cameraState")).to_have_text("Paused, camera off")
    expect_cameras_on(anna, 0)
    part(anna, "pause").click()
    expect(part(anna, "cameraState")).to_have_text("Camera on")
    expect(part(anna, "gap")).to_be_hidden()
    waves.expect_state("measuring")


def test_class_and_pause_work_where_the_browser_denies_storage(webcam, waves):
    context = webcam(SMILE)
    denied = "throw new DOMException('denied', 'SecurityError')"
    context.add_init_script(f"Object.defineProperty(window, 'sessionStorage', {{ get() {{ {denied} }} }})")
    page = join(context, waves)
    pass_check(page)
    expect_reading(page)
    part(page, "pause").click()
    expect_cameras_on(page, 0)
    waves.expect_state("paused")


def test_a_lost_server_is_a_visible_gap_and_the_same_participant_afterwards(anna, waves, stack):
    light = part(anna, "light")
    expect(light).to_have_attribute("data-on", "sending")
    stack.services["web"].stop()
    expect(part(anna, "gap")).to_contain_text("connection lost")
    expect(part(anna, "cameraState")).not_to_have_text("Camera on")
    expect(light).not_to_have_attribute("data-on", "sending")
    expect(part(anna, "cameraDetail")).to_have_text("No picture leaves this device.")
    part(anna, "lost").click()
    expect(part(anna, "pulseStatus")).to_contain_text("Not sent")
    part(anna, "leave").click()
    confirm(anna, "leave")
    expect(anna.locator("#leave-dialog [data-error]")).to_contain_text("have not left yet")
    # A student who is about to leave is filmed no longer.
    expect_cameras_on(anna, 0)
    anna.keyboard.press("Escape")
    stack.services["web"].start()
    expect(part(anna, "connection")).to_have_text("Connected")
    waves.expect_state("paused")
    part(anna, "pause").click()
    expect(part(anna, "gap")).to_be_hidden()
    expect(light).to_have_attribute("data-on", "sending")
    expect(part(anna, "cameraState")).to_have_text("Camera on")
    assert waves.ask("session.participants.count()") == 1
    waves.expect_state("measuring")


class Network:
    """Carries the socket's messages until it dies: then each connection stays open and carries nothing."""

    def __init__(self, context):
        self.is_dead = False
        context.route_web_socket("**/ws/room/**", self.connect)

    def connect(self, page):
        server = page.connect_to_server()
        page.on_message(lambda message: self.is_dead or server.send(message))
        server.on_message(lambda message: self.is_dead or page.send(message))


def test_a_pulse_into_a_dead_network_is_not_called_sent(webcam, waves):
    context = webcam(SMILE)
    network = Network(context)
    page = join(context, waves, camera=None)
    network.is_dead = True
    page.get_by_role("button", name="Too fast").click()
    expect(part(page, "pulseStatus")).to_have_text("Sending…")
    expect(part(page, "connection")).to_contain_text("No connection")
    expect(part(page, "pulseStatus")).to_contain_text("Please press it again")
    expect(page.get_by_role("button", name="Too fast")).to_have_attribute("aria-pressed", "false")
    network.is_dead = False
    expect(part(page, "connection")).to_have_text("Connected")


def test_removal_turns_the_camera_off(anna, waves):
    waves.ask("session.participants.get().leave(removed=True)")
    expect(part(anna, "endedTitle")).to_contain_text("removed you")
    expect_cameras_on(anna, 0)


def test_a_second_tab_takes_over_with_the_camera_and_stays_paused_after_a_pause(anna, waves):
    second = anna.context.new_page()
    second.goto(anna.url)
    yes(second).click()
    expect(part(anna, "endedTitle")).to_contain_text("another tab")
    expect_cameras_on(anna, 0)
    anna.get_by_role("button", name="Continue in this tab").click()
    expect_reading(anna)
    expect(part(second, "endedTitle")).to_contain_text("another tab")
    part(anna, "pause").click()
    waves.expect_state("paused")
    third = anna.context.new_page()
    third.add_init_script(COUNT_CAMERAS)
    third.goto(f"{waves.url}/join/?code={waves.code}")
    yes(third).click()
    expect(part(third, "cameraState")).to_have_text("Paused, camera off")
    expect(part(anna, "endedTitle")).to_contain_text("another tab")
    assert third.evaluate("window.cameras.length") == 0


def test_leave_and_erase_leaves_only_a_count_also_after_signing_in_in_another_tab(anna, waves):
    sign_in(anna.context, waves)
    part(anna, "erase").click()
    confirm(anna, "erase")
    expect(part(anna, "endedTitle")).to_contain_text("everything is erased")
    expect_cameras_on(anna, 0)
    assert waves.ask(
        "[session.participants.count(), session.readings.count(), session.erased_participants]"
    ) == [0, 0, 1]


def test_a_refusal_is_shown_also_when_the_dialog_was_closed_before_it(anna):
    late = []
    anna.route("**/leave/**", lambda route: late.append(route), times=1)
    anna.context.clear_cookies(name="csrftoken")
    part(anna, "leave").click()
    with anna.expect_request("**/leave/**"):
        confirm(anna, "leave")
    anna.keyboard.press("Escape")
    expect(anna.locator("#leave-dialog")).to_be_hidden()
    late[0].continue_()
    expect(anna.locator("#leave-dialog")).to_be_visible()
    expect(anna.locator("#leave-dialog [data-error]")).to_have_text(
        "The server refused. You have not left yet. No pictures are sent in the meantime. "
        "Please reload the page and try again."
    )


def test_a_page_does_not_continue_as_another_participant(anna, webcam, waves):
    laptop = join(webcam(SMILE), waves, camera=None)
    laptop.context.add_cookies([one for one in anna.context.cookies() if one["name"].startswith("seat-")])
    part(laptop, "leave").click()
    confirm(laptop, "leave")
    expect(laptop.locator("#leave-dialog [data-error]")).to_contain_text("under another name")
    laptop.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(part(laptop, "endedTitle")).to_contain_text("under another name")
    assert laptop.evaluate("window.cameras.length") == 0
    assert anna.evaluate(CAMERAS_ON) == 1
