"""Each student's last minute against their own usual: never against other students.

It is said only of students who share their own line, and only where most of the minute has data.
"""

import math
import uuid
from collections import deque
from dataclasses import dataclass, field
from statistics import fmean
from typing import TypedDict

import numpy as np

from emotion.buckets import STEP_SECONDS

from .arrays import Floats
from .lasting import Lasting
from .own_cells import OwnCells

MINUTE_STEPS = 60 // STEP_SECONDS
# Fewer steps with data say more about the moment than about the minute.
FEWEST_STEPS = 4
# One student's minute varies about twice as much as a class's (dashboards/aggregates/trend.py).
DIFFERS_BY, BACK_WITHIN = 0.16, 0.08


class OwnChange(TypedDict):
    # "up" or "down" from the own usual, or "steady".
    direction: str
    # In milliseconds since 1970; None while nothing differs.
    since: int | None


def _steady() -> Lasting:
    return Lasting(differs_by=DIFFERS_BY, back_within=BACK_WITHIN)


@dataclass
class _Walk:
    # The first bucket that was not looked at yet.
    next: int
    minute: deque[float | None] = field(default_factory=lambda: deque(maxlen=MINUTE_STEPS))
    found: Lasting = field(default_factory=_steady)

    def step(self, score: float | None, usual: float) -> None:
        self.minute.append(score)
        mean = self.mean
        if mean is None:
            # After a gap nobody knows whether it lasted.
            self.found = _steady()
        else:
            self.found.judge(mean - usual, self.next * STEP_SECONDS * 1000)
        self.next += 1

    @property
    def mean(self) -> float | None:
        known = [score for score in self.minute if score is not None]
        return fmean(known) if len(known) >= FEWEST_STEPS else None


def first_that_matters(cells: OwnCells, usual: float, until: int) -> int:
    """The bucket from which on a walk finds the same as one from the first bucket.

    Half a minute of minutes that are clearly as usual ends whatever differed before. Most students have one
    near the end, so an hour is not walked through in Python.
    """
    buckets = cells.within(0, until - 1).buckets
    if not len(buckets):
        return until
    first = int(buckets[0])
    means = _minutes(cells, first, until)
    # Some margin: the sums here are not rounded as a mean is.
    is_usual = np.abs(means - usual) < BACK_WITHIN - 1e-6
    lasting = is_usual[2:] & is_usual[1:-1] & is_usual[:-2]
    places = np.flatnonzero(lasting)
    # The walk has to know the minute before the first of these steps.
    return first + max(int(places[-1]) - MINUTE_STEPS + 1, 0) if len(places) else first


def _minutes(cells: OwnCells, first: int, until: int) -> Floats:
    """The mean over the minute that ends with each bucket from `first` on; NaN where too little is known."""
    known = cells.within(first, until - 1)
    scores = np.full(MINUTE_STEPS - 1 + until - first, np.nan)
    scores[MINUTE_STEPS - 1 + known.buckets - first] = known.scores
    minutes = np.lib.stride_tricks.sliding_window_view(scores, MINUTE_STEPS)
    count = (~np.isnan(minutes)).sum(axis=1)
    means: Floats = np.where(count >= FEWEST_STEPS, np.nansum(minutes, axis=1) / np.maximum(count, 1), np.nan)
    return means


class OwnChanges:
    """What was found of each student so far: only finished buckets count, each once."""

    def __init__(self) -> None:
        self._walks: dict[uuid.UUID, _Walk] = {}

    def follow(
        self, student: uuid.UUID, cells: OwnCells, usual: float | None, *, until: int
    ) -> OwnChange | None:
        """What the buckets before `until` say; None where too little is known."""
        if usual is None:
            return None
        if (walk := self._walks.get(student)) is None:
            walk = self._walks[student] = _Walk(first_that_matters(cells, usual, until))
        # Cells of what was looked at already may be gone.
        known = cells.within(walk.next, until - 1)
        scores = dict(zip(known.buckets.tolist(), known.scores.tolist(), strict=True))
        while walk.next < until:
            score = scores.get(walk.next, math.nan)
            walk.step(None if math.isnan(score) else score, usual)
        if walk.mean is None:
            return None
        return {"direction": walk.found.direction, "since": walk.found.since}
