"""Each student's last minute against their own usual: never against other students.

It is said only of students who share their own line, and only where most of the minute has data.
"""

import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import TypedDict

from emotion.buckets import STEP_SECONDS, Cell

from .lasting import Lasting

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


class OwnChanges:
    """What was found of each student so far: only finished buckets count, each once."""

    def __init__(self) -> None:
        self._walks: dict[uuid.UUID, _Walk] = {}

    def follow(
        self, student: uuid.UUID, cells: Mapping[int, Cell], usual: float | None, *, until: int
    ) -> OwnChange | None:
        """What the buckets before `until` say; None where too little is known."""
        if usual is None:
            return None
        walk = self._walks.setdefault(student, _Walk(min(cells, default=until)))
        # Cells of what was looked at already may be gone.
        while walk.next < until:
            cell = cells.get(walk.next)
            walk.step(None if cell is None else cell.score, usual)
        if walk.mean is None:
            return None
        return {"direction": walk.found.direction, "since": walk.found.since}
