"""Pictures that do not change, before a camera that does not move, and a face that lives."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from emotion.vision.faces import FaceReader
from emotion.vision.stillness import FROZEN_AFTER, STILL_AFTER, compared
from training.data.video import jpeg
from training.evaluation.trials.rows import Given, Row

PHOTOS, SECONDS = 10, 40  # of each photo a picture a second
SEED = 5
# Noise of the camera and flicker of the light, in grey levels, and the second from which it should be told.
CASES = (
    ("frozen camera", 0, 0, FROZEN_AFTER),
    ("frozen camera, light flickers by a grey level", 0, 1, FROZEN_AFTER),
    ("photo, camera noise of 4 grey levels", 4, 0, STILL_AFTER),
    ("photo, camera noise of 8 grey levels", 8, 0, STILL_AFTER),
    ("photo, camera noise of 12 grey levels, light flickers by 4", 12, 4, STILL_AFTER),
)


def rows(given: Given) -> Iterator[Row]:
    if not len(given.frames):
        return
    reader = FaceReader(crop_size=given.recogniser.input_size)
    places = np.linspace(0, len(given.frames) - 1, PHOTOS).astype(int)
    for case, noise, flicker, after in CASES:
        told: list[str] = []
        for place in places:
            told += states(reader, _photo(given.frames[place], noise, flicker))[int(after) :]
        what = f"pictures from {after:.0f} s on"
        yield Row("still", case, what, dict(Counter(told).most_common()), None)
    for case, frames in _live(given.frames):
        told = dict(Counter(states(reader, frames)).most_common())
        yield Row("still", case, "video frames", told, None)


def states(reader: FaceReader, pictures: Sequence[np.ndarray]) -> list[str]:
    """The face state of each of N frames that come a second apart, before the recogniser is asked."""
    reference, told = None, []
    for second, picture in enumerate(pictures):
        view, reference = compared(reader.view(jpeg(picture)), float(second), reference)
        told.append(view.state.value)
    return told


def _photo(picture: np.ndarray, noise: float, flicker: int) -> list[np.ndarray]:
    random = np.random.default_rng(SEED)
    return [
        np.clip(
            picture + random.normal(0, noise, picture.shape) + random.integers(-flicker, flicker + 1), 0, 255
        ).astype(np.uint8)
        for _ in range(SECONDS)
    ]


def _live(frames: Sequence[np.ndarray]) -> Iterator[tuple[str, Sequence[np.ndarray]]]:
    """Yields (case, frames); the video's frames are four a second."""
    yield "a live face", frames[::4]
    yield "a live face, four times as slow", frames
