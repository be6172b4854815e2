"""A teacher who sits in their own class as several students, and works out one of the others.

What they know is more than a real one would: the score of each of their puppets in each step, exactly, and
when the victim was measured. What they see is what the product tells.
"""

import uuid
from dataclasses import dataclass

import numpy as np

from classroom.models import Consent
from dashboards.lines import ClassLine
from dashboards.seats import Seat
from dashboards.summaries import class_line
from emotion.buckets import Cell
from emotion.labels import EXPRESSIONS

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY
FIRST = 177_000_000  # a bucket of this year
SPREAD = 0.17  # between the students of a class, as a standard deviation
NEUTRAL = np.array([0.9, *[0.1 / 7] * 7])


@dataclass
class Lesson:
    """Row 0 is the victim, the others are the attacker's puppets; NaN where there was no face."""

    scores: np.ndarray  # (N, T)
    mixes: np.ndarray  # (N, T, 8)

    def told(self) -> ClassLine:
        session, steps = uuid.uuid4(), self.scores.shape[1]
        seats = [
            Seat(uuid.uuid4(), "", 0, None, False, CLASS, row, ((0, "measuring"),), ())
            for row in range(len(self.scores))
        ]
        cells = {
            row: {
                FIRST + step: _cell(self.scores[row, step], self.mixes[row, step], FIRST + step)
                for step in range(steps)
            }
            for row in range(len(self.scores))
        }
        accounts = {seat.id: _account(self.scores[row]) for row, seat in enumerate(seats)}
        return class_line(session, seats, cells, first=FIRST, last=FIRST + steps - 1, accounts=accounts)


def lesson(
    rng: np.random.Generator,
    *,
    puppets: int,
    steps: int,
    victim: float,
    puppets_stay: float = 1.0,
    victim_stays: float = 1.0,
) -> Lesson:
    """Puppets that move at random defeat any rounding; such that come and go give many groups."""
    scores = rng.uniform(size=(puppets + 1, steps))
    scores[0] = np.clip(victim + rng.normal(scale=0.05, size=steps), 0, 1)
    stays = rng.uniform(size=scores.shape) < puppets_stay
    stays[0] = rng.uniform(size=steps) < victim_stays
    mixes = np.eye(len(EXPRESSIONS))[rng.integers(len(EXPRESSIONS), size=scores.shape)]
    return Lesson(np.where(stays, scores, np.nan), mixes)


def solved(seen: Lesson, line: ClassLine) -> float:
    """The victim's mean by least squares: what each puppet adds beside its score is unknown, too."""
    there = ~np.isnan(seen.scores)
    shown = ~np.isnan(line.mean)
    sums = line.mean * there.sum(axis=0) - np.where(there[1:], seen.scores[1:], 0.0).sum(axis=0)
    unknowns = there[:, shown].T.astype(float)
    # Ridge: puppets that never leave cannot be told apart, and the offsets are known to be small.
    prior = np.diag([0.01] + [0.3] * (len(there) - 1))
    weighed = unknowns.T @ unknowns + prior
    return float(np.linalg.solve(weighed, unknowns.T @ sums[shown])[0])


def _cell(score: float, mix: np.ndarray, bucket: int) -> Cell:
    at = bucket * 10.0
    if np.isnan(score):
        return Cell(at, at + 9, {"none": 10}, None, None)
    return Cell(at, at + 9, {"seen": 10}, float(score), tuple(map(float, mix)))


def _account(scores: np.ndarray) -> dict[int, dict[str, float]]:
    return {
        FIRST + step: {"none" if np.isnan(score) else "measured": 10.0} for step, score in enumerate(scores)
    }
