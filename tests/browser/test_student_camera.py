"""Cameras that are refused, missing or busy, and browsers with other ways to their pictures."""

import socket

import pytest
from playwright.sync_api import expect

from tests.browser.clips import SMILE
from tests.browser.room import expect_cameras_on, expect_reading, join, lesson, part, pass_check, unfold

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_a_refused_camera_is_explained_and_class_continues_without_it(launch, waves):
    context = launch(
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream=deny", windowed=True
    ).new_context()
    page = join(context, waves)
    expect(part(page, "checkProblemTitle")).to_have_text("The browser refused the camera")
    waves.expect_state("camera_refused")
    part(page, "checkWithout").click()
    expect(part(page, "cameraState")).to_have_text("Camera off")
    expect(part(page, "teacherSees")).to_contain_text("without camera")
    context.close()


def test_a_missing_camera_is_explained(browser, waves):
    context = browser.new_context()
    page = join(context, waves)
    expect(part(page, "checkProblemTitle")).to_have_text("No camera found")
    context.close()


def test_a_browser_that_cannot_prepare_pictures_turns_the_camera_off(webcam, waves):
    context = webcam(SMILE)
    context.route("**/jpeg-worker*.js", lambda route: route.abort())
    page = join(context, waves)
    expect(part(page, "checkProblemTitle")).to_have_text("This browser cannot prepare pictures")
    expect_cameras_on(page, 0)
    waves.expect_state("camera_unusable")
    context.unroute("**/jpeg-worker*.js")
    part(page, "checkRetry").click()
    expect(part(page, "faceFinding")).to_contain_text("Found")


def test_over_plain_http_from_another_machine_the_page_says_why_there_is_no_camera(launch, stack, waves):
    name = socket.gethostname()
    context = launch(f"--host-resolver-rules=MAP {name} 127.0.0.1").new_context()
    page = join(context, waves, url=f"http://{name}:{stack.port}")
    expect(part(page, "checkProblemTitle")).to_have_text("This address cannot use the camera")
    context.close()


def test_a_session_without_cameras_never_asks_for_one_nor_speaks_of_them(webcam, console):
    page = join(webcam(SMILE), lesson(console, mode="participation"), camera=None)
    expect(part(page, "idle")).to_be_visible()
    for name in ("cameraCard", "cameraOn", "cameraOff", "pause", "own"):
        expect(part(page, name)).to_be_hidden()
    assert page.evaluate("window.cameras.length") == 0
    unfold(page)
    text = page.locator("body").inner_text().lower()
    assert not [word for word in ("camera", "measured", "reading", "signal", "expression") if word in text]


COUNTS_NOTHING = "HTMLVideoElement.prototype.getVideoPlaybackQuality = () => ({ totalVideoFrames: 0 })"


@pytest.mark.parametrize("as_in", ["", COUNTS_NOTHING], ids=["Safari", "Firefox"])
def test_without_a_track_processor_a_video_element_gives_the_pictures(webcam, waves, as_in):
    context = webcam(SMILE)
    context.add_init_script(f"delete window.MediaStreamTrackProcessor; {as_in}")
    page = join(context, waves)
    pass_check(page)
    expect_reading(page)
