"""Each reason why there is no camera, or no picture, is shown with what to do about it."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from testbed.chromium import CAMERAS_ON
from tests.browser.clips import SMILE
from tests.browser.room import (
    attend,
    expect_cameras_on,
    expect_script,
    join,
    part,
    pass_check,
)

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def before_the_worker(context: BrowserContext, script: str) -> None:
    """Changes the browser's canvas: the script runs before the worker's own."""

    def add(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=script + answer.text())

    context.route("**/jpeg-worker*.js", add)


# What a protection against fingerprinting returns: `instead(value, picture)` for each part of a colour.
CANVAS = """{
  const instead = (value, picture) => INSTEAD;
  const original = OffscreenCanvas.prototype.convertToBlob;
  OffscreenCanvas.prototype.convertToBlob = function (options) {
    const pen = this.getContext("2d");
    const picture = pen.getImageData(0, 0, this.width, this.height);
    for (let at = 0; at < picture.data.length; at += 1) {
      if (at % 4 < 3) picture.data[at] = instead(picture.data[at], picture);
    }
    pen.putImageData(picture, 0, 0);
    return original.call(this, options);
  };
}
"""
WHITE, LOWEST_BIT = "255", "value ^ (Math.random() < 0.5)"
SMALL_ONES_ARE_KEPT = "picture.width < 200 ? value : Math.random() * 256"

# The protection also changes what other ways of reading a canvas return.
ELSEWHERE = """{
  const pen = OffscreenCanvasRenderingContext2D.prototype;
  const read = pen.getImageData;
  pen.getImageData = function (...place) {
    const picture = read.apply(this, place);
    picture.data.forEach((_, at) => (picture.data[at] = Math.random() * 256));
    return picture;
  };
  if (self.CanvasRenderingContext2D) CanvasRenderingContext2D.prototype.getImageData = () => null;
  if (self.HTMLCanvasElement) HTMLCanvasElement.prototype.toBlob = (told) => told(null);
}
"""


@pytest.mark.parametrize("instead", [WHITE, SMALL_ONES_ARE_KEPT], ids=["white", "noise on large ones"])
def test_a_browser_that_changes_canvases_is_explained_and_works_once_the_protection_is_off(
    webcam, waves, instead
):
    context = webcam(SMILE)
    before_the_worker(context, CANVAS.replace("INSTEAD", instead))
    page = join(context, waves)
    expect(part(page, "checkProblemTitle")).to_have_text("This browser changes your pictures")
    expect(part(page, "checkProblemHelp")).to_contain_text("resistFingerprinting")
    expect_cameras_on(page, 0)
    waves.expect_state("camera_unusable")
    context.unroute("**/jpeg-worker*.js")
    part(page, "checkRetry").click()
    expect(part(page, "faceFinding")).to_contain_text("Found")


@pytest.mark.parametrize(
    "script", [CANVAS.replace("INSTEAD", LOWEST_BIT), ELSEWHERE], ids=["lowest bits", "other ways to read"]
)
def test_a_protection_that_leaves_the_pictures_readable_is_not_refused(webcam, waves, script):
    context = webcam(SMILE)
    before_the_worker(context, script)
    context.add_init_script(ELSEWHERE)
    page = join(context, waves)
    expect(part(page, "faceFinding")).to_contain_text("Found")
    pass_check(page)
    expect(part(page, "ownExpression")).to_contain_text("happiness")


INSTAGRAM = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 Instagram 340.0.0.1"
)
NO_DEVICES = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"
REFUSES = """navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException("Permission denied", "NotAllowedError");
}"""


@pytest.mark.parametrize("script", [NO_DEVICES, REFUSES], ids=["no devices", "refuses"])
def test_inside_another_app_the_page_says_how_to_leave_it(webcam, waves, script):
    context = webcam(SMILE, user_agent=INSTAGRAM)
    context.add_init_script(script)
    page = join(context, waves)
    expect(part(page, "checkProblemTitle")).to_have_text("This app does not let pages use the camera")
    expect(part(page, "checkProblemHelp")).to_contain_text("Open in browser")
    expect(part(page, "checkLink")).to_contain_text(f"/join/?code={waves.code}")
    waves.expect_state("camera_unusable")


def test_a_browser_without_cameras_is_not_told_to_ask_for_https(webcam, waves):
    context = webcam(SMILE)
    context.add_init_script(NO_DEVICES)
    page = join(context, waves)
    expect(part(page, "checkProblemTitle")).to_have_text("This browser does not let pages use the camera")


# What the browser's error says, and what the page makes of it.
ERRORS = [
    ("NotAllowedError", "Permission denied by system", "The system blocks the camera", "camera_blocked"),
    ("NotReadableError", "Could not start video source", "The camera could not be started", "camera_busy"),
    ("NotAllowedError", "", "The system blocks the camera", "camera_blocked"),  # allowed for the site
    ("AbortError", "", "The camera could not be started", "camera_busy"),
    ("NotFoundError", "", "No camera found", "camera_missing"),
]
FAILS = """{
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.failure = ["NotAllowedError", "Permission denied by system"];
  navigator.mediaDevices.getUserMedia = async (wish) => {
    if (!window.failure) return open(wish);
    const [name, message] = window.failure;
    throw new DOMException(message, name);
  };
}"""


def test_the_browsers_error_decides_the_reason_and_the_camera_is_tried_again(webcam, waves):
    context = webcam(SMILE)
    context.add_init_script(FAILS)
    page = join(context, waves)
    for name, message, title, state in ERRORS:
        page.evaluate("failure => { window.failure = failure; }", [name, message])
        part(page, "checkRetry").click()
        expect(part(page, "checkProblemTitle")).to_have_text(title)
        waves.expect_state(state)
    page.evaluate("window.failure = null")
    part(page, "checkRetry").click()
    expect(part(page, "faceFinding")).to_contain_text("Found")
    expect(page.locator("#check-title")).to_be_focused()  # the button is gone


# A camera on a cable, and the one that is built in.
CABLE = """{
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.plugged = true;
  window.builtIn = false;
  window.asked = 0;
  const device = (deviceId) => ({ kind: "videoinput", deviceId });
  navigator.mediaDevices.enumerateDevices = async () => [
    ...(window.plugged ? [device(window.cable)] : []),
    ...(window.builtIn ? [device("built-in")] : []),
  ];
  navigator.mediaDevices.getUserMedia = async (wish) => {
    window.asked += 1;
    const isThere = window.plugged || (window.builtIn && !wish.video.deviceId);
    if (!isThere) throw new DOMException("", "NotFoundError");
    const stream = await open({ video: true });
    window.track = stream.getVideoTracks()[0];
    window.cable = window.track.getSettings().deviceId;
    return stream;
  };
  window.plug = (plugged) => {
    window.plugged = plugged;
    if (!plugged) {
      window.track.stop();
      window.track.dispatchEvent(new Event("ended"));
    }
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  };
}"""


def with_cable(context: BrowserContext, waves) -> Page:
    context.add_init_script(CABLE)
    return attend(context, waves)


def test_a_camera_that_is_muted_ends_or_is_unplugged_is_explained_and_continues(webcam, waves):
    page = with_cable(webcam(SMILE), waves)
    page.evaluate("window.track.dispatchEvent(new Event('mute'))")
    expect(part(page, "gap")).to_contain_text("the system has stopped")
    expect(part(page, "gapHelp")).to_contain_text("privacy key")
    expect(part(page, "cameraState")).to_have_text("Camera on, not sending")
    waves.expect_state("camera_busy")
    page.evaluate("window.track.dispatchEvent(new Event('unmute'))")
    expect(part(page, "gap")).to_be_hidden()
    # Without a reason: it is opened again.
    page.evaluate("window.track.stop(); window.track.dispatchEvent(new Event('ended'))")
    expect_script(page, "window.asked === 2")
    expect_cameras_on(page, 1)
    expect(part(page, "cameraState")).to_have_text("Camera on")
    page.evaluate("plug(false)")
    expect(part(page, "gap")).to_contain_text("the camera was unplugged")
    expect(part(page, "gapHelp")).to_contain_text("Plug it in again")
    waves.expect_state("camera_missing")
    page.evaluate("plug(true)")
    expect(part(page, "cameraState")).to_have_text("Camera on")
    expect(part(page, "gap")).to_be_hidden()
    waves.expect_state("measuring")


def test_a_paused_camera_stays_off_and_no_other_one_replaces_an_unplugged_one(webcam, waves):
    page = with_cable(webcam(SMILE), waves)
    page.evaluate("plug(false)")
    expect(part(page, "gap")).to_contain_text("unplugged")
    page.evaluate("document.querySelector('[data-part=pause]').click()")
    page.evaluate("plug(true)")
    page.wait_for_timeout(500)
    assert page.evaluate(CAMERAS_ON) == 0
    part(page, "pause").click()
    expect(part(page, "cameraState")).to_have_text("Camera on")
    page.evaluate("window.builtIn = true; plug(false)")
    expect(part(page, "gap")).to_contain_text("the camera was unplugged")
    asked = page.evaluate("window.asked")
    page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    page.wait_for_timeout(500)
    assert page.evaluate("window.asked") == asked
    part(page, "retry").click()
    expect(part(page, "cameraState")).to_have_text("Camera on")


def test_a_camera_that_is_plugged_in_where_there_was_none_is_opened(webcam, waves):
    context = webcam(SMILE)
    context.add_init_script(CABLE + "window.plugged = false;")
    page = join(context, waves)
    expect(part(page, "checkProblemTitle")).to_have_text("No camera found")
    page.evaluate("plug(true)")
    expect(part(page, "faceFinding")).to_contain_text("Found")
