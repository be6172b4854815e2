"""Frozen cameras and photographs, which should be called still, and a live face, which should not."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from emotion.vision.reader import Reader
from emotion.vision.reference import FROZEN_AFTER, STILL_AFTER
from emotion.vision.stillness import StillnessTracker
from training.data.video import jpeg
from training.evaluation.trials.rows import Inputs, Row

PHOTOS = 10
SECONDS = 40  # one picture a second of each photo
SEED = 5
# Noise of the camera and flicker of the light, in grey levels, and when it should be called still (s).
CASES = (
    ("frozen camera", 0, 0, FROZEN_AFTER),
    ("frozen camera, light flickers by a grey level", 0, 1, FROZEN_AFTER),
    ("photo, camera noise of 4 grey levels", 4, 0, STILL_AFTER),
    ("photo, camera noise of 8 grey levels", 8, 0, STILL_AFTER),
    ("photo, camera noise of 12 grey levels, light flickers by 4", 12, 4, STILL_AFTER),
)


def rows(inputs: Inputs) -> Iterator[Row]:
    if not len(inputs.frames):
        return
    reader = Reader(inputs.recogniser)
    places = np.linspace(0, len(inputs.frames) - 1, PHOTOS).astype(int)
    for case, noise, flicker, after in CASES:
        found: list[str] = []
        for place in places:
            found += states(reader, _photo(inputs.frames[place], noise, flicker))[int(after) :]
        what = f"pictures from {after:.0f} s on"
        yield Row("still", case, what, dict(Counter(found).most_common()), None)
    # The video's frames are four a second.
    for case, step in (("a live face", 4), ("a live face, four times as slow", 1)):
        counts = Counter(states(reader, inputs.frames[::step]))
        yield Row("still", case, "video frames", dict(counts.most_common()), None)


def states(reader: Reader, pictures: Sequence[np.ndarray]) -> list[str]:
    """The face state of each of N frames that come a second apart, before the recogniser is asked."""
    tracker, observations = StillnessTracker(), reader.inspect(jpeg(picture) for picture in pictures)
    return [str(tracker.update(seen, float(second)).state) for second, seen in enumerate(observations)]


def _photo(picture: np.ndarray, noise: float, flicker: int) -> list[np.ndarray]:
    random = np.random.default_rng(SEED)
    return [
        np.clip(
            picture + random.normal(0, noise, picture.shape) + random.integers(-flicker, flicker + 1), 0, 255
        ).astype(np.uint8)
        for _ in range(SECONDS)
    ]
