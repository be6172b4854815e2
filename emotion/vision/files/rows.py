"""The pictures of a file, each with what the worker would observe, and that as a row of a table."""

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np

from emotion.vision.engagement import ENGAGEMENT_VERSION
from emotion.vision.labels import EXPRESSIONS
from emotion.vision.observation import Observation
from emotion.vision.pixels import as_frame
from emotion.vision.reader import Reader
from emotion.vision.recogniser import CHUNK
from emotion.vision.states import FaceState
from emotion.vision.stillness import StillnessTracker

COLUMNS = (
    "seconds",
    "face",
    "facing",
    "expression",
    "unsure",
    *EXPRESSIONS,
    "engagement",
    "recogniser_version",
    "engagement_version",
)


def observed(
    pictures: Iterable[tuple[float, np.ndarray]], reader: Reader
) -> Iterator[tuple[float, np.ndarray, Observation]]:
    """Yields (seconds, picture, observation) in order, a batch at a time in memory.

    pictures: (seconds, (H, W, 3) BGR uint8) of one camera. Raises BadFrame where a picture is too small, and
    whatever a library raised because of one.
    """
    timed, tracker = iter(pictures), StillnessTracker()
    while some := list(islice(timed, CHUNK)):
        shown = list(reader.inspect(as_frame(picture) for _, picture in some))
        shown = [tracker.update(seen, seconds) for (seconds, _), seen in zip(some, shown, strict=True)]
        for (seconds, picture), seen in zip(some, reader.recognise(shown), strict=True):
            if seen.error:
                raise seen.error
            yield seconds, picture, seen


def row(seconds: float, seen: Observation, recogniser_version: str) -> list[str]:
    """A row in the order of COLUMNS. Too weak for an expression, probabilities are there all the same."""
    probabilities = [""] * len(EXPRESSIONS)
    if seen.probabilities is not None:
        probabilities = [f"{share:.4f}" for share in seen.probabilities]
    return [
        f"{seconds:.3f}",
        str(seen.state),
        str(seen.facing or ""),
        seen.expression or "",
        "yes" if seen.state == FaceState.UNSURE else "no",
        *probabilities,
        "" if seen.score is None else f"{seen.score:.4f}",
        recogniser_version,
        ENGAGEMENT_VERSION,
    ]
