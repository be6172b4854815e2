"""One set of aggregates for the live page, the report and the CSV.

In each bucket the class line is the mean over students of each student's own mean, so that nobody counts
more by sending more frames; a longer step is the mean of these, each weighted by the students it rests on.
Its band resamples students: the frames of one student are correlated.
"""

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from emotion.buckets import STEP, STEP_SECONDS, Cell
from emotion.labels import EXPRESSIONS

from . import coverage
from .cells import Cells, Recent
from .coverage import Account
from .seats import Seat
from .small_groups import TOO_FEW, by_kind, may_be_told, may_count, smallest_group, steps_of_few

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
    mix: np.ndarray  # (T, 8) the same of the probabilities
    measured: np.ndarray  # students with a score; of too few that only count in the class, all with camera on
    counted: np.ndarray  # students whom `mean` holds
    hidden: np.ndarray  # somebody may have been measured, but too few to show

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
                "mix": _shares(self.mix[index]) if self.counted[index] else None,
            }
        return {"measured": int(self.measured[index]), "counted": int(self.counted[index]), **values}

    @property
    def points(self) -> list[dict]:
        return [{"at": self.start(index) * 1000, **self.point(index)} for index in range(len(self))]


def _share(value: float) -> float | None:
    """Whole percents. Finer, a class number before and after somebody came or withdrew would tell theirs."""
    return None if np.isnan(value) else round(float(value), 2)


def _shares(values: np.ndarray) -> list[float]:
    """The same of parts of a whole: the largest takes what rounding leaves."""
    percents = np.round(100 * values)
    percents[values.argmax()] += 100 - percents.sum()
    return (percents / 100).tolist()


def class_line(seats: Sequence[Seat], cells: Cells, *, first: int, last: int, merge: int = 1) -> ClassLine:
    """The line from bucket `first` to bucket `last`, `merge` buckets to a step; steps begin where one does
    that is counted since 1970."""
    begin, steps = first // merge, last // merge - first // merge + 1
    grid = Grid(begin * merge * STEP_SECONDS, STEP_SECONDS, steps * merge)
    return _class_line(seats, cells, grid, begin=begin, merge=merge)


def whole_class(seats: Sequence[Seat], cells: Cells, *, first: int, last: int) -> dict:
    """One point over all of these buckets."""
    steps = last - first + 1
    grid = Grid(first * STEP_SECONDS, STEP_SECONDS, steps)
    return _class_line(seats, cells, grid, begin=0, merge=steps).point(0)


def _class_line(seats: Sequence[Seat], cells: Cells, grid: "Grid", *, begin: int, merge: int) -> ClassLine:
    deciders = [seat for seat in seats if seat.consent_id is not None]
    scores, mixes = _read([cells.get(seat.consent_id, {}) for seat in deciders], grid)
    return _line(scores, mixes, deciders, grid, begin=begin, merge=merge)


def class_now(seats: Sequence[Seat], found: dict[int, Recent], now: datetime) -> ClassLine:
    """A line of one step, the last STEP, over which `found` was read."""
    deciders = [seat for seat in seats if seat.consent_id is not None]
    scores = np.full((len(deciders), 1), np.nan)
    mixes = np.full((len(deciders), 1, len(EXPRESSIONS)), np.nan)
    for row, seat in enumerate(deciders):
        own = found.get(seat.consent_id)
        if own and own.score is not None:
            scores[row, 0], mixes[row, 0] = own.score, own.probabilities
    grid = Grid((now - STEP).timestamp(), STEP_SECONDS, steps=1)
    return _line(scores, mixes, deciders, grid, begin=0)


def class_spent(seats: Sequence[Seat], accounts: Mapping[uuid.UUID, Account]) -> Account:
    """Everybody's seconds per bucket. Where too few that only count in the class have their camera on, their
    seconds say only that: own lines are shown, and what remains of the sum would be theirs."""
    few = steps_of_few([seat for seat in seats if seat.is_class_only], accounts)

    def told(seat: Seat) -> Account:
        spent = accounts[seat.id]
        if not (seat.is_class_only and few):
            return spent
        return {
            bucket: coverage.without_readings(seconds) if bucket in few else seconds
            for bucket, seconds in spent.items()
        }

    return coverage.spent_by_class(told(seat) for seat in seats)


class Grid(NamedTuple):
    """Steps of equal length, in seconds since 1970."""

    first: float
    step: float
    steps: int


def _camera_on(seats: Sequence[Seat], grid: Grid) -> np.ndarray:
    """(students, steps): whose camera was on at some time in the step."""
    on = np.zeros((len(seats), grid.steps), dtype=bool)
    end = grid.first + grid.step * grid.steps
    for row, seat in enumerate(seats):
        for begin, stop in seat.camera_on(until=end):
            if stop > grid.first:
                start = max(0, int((begin - grid.first) // grid.step))
                on[row, start : math.ceil((stop - grid.first) / grid.step)] = True
    return on


def _taken_back(seats: Sequence[Seat], grid: Grid) -> np.ndarray:
    """(students, steps): whose line was shown at some time in the step, and is not any more."""
    shown = np.zeros((len(seats), grid.steps), dtype=bool)
    begins = grid.first + grid.step * np.arange(grid.steps)
    for row, seat in enumerate(seats):
        if seat.shown:
            shown[row] = (seat.shown[0] < begins + grid.step) & (begins < seat.shown[1])
    return shown


def _read(cells: Sequence[dict[int, Cell]], grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Each student's score (N, T) and mix (N, T, 8) in each bucket of the grid; NaN where there is none."""
    scores = np.full((len(cells), grid.steps), np.nan)
    mixes = np.full((len(cells), grid.steps, len(EXPRESSIONS)), np.nan)
    first = int(grid.first // grid.step)
    for row, own in enumerate(cells):
        for bucket, cell in own.items():
            if cell.score is not None and 0 <= bucket - first < grid.steps:
                scores[row, bucket - first], mixes[row, bucket - first] = cell.score, cell.probabilities
    return scores, mixes


def _line(
    scores: np.ndarray,
    mixes: np.ndarray,
    seats: Sequence[Seat],
    grid: Grid,
    *,
    begin: int,
    merge: int = 1,
) -> ClassLine:
    """Who may count is decided in each bucket, before `merge` of them become a step: a step says nothing that
    cannot be worked out from its buckets, so that nothing is learnt by subtracting these from it."""
    own = np.array([seat.shares_own_line for seat in seats], dtype=bool)[:, None]
    back = _taken_back(seats, grid)
    smallest = smallest_group(seats)
    measured = may_be_told(~np.isnan(scores), _camera_on(seats, grid), own, back, smallest)
    everybody, only_own = may_count(*by_kind(measured, own, back), smallest)
    counts = measured & (everybody | (only_own & own))
    measured = _merged(measured, merge).any(axis=2)
    weights = _merged(counts, merge).sum(axis=2)
    sums = _merged(np.where(counts, scores, 0.0), merge).sum(axis=2)
    mixes = _merged(np.where(counts[..., None], mixes, 0.0), merge).sum(axis=2)
    counted = (weights > 0).sum(axis=0)
    low, high = band(sums, weights)
    return ClassLine(
        first=begin,
        step=grid.step * merge,
        mean=_mean(sums, weights),
        low=low,
        high=high,
        mix=_mean(mixes, weights[..., None]),
        measured=measured.sum(axis=0),
        counted=counted,
        hidden=measured.any(axis=0) & (counted == 0),
    )


def _merged(values: np.ndarray, merge: int) -> np.ndarray:
    """(N, T, ...) -> (N, T / merge, merge, ...)"""
    students, buckets, *rest = values.shape
    return values.reshape(students, buckets // merge, merge, *rest)


def _mean(sums: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean over the buckets of all students (axis 0); NaN where none counts."""
    total, n = sums.sum(axis=0), weights.sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def band(sums: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Percentile bootstrap over students (rows) for each step (column); NaN under SMALLEST_BAND students.

    A student is drawn with all their buckets: their `sums` of scores and `weights`, how many these are.
    Seeded by the number of students alone: the same class gives the same band on screen and in the report.
    """
    low, high = np.full((2, sums.shape[1]), np.nan)
    counts = weights > 0
    n_counted = counts.sum(axis=0)
    for n in np.unique(n_counted[n_counted >= SMALLEST_BAND]):
        steps = np.flatnonzero(n_counted == n)
        totals, buckets = (
            part[:, steps].T[counts[:, steps].T].reshape(len(steps), n) @ _resamples(int(n)).T
            for part in (sums, weights)
        )  # (steps, RESAMPLES)
        low[steps], high[steps] = np.percentile(totals / buckets, BAND, axis=1)
    return low, high


@lru_cache(maxsize=8)  # each change of a live page asks for the few sizes that it asked for before
def _resamples(n: int) -> np.ndarray:
    """(RESAMPLES, n): how often each of n students is drawn."""
    draws = np.random.default_rng([SEED, n]).integers(n, size=(RESAMPLES, n))
    rows = np.arange(RESAMPLES)[:, None]
    return np.bincount((draws + rows * n).ravel(), minlength=RESAMPLES * n).reshape(RESAMPLES, n)
