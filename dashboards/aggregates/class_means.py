"""The class line of a session's steps, and of now: one computation for the live page, the report and the CSV.

In each bucket the class line is the mean over students of each student's own mean, so that nobody counts
more by sending more frames; a longer step is the mean of these, each weighted by the students it rests on.
"""

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from django.conf import settings

from emotion.buckets import STEP_SECONDS, bucket_of
from emotion.vision.labels import EXPRESSIONS

from . import coverage, sticky_noise
from .arrays import Bools, Floats
from .blur import Blur
from .bootstrap import band
from .class_line import ClassLine
from .readings import Cells, Newest, cells_of
from .roster import RosterEntry
from .small_groups import are_enough, group_sizes, may_count, smallest_group
from .time_table import COLUMN_OF, OF_READINGS, TimeUse, together

TimeUses = Mapping[uuid.UUID, TimeUse]
"""By participant."""


class Grid(NamedTuple):
    """Buckets one after another."""

    first: int
    steps: int

    @property
    def begin(self) -> int:
        """Seconds since 1970."""
        return self.first * STEP_SECONDS

    @property
    def end(self) -> int:
        return (self.first + self.steps) * STEP_SECONDS


def class_line(
    session_id: uuid.UUID,
    roster: Sequence[RosterEntry],
    cells: Cells,
    *,
    first: int,
    last: int,
    time_uses: TimeUses | None = None,
) -> ClassLine:
    """The line from bucket `first` to bucket `last`, with coverage where `time_uses` are given."""
    deciders = [entry for entry in roster if entry.consent_id is not None]
    grid = Grid(first, last - first + 1)
    blur = Blur(session_id, smallest_group(deciders))
    line = _line(*_scores(deciders, cells, grid), deciders, grid, blur)
    if time_uses is None:
        return line
    on, covered = _covered(deciders, time_uses, grid, blur)
    return replace(line, on=on, covered=np.where(line.published_once, covered, np.nan))


def line_now(roster: Sequence[RosterEntry], found: Mapping[uuid.UUID, Newest], now: float) -> ClassLine:
    """A line of one step, the current one, of students in `roster` who share their line.

    The cameras of all in `roster` are on; `found` has their newest readings. Class-only students are left out
    of the numbers and counted as measured.
    """
    deciders = [entry for entry in roster if entry.consent_id is not None]
    scores = np.full((len(deciders), 1), np.nan)
    mixes = np.full((len(deciders), 1, len(EXPRESSIONS)), np.nan)
    for row, entry in enumerate(deciders):
        newest = found.get(entry.id)
        if newest and newest.score is not None:
            scores[row, 0], mixes[row, 0] = newest.score, newest.probabilities
    own = _own_lines(deciders)
    lines = own & ~np.isnan(scores)
    may_show = own.all() or lines.sum() >= settings.SMALLEST_GROUP
    return _exact(scores, mixes, lines | ~own, lines & may_show, own, bucket_of(now))


def class_use(roster: Sequence[RosterEntry], time_uses: TimeUses, line: ClassLine) -> TimeUse:
    """Everybody's seconds by bucket.

    Of class-only students it has only what `line` says of all of them together: the share that was measured,
    and no reason for the rest.
    """
    used = together(time_uses[entry.id].published(entry) for entry in roster).covering(line.first, len(line))
    shown = np.flatnonzero(~np.isnan(line.covered))
    seconds = used.seconds[line.first - used.first :][shown]
    # A student who withdrew since is in what was published of the step.
    seconds[:, [COLUMN_OF[coverage.CAMERA_ON], COLUMN_OF[coverage.ERASED]]] = 0.0
    measured = line.on[shown] * line.covered[shown]
    seconds[:, COLUMN_OF[coverage.MEASURED]] += measured
    seconds[:, COLUMN_OF[coverage.NOT_GIVEN]] += line.on[shown] - measured
    used.seconds[line.first - used.first + shown] = seconds
    return used


def _own_lines(roster: Sequence[RosterEntry]) -> Bools:
    """(N, 1)."""
    return np.array([entry.shares_own_line for entry in roster], dtype=bool)[:, None]


def _camera_on(roster: Sequence[RosterEntry], grid: Grid) -> Bools:
    """(N, T): whose camera was on at some time in the step."""
    on = np.zeros((len(roster), grid.steps), dtype=bool)
    for row, entry in enumerate(roster):
        for begin, end in entry.camera_on(until=grid.end):
            if end > grid.begin:
                start = max(0, int((begin - grid.begin) // STEP_SECONDS))
                on[row, start : math.ceil((end - grid.begin) / STEP_SECONDS)] = True
    return on


def _taken_back(roster: Sequence[RosterEntry], grid: Grid) -> Bools:
    """(N, T): whose line was shown at some time in the step, and is not any more."""
    shown = np.zeros((len(roster), grid.steps), dtype=bool)
    begins = grid.begin + STEP_SECONDS * np.arange(grid.steps)
    for row, entry in enumerate(roster):
        if entry.shown:
            begin, end = entry.shown
            shown[row] = (begin < begins + STEP_SECONDS) & (begins < end)
    return shown


def _scores(deciders: Sequence[RosterEntry], cells: Cells, grid: Grid) -> tuple[Floats, Floats]:
    """Each student's score (N, T) and mix (N, T, 8) in each bucket of the grid; NaN where there is none."""
    scores = np.full((len(deciders), grid.steps), np.nan)
    mixes = np.full((len(deciders), grid.steps, len(EXPRESSIONS)), np.nan)
    for row, entry in enumerate(deciders):
        table = cells_of(cells, entry).within(grid.first, grid.first + grid.steps - 1).table
        steps = table["bucket"] - grid.first
        scores[row, steps], mixes[row, steps] = table["score"], table["probabilities"]
    return scores, mixes


def _line(scores: Floats, mixes: Floats, roster: Sequence[RosterEntry], grid: Grid, blur: Blur) -> ClassLine:
    """Who may count is decided in each step."""
    own, back, on = _own_lines(roster), _taken_back(roster, grid), _camera_on(roster, grid)
    measured = ~np.isnan(scores)
    # A reading may reach a step that the camera's state has just left.
    on |= measured
    ids, filmed = [entry.id for entry in roster], group_sizes(on, own, back)
    published_once = are_enough(filmed, blur.smallest_group)
    drawn = blur.draws(grid.first, sticky_noise.group_keys(ids, measured & ~own), where=published_once)
    noise = sticky_noise.COUNT * drawn[:, sticky_noise.FOR_COUNT]
    everybody, only_own = may_count(group_sizes(measured, own, back), filmed, noise, blur.smallest_group)
    counts = measured & (everybody | (only_own & own))
    scores = scores + sticky_noise.offsets(ids)[:, None] * (~own & ~back)
    mixes = mixes + sticky_noise.mix_offsets(ids)[:, None] * (~own & ~back)[..., None]
    line = _exact(scores, mixes, np.where(everybody | own, measured, on), counts, own, grid.first)
    return blur.line(replace(line, published_once=published_once), drawn, on=(on & ~own).sum(axis=0))


def _exact(
    scores: Floats, mixes: Floats, measured: Bools, counts: Bools, own: Bools, first: int
) -> ClassLine:
    """The line before any blur."""
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
        class_only=(counts & ~own).sum(axis=0),
        published_once=np.zeros(len(counted), dtype=bool),
        on=np.zeros(len(counted)),
        covered=np.full(len(counted), np.nan),
    )


def _mean(values: Floats, counts: Bools) -> Floats:
    """Mean over those students (axis 0) who count; NaN where nobody does."""
    total, n = np.where(counts, values, 0.0).sum(axis=0), counts.sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _covered(
    roster: Sequence[RosterEntry], time_uses: TimeUses, grid: Grid, blur: Blur
) -> tuple[Floats, Floats]:
    """Two arrays (T,): the seconds for which class-only students had their camera on, and the share of these
    for which they were measured, NaN where too few had it on.
    """
    class_only = [entry for entry in roster if entry.is_class_only]
    seconds, on = _seconds(class_only, time_uses, grid)
    back = _taken_back(class_only, grid)
    sizes = group_sizes(on > 0, np.zeros_like(back), back)
    shown = np.flatnonzero(are_enough(sizes, blur.smallest_group))
    keys = sticky_noise.group_keys([entry.id for entry in class_only], (on > 0)[:, shown])
    covered = np.full(grid.steps, np.nan)
    covered[shown] = blur.coverage(seconds[:, shown], on[:, shown], grid.first + shown, keys)
    return on.sum(axis=0), covered


def _seconds(roster: Sequence[RosterEntry], time_uses: TimeUses, grid: Grid) -> tuple[Floats, Floats]:
    """(N, T) and (N, T): for how long each was measured in each step, and had their camera on."""
    measured, on = np.zeros((2, len(roster), grid.steps))
    for row, entry in enumerate(roster):
        spent = time_uses[entry.id].within(grid.first, grid.steps)
        measured[row], on[row] = spent[:, COLUMN_OF[coverage.MEASURED]], spent[:, OF_READINGS].sum(axis=1)
    return measured, on
