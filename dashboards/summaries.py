"""One set of aggregates for the live page, the report and the CSV; the smallest-group rule lives here alone.

The class line is the mean over students of each student's own mean, so that nobody counts more by sending
more frames. Its band resamples students: the frames of one student are correlated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings

from emotion.labels import EXPRESSIONS

from .buckets import STEP_SECONDS, Cell, Cells
from .seats import Seat

TOO_FEW = "too few to show"

BAND = (2.5, 97.5)  # percentiles: a 95 % band
RESAMPLES = 1000
SEED = 20
# A percentile bootstrap of 3 values covers the truth about 75 % of the time when it says 95 %: no band
# rather than a false one. Of 5 it covers about 83 %, of 10 about 90 % (docs/decisions.md).
SMALLEST_BAND = 5


@dataclass(frozen=True)
class ClassLine:
    """Arrays over buckets; NaN where there is nothing to show."""

    first: int  # the first bucket
    step: int  # seconds
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    mix: np.ndarray  # (T, 8) mean of student mean probabilities
    measured: np.ndarray  # students with a score
    counted: np.ndarray  # students whom `mean` holds
    hidden: np.ndarray  # somebody was measured, but too few to show

    def __len__(self) -> int:
        return len(self.mean)

    def start(self, index: int) -> int:
        """Seconds since 1970."""
        return (self.first + index) * self.step

    def point(self, index: int) -> dict:
        """One step for JSON: whoever may not be shown is not in it."""
        if self.hidden[index]:
            values = {"hidden": TOO_FEW}
        else:
            values = {
                "mean": _share(self.mean[index]),
                "low": _share(self.low[index]),
                "high": _share(self.high[index]),
                "mix": [_share(value) for value in self.mix[index]] if self.counted[index] else None,
            }
        return {"measured": int(self.measured[index]), "counted": int(self.counted[index]), **values}

    @property
    def points(self) -> list[dict]:
        return [{"at": self.start(index) * 1000, **self.point(index)} for index in range(len(self))]


def _share(value: float) -> float | None:
    """Three decimals: a tenth of a percent is finer than anything here means."""
    return None if np.isnan(value) else round(float(value), 3)


def may_count(own_lines: np.ndarray, class_only: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The smallest-group rule: (count everybody, count those who share their own line), for each step.

    Own lines are on the same page: whoever knows them can subtract them from a class mean. What is left is
    the mean of the class-only students, so they must be SMALLEST_GROUP themselves. Fewer are left out, and
    the class is those who share their line: any number where no class-only student is measured, otherwise
    SMALLEST_GROUP, or it is no class.
    """
    everybody = (class_only == 0) | (class_only >= settings.SMALLEST_GROUP)
    only_own = ~everybody & (own_lines >= settings.SMALLEST_GROUP)
    return everybody, only_own


def class_line(seats: Sequence[Seat], cells: Cells, *, first: int, last: int, merge: int = 1) -> ClassLine:
    """The line from bucket `first` to bucket `last`, `merge` buckets to a step."""
    begin, steps = first // merge, last // merge - first // merge + 1
    measured_seats = [seat for seat in seats if seat.consent_id in cells]
    scores = np.full((len(measured_seats), steps), np.nan)
    mixes = np.full((len(measured_seats), steps, len(EXPRESSIONS)), np.nan)
    for row, seat in enumerate(measured_seats):
        _fill(scores[row], mixes[row], cells[seat.consent_id], begin, merge)
    own = np.array([seat.shares_own_line for seat in measured_seats], dtype=bool)
    return _line(scores, mixes, own, begin, merge * STEP_SECONDS)


def class_now(seats: Sequence[Seat], cells: dict[int, Cell]) -> ClassLine:
    """A line of one step: whatever period the cells were made over."""
    return class_line(seats, {consent: {0: cell} for consent, cell in cells.items()}, first=0, last=0)


def _fill(scores: np.ndarray, mixes: np.ndarray, cells: dict[int, Cell], begin: int, merge: int) -> None:
    """One student's means; where several buckets make a step, each weighs as many readings as it holds."""
    seen = np.zeros(len(scores))
    sums, mix_sums = np.zeros(len(scores)), np.zeros(mixes.shape)
    for bucket, cell in cells.items():
        step = bucket // merge - begin
        if cell.score is None or not 0 <= step < len(scores):
            continue
        weight = cell.faces["seen"]
        seen[step] += weight
        sums[step] += weight * cell.score
        mix_sums[step] += weight * np.asarray(cell.probabilities)
    there = seen > 0
    scores[there] = sums[there] / seen[there]
    mixes[there] = mix_sums[there] / seen[there, None]


def _line(scores: np.ndarray, mixes: np.ndarray, own: np.ndarray, begin: int, step: int) -> ClassLine:
    measured = ~np.isnan(scores)
    own_lines, class_only = measured[own].sum(axis=0), measured[~own].sum(axis=0)
    everybody, only_own = may_count(own_lines, class_only)
    counts = measured & (everybody | (only_own & own[:, None]))
    counted = counts.sum(axis=0)
    low, high = band(scores, counts)
    return ClassLine(
        first=begin,
        step=step,
        mean=_mean(scores, counts),
        low=low,
        high=high,
        mix=_mean(mixes, counts),
        measured=measured.sum(axis=0),
        counted=counted,
        hidden=measured.any(axis=0) & (counted == 0),
    )


def _mean(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean over students (axis 0) of those that count; NaN where none does."""
    weights = counts.reshape(counts.shape + (1,) * (values.ndim - 2))
    n = weights.sum(axis=0)
    return np.where(n > 0, np.where(weights, values, 0.0).sum(axis=0) / np.maximum(n, 1), np.nan)


def band(scores: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Percentile bootstrap over students (rows) for each step (column); NaN under SMALLEST_BAND students.

    Seeded by the number of students alone: the same class gives the same band on screen and in the report.
    """
    low, high = np.full((2, scores.shape[1]), np.nan)
    n_counted = counts.sum(axis=0)
    for n in np.unique(n_counted[n_counted >= SMALLEST_BAND]):
        steps = np.flatnonzero(n_counted == n)
        values = scores[:, steps].T[counts[:, steps].T].reshape(len(steps), n)  # (steps, n)
        means = values @ _resamples(int(n)).T / n  # (steps, RESAMPLES)
        low[steps], high[steps] = np.percentile(means, BAND, axis=1)
    return low, high


def _resamples(n: int) -> np.ndarray:
    """(RESAMPLES, n): how often each of n students is drawn."""
    draws = np.random.default_rng([SEED, n]).integers(n, size=(RESAMPLES, n))
    rows = np.arange(RESAMPLES)[:, None]
    return np.bincount((draws + rows * n).ravel(), minlength=RESAMPLES * n).reshape(RESAMPLES, n)
