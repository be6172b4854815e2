"""Buckets of ten seconds, counted since 1970, and the summary of one participant's readings in each.

All pages and exports use the same buckets, so that a class has the same numbers everywhere and nobody learns
more by comparing two grids. A bucket is longer than SLOWEST_FRAME_INTERVAL, so that a student who is asked
for fewer frames still has a reading in each.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from emotion.vision.labels import EXPRESSIONS

STEP = timedelta(seconds=10)
STEP_SECONDS = int(STEP.total_seconds())

# The columns of a reading that `summarise` takes, in this order.
SUMMARISED = ("taken_at", "face", "engagement_version", "score", *EXPRESSIONS)


def bucket_of(moment: datetime | float) -> int:
    seconds = moment.timestamp() if isinstance(moment, datetime) else moment
    return int(seconds // STEP_SECONDS)


def bucket_start(bucket: int) -> datetime:
    return datetime.fromtimestamp(bucket * STEP_SECONDS, UTC)


class Cell(NamedTuple):
    """The summary of one participant's readings in a stretch of time."""

    # Times of the first and the last reading, in seconds since 1970.
    first: float
    last: float
    # Number of readings per face state.
    faces: dict[str, int]
    # Means over the readings of a seen face, probabilities in the order of EXPRESSIONS; None without one.
    score: float | None
    probabilities: tuple[float, ...] | None
    # Version of the formula that made the score.
    engagement_version: str = ""

    @property
    def expression(self) -> str | None:
        """The expression with the highest mean probability."""
        if self.probabilities is None:
            return None
        return EXPRESSIONS[max(range(len(EXPRESSIONS)), key=self.probabilities.__getitem__)]


def summarise(readings: Sequence[tuple]) -> Cell:
    """Summarise one or more readings, given as rows of SUMMARISED with times in seconds since 1970.

    Where two versions of the formula made them, the means are over those of the version of the last reading.
    """
    times, faces, *_ = zip(*readings, strict=True)
    *_, (_at, _face, version, *_values) = sorted(readings, key=itemgetter(0))
    means = mean_of_read([values for _at, _face, made_by, *values in readings if made_by == version])
    return Cell(min(times), max(times), dict(Counter(faces)), *means, version)


def mean_of_read(readings: Iterable[Sequence]) -> tuple[float | None, tuple[float, ...] | None]:
    """Return mean score and mean probabilities of the rows (score, *probabilities) that have a score."""
    read = [values for values in readings if values[0] is not None]
    if not read:
        return None, None
    score, *probabilities = (sum(column) / len(read) for column in zip(*read, strict=True))
    return score, tuple(probabilities)
