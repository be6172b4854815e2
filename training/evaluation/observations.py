"""What the worker would answer for whole frames, and for faces that are already cropped."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from emotion.vision.labels import EXPRESSIONS
from emotion.vision.observation import Observation
from emotion.vision.reader import Reader
from emotion.vision.recogniser import Recogniser


def observe(recogniser: Recogniser, jpegs: Iterable[bytes]) -> list[Observation]:
    """The worker's observations of whole frames. Raises the error of a frame that cannot be read."""
    observations = _reader(recogniser).read(jpegs)
    for seen in observations:
        if seen.error:
            raise seen.error
    return observations


def observe_crops(recogniser: Recogniser, crops: np.ndarray) -> list[Observation]:
    """The worker's observations of aligned faces (N, S, S) uint8.

    All its checks are applied except those that need the frame around the face.
    """
    return _reader(recogniser).read_crops(crops)


def answers(observations: Sequence[Observation]) -> np.ndarray:
    """(N,) indices into EXPRESSIONS of what was read, -1 where nothing was."""
    return np.array(
        [EXPRESSIONS.index(seen.expression) if seen.expression else -1 for seen in observations], np.int64
    )


@lru_cache(maxsize=1)
def _reader(recogniser: Recogniser) -> Reader:
    """One for all questions: it loads three networks, which takes as long as to read ten faces."""
    return Reader(recogniser)
