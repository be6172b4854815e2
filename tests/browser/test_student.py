"""The student's page in a real browser, on the real product."""

import socket

import pytest
from playwright.sync_api import expect

from tests.browser.clips import SMILE, empty_room
from tests.browser.room import (
    COUNT_CAMERAS,
    LIGHTS,
    confirm,
    expect_lights,
    expect_reading,
    lesson,
    part,
    pass_check,
    sit_down,
)
from tests.browser.teacher import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.stack]
PULSES = "Pulse.objects.filter(participant__session=session)"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def anna(webcam, waves):
    """In class, measured."""
    page = sit_down(webcam(SMILE), waves)
    pass_check(page)
    expect_reading(page)
    return page


def test_the_camera_check_finds_the_face_and_makes_no_reading(webcam, waves):
    page = sit_down(webcam(SMILE), waves)
    expect(part(page, "faceFinding")).to_contain_text("Found")
    expect(part(page, "lightFinding")).to_contain_text("Enough")
    expect_lights(page, 1)
    assert waves.readings() == 0
    waves.expect_state("checking")


def test_an_empty_room_is_no_face(webcam, waves):
    page = sit_down(webcam(empty_room(2)), waves)
    expect(part(page, "faceFinding")).to_contain_text("Not found")
    pass_check(page)
    expect(part(page, "ownFace")).to_contain_text("no face in the picture")
    expect(part(page, "ownScore")).to_be_hidden()


def test_a_smile_is_read_as_happiness_and_can_be_called_wrong(anna, waves):
    expect(part(anna, "ownExpression")).to_contain_text("happiness")
    expect(part(anna, "ownBand")).to_contain_text("%")
    part(anna, "wrong").click()
    expect(part(anna, "wrongSaid")).to_have_text("Thank you, noted.")
    expect(part(anna, "cameraState")).to_have_text("Camera on")
    waves.expect_state("measuring")
    waves.expect(f"[pulse.kind for pulse in {PULSES}]", ["wrong_reading"])


def test_pace_difficulty_and_being_lost_reach_the_database(webcam, waves):
    page = sit_down(webcam(SMILE), waves, button="Join without camera")
    page.get_by_role("button", name="Too fast").click()
    page.get_by_role("button", name="Too easy").click()
    page.get_by_role("button", name="I'm lost").click()
    page.get_by_role("button", name="I'm lost").click(force=True)  # the same moment: counted once
    expect(part(page, "said")).to_contain_text("Sent at")
    expect(page.get_by_role("button", name="Too fast")).to_have_attribute("aria-pressed", "true")
    said = [["pace", 1], ["difficulty", -1], ["lost", None]]
    waves.expect(f"[[pulse.kind, pulse.value] for pulse in {PULSES}]", said)


def test_what_was_said_too_often_is_taken_back_and_nothing_else(anna):
    for word in ["Too fast", "Too slow"] * 3:
        anna.get_by_role("button", name=word).click()
    part(anna, "wrong").click()
    expect(part(anna, "wrongSaid")).to_contain_text("Not counted")
    expect(part(anna, "said")).to_contain_text("Sent at")
    anna.get_by_role("button", name="Too fast").click()
    expect(part(anna, "said")).to_contain_text("Not counted")
    expect(anna.get_by_role("button", name="Too slow")).to_have_attribute("aria-pressed", "true")


def test_a_state_that_changed_too_often_is_told_again(anna, waves):
    part(anna, "pause").evaluate("button => { for (let click = 0; click < 40; click++) button.click() }")
    expect(part(anna, "cameraState")).to_have_text("Camera on")
    part(anna, "lost").click()
    waves.expect(f"{PULSES}.count()", 1)  # said last, so the states before it have been heard
    waves.expect_state("measuring")


def test_pause_puts_the_light_out_and_survives_a_reload(anna, waves):
    part(anna, "pause").click()
    expect(part(anna, "gap")).to_contain_text("you paused")
    expect_lights(anna, 0)
    anna.reload()
    expect(part(anna, "cameraState")).to_have_text("Paused, camera off")
    assert anna.evaluate(LIGHTS) == 0
    part(anna, "pause").click()
    expect(part(anna, "cameraState")).to_have_text("Camera on")
    expect(part(anna, "gap")).to_be_hidden()
    waves.expect_state("measuring")


def test_where_the_browser_keeps_nothing_there_is_class_and_a_pause_all_the_same(webcam, waves):
    context = webcam(SMILE)
    denied = "throw new DOMException('denied', 'SecurityError')"
    context.add_init_script(f"Object.defineProperty(window, 'sessionStorage', {{ get() {{ {denied} }} }})")
    page = sit_down(context, waves)
    pass_check(page)
    expect_reading(page)
    part(page, "pause").click()
    expect_lights(page, 0)
    waves.expect_state("paused")


def test_another_person_in_the_same_tab_checks_the_camera_too(anna, waves):
    anna.goto(f"{waves.url}/join/")
    anna.get_by_label("Class code").fill(waves.code)
    anna.get_by_label("Your name").fill("Ben")
    anna.get_by_role("button", name="Continue").click()
    anna.get_by_role("button", name="Join with camera", exact=True).click()
    expect(part(anna, "connection")).to_have_text("Connected")
    expect(anna.locator("#check")).to_be_visible()


def test_a_reload_keeps_seat_and_consent(anna, waves):
    anna.reload()
    expect_reading(anna)
    assert waves.ask("session.participants.count()") == 1
    assert waves.ask("Consent.objects.filter(participant__session=session).count()") == 1


def test_turning_the_camera_off_deletes_its_readings_and_turning_it_on_asks_again(anna, waves):
    part(anna, "cameraOff").click()
    confirm(anna, "withdraw")
    expect(part(anna, "cameraState")).to_have_text("Camera off")
    expect_lights(anna, 0)
    expect(part(anna, "own")).to_be_hidden()
    assert waves.readings() == 0
    part(anna, "cameraOn").click()
    anna.get_by_label("my own line").check()
    confirm(anna, "consent")
    expect(anna.locator("#check")).to_be_visible()
    pass_check(anna)
    expect_reading(anna)
    expect(part(anna, "teacherSees")).to_contain_text("Your own line with your name")
    expect(part(anna, "ownSeenBy")).to_have_text("Your teacher sees expression and score too")


def test_a_lost_server_is_a_visible_gap_and_the_same_seat_afterwards(anna, waves, stack):
    stack.services["web"].stop()
    expect(part(anna, "gap")).to_contain_text("connection lost")
    part(anna, "lost").click()
    expect(part(anna, "said")).to_contain_text("Not sent")
    part(anna, "leave").click()
    confirm(anna, "leave")
    expect(anna.locator("#leave-dialog [data-error]")).to_contain_text("have not left yet")
    expect_lights(anna, 0)  # whoever wants to go is filmed no longer
    anna.keyboard.press("Escape")
    stack.services["web"].start()
    expect(part(anna, "connection")).to_have_text("Connected", timeout=30_000)
    waves.expect_state("paused")
    part(anna, "pause").click()
    expect(part(anna, "gap")).to_be_hidden()
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


def test_a_word_into_a_dead_network_is_not_called_sent(webcam, waves):
    context = webcam(SMILE)
    network = Network(context)
    page = sit_down(context, waves, button="Join without camera")
    network.is_dead = True
    page.get_by_role("button", name="Too fast").click()
    expect(part(page, "said")).to_have_text("Sending…")
    expect(part(page, "connection")).to_contain_text("No connection")
    expect(part(page, "said")).to_contain_text("Please say it again")
    expect(page.get_by_role("button", name="Too fast")).to_have_attribute("aria-pressed", "false")
    network.is_dead = False
    expect(part(page, "connection")).to_have_text("Connected", timeout=60_000)


def test_the_end_of_the_session_puts_the_light_out(anna, waves):
    waves.ask("session.close()")
    expect(part(anna, "endedTitle")).to_have_text("The session has ended")
    expect(part(anna, "endedSummary")).to_be_visible()
    expect_lights(anna, 0)


def test_removal_puts_the_light_out(anna, waves):
    waves.ask("session.participants.get().leave(removed=True)")
    expect(part(anna, "endedTitle")).to_contain_text("removed you")
    expect_lights(anna, 0)


def test_a_second_tab_takes_the_seat_and_the_camera(anna, waves):
    second = anna.context.new_page()
    second.goto(anna.url)
    expect(part(anna, "endedTitle")).to_contain_text("another tab")
    expect_lights(anna, 0)
    anna.get_by_role("button", name="Go on in this tab").click()
    expect_reading(anna)
    expect(part(second, "endedTitle")).to_contain_text("another tab")


def test_a_paused_seat_stays_paused_in_a_new_tab(anna, waves):
    part(anna, "pause").click()
    waves.expect_state("paused")
    second = anna.context.new_page()
    second.add_init_script(COUNT_CAMERAS)
    second.goto(f"{waves.url}/join/?code={waves.code}")
    expect(part(second, "cameraState")).to_have_text("Paused, camera off")
    expect(part(anna, "endedTitle")).to_contain_text("another tab")
    assert second.evaluate("window.cameras.length") == 0


def test_the_own_line_can_be_shown_and_hidden_in_class(anna, waves):
    part(anna, "show").click()
    confirm(anna, "show")
    expect(part(anna, "teacherSees")).to_contain_text("Your own line with your name")
    assert waves.readings() < 3  # what was made before was not for showing
    waves.expect("session.readings.exists()", True)
    part(anna, "hide").click()
    confirm(anna, "hide")
    expect(part(anna, "teacherSees")).to_contain_text("your own line is not shown")
    expect(part(anna, "cameraState")).to_have_text("Camera on")
    assert waves.readings() > 0
    waves.expect_state("measuring")


def test_leaving_keeps_the_readings(anna, waves):
    part(anna, "leave").click()
    confirm(anna, "leave")
    expect(part(anna, "endedTitle")).to_have_text("You have left")
    expect_lights(anna, 0)
    assert waves.readings() > 0
    assert waves.ask("session.participants.seated().count()") == 0


def test_leave_and_erase_leaves_only_a_count(anna, waves):
    part(anna, "erase").click()
    confirm(anna, "erase")
    expect(part(anna, "endedTitle")).to_contain_text("everything is erased")
    expect_lights(anna, 0)
    assert waves.ask(
        "[session.participants.count(), session.readings.count(), session.erased_participants]"
    ) == [0, 0, 1]


def test_signing_in_in_another_tab_takes_no_decision_away(anna, waves):
    sign_in(anna.context, waves)
    part(anna, "erase").click()
    confirm(anna, "erase")
    expect(part(anna, "endedTitle")).to_contain_text("everything is erased")


def test_a_server_that_refuses_is_not_said_to_be_silent(anna):
    anna.context.clear_cookies(name="csrftoken")
    part(anna, "leave").click()
    confirm(anna, "leave")
    expect(anna.locator("#leave-dialog [data-error]")).to_have_text(
        "The server refused. You have not left yet. No picture is sent meanwhile. "
        "Please reload the page and try again."
    )


def test_the_light_goes_out_with_the_page(anna):
    anna.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    expect_lights(anna, 0)


def test_a_refused_camera_is_named_and_class_goes_on_without_it(launch, waves):
    context = launch(
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream=deny"
    ).new_context()
    page = sit_down(context, waves)
    expect(part(page, "checkProblemTitle")).to_have_text("The browser refused the camera")
    waves.expect_state("camera_refused")
    part(page, "checkWithout").click()
    expect(part(page, "cameraState")).to_have_text("Camera off")
    expect(part(page, "teacherSees")).to_contain_text("without camera")
    context.close()


def test_a_missing_camera_is_named(browser, waves):
    context = browser.new_context()
    page = sit_down(context, waves)
    expect(part(page, "checkProblemTitle")).to_have_text("No camera found")
    context.close()


def test_a_busy_camera_is_named_and_tried_again(webcam, waves):
    context = webcam(SMILE)
    context.add_init_script(
        """{
          const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          let isBusy = true;
          navigator.mediaDevices.getUserMedia = async (wish) => {
            if (!isBusy) return open(wish);
            isBusy = false;
            throw new DOMException("Could not start video source", "NotReadableError");
          };
        }"""
    )
    page = sit_down(context, waves)
    expect(part(page, "checkProblemTitle")).to_have_text("Another program uses the camera")
    part(page, "checkRetry").click()
    expect(part(page, "faceFinding")).to_contain_text("Found")
    expect(page.locator("#check-title")).to_be_focused()  # the button is gone


def test_a_browser_that_cannot_prepare_pictures_says_so_and_puts_the_light_out(webcam, waves):
    context = webcam(SMILE)
    context.route("**/jpeg-worker*.js", lambda route: route.abort())
    page = sit_down(context, waves)
    expect(part(page, "checkProblemTitle")).to_have_text("This browser cannot prepare pictures")
    expect_lights(page, 0)
    waves.expect_state("camera_off")
    context.unroute("**/jpeg-worker*.js")
    part(page, "checkRetry").click()
    expect(part(page, "faceFinding")).to_contain_text("Found")


def test_over_plain_http_from_another_machine_the_page_says_why_there_is_no_camera(launch, stack, waves):
    name = socket.gethostname()
    context = launch(f"--host-resolver-rules=MAP {name} 127.0.0.1").new_context()
    page = sit_down(context, waves, url=f"http://{name}:{stack.port}")
    expect(part(page, "checkProblemTitle")).to_have_text("This address cannot use the camera")
    context.close()


def test_a_session_without_cameras_never_asks_for_one(webcam, console):
    page = sit_down(webcam(SMILE), lesson(console, mode="participation"), button="Join")
    expect(part(page, "cameraState")).to_have_text("No camera in this session")
    expect(part(page, "connection")).to_have_text("Connected")
    for name in ("cameraOn", "cameraOff", "pause", "own"):
        expect(part(page, name)).to_be_hidden()
    assert page.evaluate("window.cameras.length") == 0


def test_nothing_on_the_page_breaks_its_own_rules(webcam, waves):
    context = webcam(SMILE)
    complaints = []
    context.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = sit_down(context, waves)
    pass_check(page)
    expect_reading(page)
    part(page, "cameraOff").click()
    confirm(page, "withdraw")
    expect(part(page, "cameraState")).to_have_text("Camera off")
    assert complaints == []


def test_a_room_does_not_go_on_with_the_seat_of_another(anna, webcam, waves):
    laptop = sit_down(webcam(SMILE), waves, button="Join without camera")
    laptop.context.add_cookies([one for one in anna.context.cookies() if one["name"].startswith("seat-")])
    part(laptop, "leave").click()
    confirm(laptop, "leave")
    expect(laptop.locator("#leave-dialog [data-error]")).to_contain_text("under another name")
    laptop.evaluate("window.dispatchEvent(new Event('offline'))")  # the network blinks
    expect(part(laptop, "endedTitle")).to_contain_text("under another name")
    assert laptop.evaluate("window.cameras.length") == 0
    assert anna.evaluate(LIGHTS) == 1


def test_the_page_fits_a_phone_and_its_buttons_fit_a_thumb(webcam, waves):
    page = sit_down(webcam(SMILE, viewport=PHONE), waves)
    pass_check(page)
    expect_reading(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    heights = page.locator("#class button").evaluate_all("buttons => buttons.map(one => one.offsetHeight)")
    assert min(filter(None, heights)) >= 44


def test_a_new_panel_takes_the_focus(anna):
    assert anna.evaluate("document.activeElement.id") == "class-title"


def press(page, button):
    button.focus()
    page.keyboard.press("Enter")


def test_the_keyboard_keeps_its_place_when_a_button_goes(anna):
    press(anna, part(anna, "show"))
    press(anna, anna.locator("#show-dialog [value=confirm]"))
    expect(part(anna, "hide")).to_be_focused()
    press(anna, part(anna, "cameraOff"))
    press(anna, anna.locator("#withdraw-dialog [value=confirm]"))
    expect(part(anna, "cameraOn")).to_be_focused()


def test_the_keyboard_stays_where_a_reading_was_called_wrong(anna):
    press(anna, part(anna, "wrong"))
    expect(part(anna, "wrongSaid")).to_have_text("Thank you, noted.")
    expect(part(anna, "wrong")).to_be_focused()


COUNTS_NOTHING = "HTMLVideoElement.prototype.getVideoPlaybackQuality = () => ({ totalVideoFrames: 0 })"


@pytest.mark.parametrize("as_in", ["", COUNTS_NOTHING], ids=["Safari", "Firefox"])
def test_where_there_is_no_track_processor_a_video_element_gives_the_pictures(webcam, waves, as_in):
    context = webcam(SMILE)
    context.add_init_script(f"delete window.MediaStreamTrackProcessor; {as_in}")
    page = sit_down(context, waves)
    pass_check(page)
    expect_reading(page)
