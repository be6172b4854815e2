"""Buckets of ten seconds, counted since 1970, and what one participant's readings say about each.

One step everywhere: the same class has one number, and nothing is learnt by laying two grids over each other.
Longer than SLOWEST_FRAME_INTERVAL: who is slowed down still has a reading in each.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from emotion.vision.labels import EXPRESSIONS

STEP = timedelta(seconds=10)
STEP_SECONDS = int(STEP.total_seconds())

# The columns of a reading that `summarise` takes, in its order.
SUMMARISED = ("taken_at", "face", "engagement_version", "score", *EXPRESSIONS)


def bucket_of(moment: datetime | float) -> int:
    seconds = moment.timestamp() if isinstance(moment, datetime) else moment
    return int(seconds // STEP_SECONDS)


def bucket_start(bucket: int) -> datetime:
    return datetime.fromtimestamp(bucket * STEP_SECONDS, UTC)


class Cell(NamedTuple):
    """What one participant's readings say about a stretch of time."""

    first: float  # seconds since 1970
    last: float
    faces: dict[str, int]  # readings per face state
    score: float | None  # mean of the readings that have one: a seen face
    probabilities: tuple[float, ...] | None  # the same, in the order of EXPRESSIONS
    engagement_version: str = ""  # by which that score was made

    @property
    def expression(self) -> str | None:
        """The expression with the highest mean probability."""
        if self.probabilities is None:
            return None
        return EXPRESSIONS[max(range(len(EXPRESSIONS)), key=self.probabilities.__getitem__)]


def summarise(readings: Sequence[tuple]) -> Cell:
    """The cell of one or more readings, each as SUMMARISED, with seconds since 1970. Where two versions of
    the formula made them, its means are those of the version that made the last."""
    times, faces, *_ = zip(*readings, strict=True)
    *_, (_at, _face, version, *_values) = sorted(readings, key=itemgetter(0))
    means = mean_of_read([values for _at, _face, made_by, *values in readings if made_by == version])
    return Cell(min(times), max(times), dict(Counter(faces)), *means, version)


def mean_of_read(readings: Iterable[Sequence]) -> tuple[float | None, tuple[float, ...] | None]:
    """Mean score and probabilities of those readings (score, *probabilities) that have them."""
    read = [values for values in readings if values[0] is not None]
    if not read:
        return None, None
    score, *probabilities = (sum(column) / len(read) for column in zip(*read, strict=True))
    return score, tuple(probabilities)
