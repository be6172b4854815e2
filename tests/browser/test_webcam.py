"""The fake webcam itself, on which all other browser tests rely."""

from tests.browser.clips import Scene, empty_room
from tests.waiting import expect_true

BRIGHTNESS = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({video: {width: 320, height: 240}});
  const video = Object.assign(document.createElement("video"), {srcObject: stream, muted: true});
  await video.play();
  const canvas = new OffscreenCanvas(32, 24), context = canvas.getContext("2d"), seen = [];
  for (let n = 0; n < 12; n++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    context.drawImage(video, 0, 0, 32, 24);
    const pixels = context.getImageData(0, 0, 32, 24).data;
    seen.push(pixels.reduce((sum, value) => sum + value, 0) / pixels.length);
  }
  return seen;
}"""


def test_the_fake_webcam_plays_its_scenes(webcam, stack):
    page = webcam(Scene(12, 13), empty_room(1)).new_page()
    page.goto(f"{stack.url}/health/")
    expect_true(lambda: spread(page.evaluate(BRIGHTNESS)) > 20)


def spread(values: list[float]) -> float:
    return max(values) - min(values)
