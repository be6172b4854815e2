"""One set of aggregates for the live page, the report and the CSV.

In each bucket the class line is the mean over students of each student's own mean, so that nobody counts
more by sending more frames; a longer step is the mean of these, each weighted by the students it rests on.
Its band resamples students: the frames of one student are correlated.
"""

import math
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from django.conf import settings

from emotion.buckets import STEP_SECONDS, Cell, bucket_of
from emotion.labels import EXPRESSIONS

from . import coverage, sticky
from .blur import Blur
from .cells import Cells, Recent
from .coverage import Account
from .lines import ClassLine
from .seats import Seat
from .small_groups import are_enough, by_kind, may_count, smallest_group

BAND = (2.5, 97.5)  # percentiles: a 95 % band
RESAMPLES = 1000
SEED = 20
# A percentile bootstrap of 3 values covers the truth about 75 % of the time when it says 95 %: no band
# rather than a false one. Of 5 it covers about 83 %, of 10 about 90 % (docs/decisions.md).
SMALLEST_BAND = 5


def class_line(
    session_id: uuid.UUID,
    seats: Sequence[Seat],
    cells: Cells,
    *,
    first: int,
    last: int,
    accounts: Mapping[uuid.UUID, Account] | None = None,
) -> ClassLine:
    """The line from bucket `first` to bucket `last`, with the coverage of these accounts."""
    deciders = [seat for seat in seats if seat.consent_id is not None]
    grid = Grid(first * STEP_SECONDS, STEP_SECONDS, last - first + 1)
    scores, mixes = _read([cells.get(seat.consent_id, {}) for seat in deciders], grid)
    blur = Blur(session_id, smallest_group(deciders))
    line = _line(scores, mixes, deciders, grid, blur, first=first)
    if accounts is None:
        return line
    on, covered = _covered(deciders, accounts, grid, blur)
    return replace(line, on=on, covered=np.where(line.told_once, covered, np.nan))


def lines_now(seats: Sequence[Seat], found: dict[int, Recent], now: datetime) -> ClassLine:
    """A line of one step, the last STEP, over which `found` was read: of those among these seats, whose
    camera is on, who share their line. Who only counts in the class is left out, and perhaps measured."""
    deciders = [seat for seat in seats if seat.consent_id is not None]
    scores = np.full((len(deciders), 1), np.nan)
    mixes = np.full((len(deciders), 1, len(EXPRESSIONS)), np.nan)
    for row, seat in enumerate(deciders):
        own = found.get(seat.consent_id)
        if own and own.score is not None:
            scores[row, 0], mixes[row, 0] = own.score, own.probabilities
    own = np.array([seat.shares_own_line for seat in deciders], dtype=bool)[:, None]
    lines = own & ~np.isnan(scores)
    are_told = own.all() or lines.sum() >= settings.SMALLEST_GROUP
    return _exact(scores, mixes, lines | ~own, lines & are_told, own, bucket_of(now))


def class_spent(seats: Sequence[Seat], accounts: Mapping[uuid.UUID, Account], line: ClassLine) -> Account:
    """Everybody's seconds per bucket. Of those who only count in the class only what `line` tells of all of
    them together: the share that was measured, and no reason for the rest."""
    spent = coverage.spent_by_class(coverage.told_of(seat, accounts[seat.id]) for seat in seats)
    for index in np.flatnonzero(~np.isnan(line.covered)):
        seconds = spent.setdefault(line.first + index, Counter())
        for since_told in (coverage.CAMERA_ON, coverage.ERASED):
            seconds.pop(since_told, None)  # who withdrew is in what was told of the step
        measured = float(line.on[index] * line.covered[index])
        seconds[coverage.MEASURED] += measured
        seconds[coverage.UNTOLD] += float(line.on[index]) - measured
    return spent


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
    scores: np.ndarray, mixes: np.ndarray, seats: Sequence[Seat], grid: Grid, blur: Blur, *, first: int
) -> ClassLine:
    """Who may count is decided in each step."""
    own = np.array([seat.shares_own_line for seat in seats], dtype=bool)[:, None]
    back, on = _taken_back(seats, grid), _camera_on(seats, grid)
    measured = ~np.isnan(scores)
    on |= measured  # a reading may reach a step that the camera's state has just left
    ids, filmed = [seat.id for seat in seats], by_kind(on, own, back)
    told_once = are_enough(filmed, blur.smallest)
    drawn = blur.draws(first, sticky.group_keys(ids, measured & ~own), where=told_once)
    noise = sticky.COUNT * drawn[:, sticky.FOR_COUNT]
    everybody, only_own = may_count(by_kind(measured, own, back), filmed, noise, blur.smallest)
    counts = measured & (everybody | (only_own & own))
    scores = scores + sticky.offsets(ids)[:, None] * (~own & ~back)
    mixes = mixes + sticky.mix_offsets(ids)[:, None] * (~own & ~back)[..., None]
    line = _exact(scores, mixes, np.where(everybody | own, measured, on), counts, own, first)
    return blur.line(replace(line, told_once=told_once), drawn, on=(on & ~own).sum(axis=0))


def _exact(
    scores: np.ndarray,
    mixes: np.ndarray,
    measured: np.ndarray,
    counts: np.ndarray,
    own: np.ndarray,
    first: int,
) -> ClassLine:
    low, high = band(scores, counts)
    counted = counts.sum(axis=0)
    return ClassLine(
        first=first,
        step=STEP_SECONDS,
        mean=_mean(scores, counts),
        low=low,
        high=high,
        mix=_mean(mixes, counts[..., None]),
        measured=measured.sum(axis=0),
        counted=counted,
        hidden=measured.any(axis=0) & (counted == 0),
        group=(counts & ~own).sum(axis=0),
        told_once=np.zeros(len(counted), dtype=bool),
        on=np.zeros(len(counted)),
        covered=np.full(len(counted), np.nan),
    )


def _covered(
    seats: Sequence[Seat], accounts: Mapping[uuid.UUID, Account], grid: Grid, blur: Blur
) -> tuple[np.ndarray, np.ndarray]:
    """(T,) and (T,): for how long those who only count in the class had their camera on, and for what share
    of that they were measured; NaN where too few of them had it on."""
    class_only = [seat for seat in seats if seat.is_class_only]
    seconds, on = _seconds(class_only, accounts, grid)
    back = _taken_back(class_only, grid)
    told = np.flatnonzero(are_enough(by_kind(on > 0, np.zeros_like(back), back), blur.smallest))
    keys = sticky.group_keys([seat.id for seat in class_only], (on > 0)[:, told])
    buckets = int(grid.first // grid.step) + told
    covered = np.full(grid.steps, np.nan)
    covered[told] = blur.coverage(seconds[:, told], on[:, told], buckets, keys)
    return on.sum(axis=0), covered


def _seconds(seats: Sequence[Seat], accounts: Mapping[uuid.UUID, Account], grid: Grid) -> np.ndarray:
    """(2, N, T): how long each was measured in each step, and had their camera on."""
    found = np.zeros((2, len(seats), grid.steps))
    first = int(grid.first // grid.step)
    for row, seat in enumerate(seats):
        for bucket, spent in accounts[seat.id].items():
            if 0 <= bucket - first < grid.steps:
                on = sum(value for reason, value in spent.items() if reason in coverage.FROM_READINGS)
                found[:, row, bucket - first] = spent.get(coverage.MEASURED, 0.0), on
    return found


def _mean(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean over those students (axis 0) who count; NaN where nobody does."""
    total, n = np.where(counts, values, 0.0).sum(axis=0), counts.sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def band(scores: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Percentile bootstrap over students (rows) for each step (column); NaN under SMALLEST_BAND students.

    Seeded by the number of students alone: the same class gives the same band on screen and in the report.
    """
    low, high = np.full((2, scores.shape[1]), np.nan)
    n_counted = counts.sum(axis=0)
    for n in np.unique(n_counted[n_counted >= SMALLEST_BAND]):
        steps = np.flatnonzero(n_counted == n)
        own = scores[:, steps].T[counts[:, steps].T].reshape(len(steps), n)
        means = own @ _resamples(int(n)).T / n  # (steps, RESAMPLES)
        low[steps], high[steps] = np.percentile(means, BAND, axis=1)
    return low, high


@lru_cache(maxsize=8)  # each change of a live page asks for the few sizes that it asked for before
def _resamples(n: int) -> np.ndarray:
    """(RESAMPLES, n): how often each of n students is drawn."""
    draws = np.random.default_rng([SEED, n]).integers(n, size=(RESAMPLES, n))
    rows = np.arange(RESAMPLES)[:, None]
    return np.bincount((draws + rows * n).ravel(), minlength=RESAMPLES * n).reshape(RESAMPLES, n)
