"""A teacher who sits in their own class as several students, and works out one of the others.

What they know is more than a real one would: the score and the expression of each of their puppets in each
step, exactly, and how the product works. What they see is what the product tells.
"""

import uuid
from dataclasses import dataclass, field
from functools import cache
from itertools import product

import numpy as np

from classroom.models import Consent
from dashboards.aggregates import sticky_noise
from dashboards.aggregates.class_line import ClassLine
from dashboards.aggregates.class_means import class_line
from dashboards.aggregates.own_cells import OwnCells
from dashboards.aggregates.roster import RosterEntry
from dashboards.aggregates.time_table import COLUMN_OF, COLUMNS, TimeUse
from emotion.summary_tables import ROW
from emotion.vision.engagement import MAX_WEIGHT, WEIGHTS
from emotion.vision.labels import EXPRESSIONS

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY
FIRST = 177_000_000 // 30 * 30  # a bucket of this year, in which five minutes begin
TYPICAL = 0.7  # the mean of the class, which everybody may know
SPREAD = 0.17  # between the students of a class, as a standard deviation
# How often a student looks like what: everybody may know that, too.
LOOKS = np.array([0.5, 0.2, 0.05, 0.1, 0.05, 0.03, 0.04, 0.03])


# What each expression alone makes of the score of somebody who looks at the screen.
WORTH = np.array([WEIGHTS[name] for name in EXPRESSIONS]) / MAX_WEIGHT


@dataclass
class Lesson:
    """Row 0 is the victim, the others are the attacker's puppets; NaN where there was no face."""

    scores: np.ndarray  # (N, T)
    mixes: np.ndarray  # (N, T, 8)
    rng: np.random.Generator = field(repr=False)

    def told(self, *, coverage: bool = False) -> ClassLine:
        session, *ids = (uuid.UUID(bytes=self.rng.bytes(16)) for _ in range(len(self.scores) + 1))
        roster = [
            RosterEntry(id_, "", 0, None, False, CLASS, row, ((0, "measuring"),), ())
            for row, id_ in enumerate(ids)
        ]
        steps = range(self.scores.shape[1])
        cells = {row: _cells(self.scores[row], self.mixes[row]) for row in range(len(ids))}
        uses = {id_: _account(self.scores[row]) for row, id_ in enumerate(ids)} if coverage else None
        return class_line(session, roster, cells, first=FIRST, last=FIRST + steps[-1], time_uses=uses)


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
    return Lesson(np.where(stays, scores, np.nan), mixes, rng)


def some_student(rng: np.random.Generator) -> float:
    return float(np.clip(rng.normal(TYPICAL, SPREAD), 0, 1))


def solved(seen: Lesson, line: ClassLine) -> float | None:
    """The victim's mean by least squares: what each puppet adds beside its score is unknown, too."""
    there = ~np.isnan(seen.scores)
    shown = ~np.isnan(line.mean)
    if not shown.any():
        return None
    sums = line.mean * there.sum(axis=0) - np.where(there[1:], seen.scores[1:], 0.0).sum(axis=0)
    unknowns = there[:, shown].T.astype(float)
    # Ridge: puppets that never leave cannot be told apart, and the offsets are known to be small.
    prior = np.diag([0.01] + [0.3] * (len(there) - 1))
    weighed = unknowns.T @ unknowns + prior
    return float(np.clip(np.linalg.solve(weighed, unknowns.T @ sums[shown])[0], 0, 1))


def lesson_of_looks(rng: np.random.Generator, *, puppets: int, steps: int) -> Lesson:
    """Scores follow from expressions, and puppets show so many of each that none is left out of the mix."""
    seen = lesson(rng, puppets=puppets, steps=steps, victim=TYPICAL)
    habits = rng.dirichlet(4 * LOOKS)
    seen.mixes[0] = rng.dirichlet(8 * habits + 1e-3, size=steps)
    seen.mixes[1:] = np.eye(len(EXPRESSIONS))[np.arange(puppets) % len(EXPRESSIONS)][:, None]
    seen.scores[:] = np.clip(seen.mixes @ WORTH, 0, 1)
    return seen


def mean_by_looks(seen: Lesson, line: ClassLine) -> float:
    """The victim's mean score from their part in what the class looked like, over all steps."""
    puppets, is_told = seen.mixes[1:].sum(axis=0), line.mix > 0
    rest = np.where(is_told, puppets + 1 / len(EXPRESSIONS), 0).sum(axis=1, keepdims=True)
    own = np.where(is_told, line.mix * rest, np.minimum(puppets, 1)) - puppets
    looks = own[~np.isnan(line.mix[:, 0])].mean(axis=0)
    looks += (1 - looks.sum()) / len(EXPRESSIONS)
    return float(np.clip(looks @ WORTH, 0, 1))


def best_mean(estimates: np.ndarray, truths: np.ndarray) -> float:
    """How far off the best mixture of such an estimate and what is typical is, in the mean."""
    weights = np.linspace(0, 1, 51)[:, None]
    return float(np.abs(TYPICAL + weights * (estimates - TYPICAL) - truths).mean(axis=1).min())


def features(line: ClassLine) -> np.ndarray:
    """(T, 14): all that is told of each step, also that nothing is."""
    told = [line.hidden, line.measured, line.counted, line.covered, line.mean, np.isnan(line.low)]
    return np.nan_to_num(np.column_stack([*told, line.mix]).astype(float))


def faces_found(train: list[tuple], test: list[tuple], steps: int) -> float:
    """The share of right answers to "was there a face in these `steps`?" of an attacker who has practised on
    their own puppets. Each lesson is its features and where there was one."""
    x, y = (np.concatenate(part) for part in zip(*train, strict=True))
    weights = np.linalg.lstsq(_with_one(x), 2.0 * y - 1, rcond=None)[0]
    right = []
    for seen, there in test:
        said = (_with_one(seen) @ weights).reshape(-1, steps).mean(axis=1) > 0
        right.append((said == there.reshape(-1, steps)[:, 0]).mean())
    return float(np.mean(right))


def _with_one(x: np.ndarray) -> np.ndarray:
    return np.column_stack([x, np.ones(len(x))])


def looks_found(seen: Lesson, line: ClassLine) -> np.ndarray:
    """The victim's expression of each minute: of all series of five minutes the likeliest, by what is told
    and by what is common."""
    puppets, is_told = seen.mixes[1:].sum(axis=0), line.mix > 0
    # What was left out of a mix made the rest of it larger.
    rest = np.where(is_told, puppets + 1 / len(EXPRESSIONS), 0).sum(axis=1, keepdims=True)
    told = line.mix * rest
    own = np.where(np.isnan(told), np.nan, np.where(is_told, told, np.minimum(puppets, 1)) - puppets)
    minutes = np.array([_mean_of_shown(part) for part in own.reshape(-1, 6, len(EXPRESSIONS))])
    found = [_likeliest(five) for five in minutes.reshape(-1, 5, len(EXPRESSIONS))]
    return np.concatenate(found)


def _mean_of_shown(steps: np.ndarray) -> np.ndarray:
    shown = ~np.isnan(steps[:, 0])
    return steps[shown].mean(axis=0) if shown.any() else np.full(steps.shape[1], np.nan)


@cache
def _series() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All series of five expressions (32768, 5), how likely each is before anything is seen, and of each two
    minutes of a series, whether they are alike (32768, 25)."""
    series = np.array(list(product(range(len(EXPRESSIONS)), repeat=5)))
    alike = (series[:, :, None] == series[:, None]).reshape(len(series), -1).astype(float)
    return series, np.log(LOOKS)[series].sum(axis=1), alike


def _likeliest(minutes: np.ndarray) -> np.ndarray:
    """`minutes` (5, 8): one step's draws are told apart in six, a minute's in five, those of five minutes
    in none. A series is as unlikely as what was seen is off from it: squared, what they share is left."""
    shown = np.flatnonzero(~np.isnan(minutes[:, 0]))
    one = 2 * sticky_noise.MIX**2 / 3
    inverse = np.zeros((5, 5))
    inverse[np.ix_(shown, shown)] = np.linalg.inv(one * (np.eye(len(shown)) * (1 + 1 / 6) + 1))
    shared = inverse @ np.nan_to_num(minutes)
    series, common, alike = _series()
    likely = common - 0.5 * (alike @ inverse.ravel())
    for minute in shown:
        likely += shared[minute][series[:, minute]]
    return series[likely.argmax()]


def _cells(scores: np.ndarray, mixes: np.ndarray) -> OwnCells:
    steps = np.flatnonzero(~np.isnan(scores))
    table = np.zeros(len(steps), dtype=ROW)
    table["bucket"] = FIRST + steps
    table["first"] = table["last"] = 10.0 * table["bucket"]
    table["score"], table["probabilities"] = scores[steps], mixes[steps]
    return OwnCells(table)


def _account(scores: np.ndarray) -> TimeUse:
    seconds = np.zeros((len(scores), COLUMNS))
    reasons = np.where(np.isnan(scores), COLUMN_OF["none"], COLUMN_OF["measured"])
    seconds[np.arange(len(scores)), reasons] = 10.0
    return TimeUse(FIRST, seconds)
