"""The class number of the last minute against the class's own usual, and since when it differs.

The usual is the median of the session so far. A difference counts once it has lasted, and is over once the
number is clearly back, so that the word does not change with every step.
"""

from bisect import insort
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import NamedTuple, TypedDict

from emotion.buckets import STEP_SECONDS

from .class_line import Point
from .lasting import Lasting

MINUTE_STEPS = 60 // STEP_SECONDS
# No class has a usual before.
USUAL_STEPS = 5 * MINUTE_STEPS
# How far the minute is from the usual when it begins to differ, and when it no longer does.
DIFFERS_BY, BACK_WITHIN = 0.08, 0.04
# The shown number follows the minute's mean once it is this far away.
FOLLOWS_BY = 0.03


class Trend(TypedDict):
    """Shares are 0..1, `since` is in milliseconds since 1970."""

    mean: float
    low: float | None
    high: float | None
    usual: float | None
    # "up" or "down" from the usual, "steady", or None while there is no usual.
    direction: str | None
    since: int | None


@dataclass
class _Walk:
    """What was shown after each step, one step after the other."""

    found: Lasting = field(default_factory=lambda: Lasting(DIFFERS_BY, BACK_WITHIN))
    shown: float | None = None

    def follow(self, minute: float) -> None:
        if self.shown is None or abs(minute - self.shown) >= FOLLOWS_BY:
            self.shown = round(minute, 2)


class Dip(NamedTuple):
    """A stretch in which the last minute was below the class's usual. Times are milliseconds since 1970."""

    begin: int
    end: int
    # The last minute where it was lowest, and what was usual then.
    lowest: float
    usual: float


def dips(points: Iterable[Point], until: float) -> list[Dip]:
    """Each stretch that a live page called "down", while the likely range was below the usual, too.

    A number without a range is of too few students, or so coarse that its steps are no change.
    """
    found: list[Dip] = []
    for point, minute, walk, usual in _steps(_finished(points, until)):
        high = _mean_of("high", minute)
        if usual is None or walk.found.direction != "down" or high is None or high >= usual:
            continue
        begin, end = walk.found.since or point["at"], point["at"] + STEP_SECONDS * 1000
        value = round(_value(minute), 2)
        if found and found[-1].begin == begin:
            lowest, usual = min((found[-1].lowest, found[-1].usual), (value, usual))
            found[-1] = Dip(begin, end, lowest, usual)
        else:
            found.append(Dip(begin, end, value, usual))
    return found


def trend(points: Iterable[Point], until: float) -> Trend | None:
    """Return what the finished steps say. None where nothing was shown in the last minute."""
    finished = _finished(points, until)
    minute = _minute_until(finished, until)
    if not minute:
        return None
    walk, usual = _walk(finished)
    low, high = _mean_of("low", minute), _mean_of("high", minute)
    return {
        "mean": walk.shown if walk.shown is not None else round(_value(minute), 2),
        "low": low,
        "high": high,
        "usual": usual,
        "direction": None if usual is None else walk.found.direction,
        "since": walk.found.since,
    }


def _finished(points: Iterable[Point], until: float) -> list[Point]:
    """The steps with a number that are over, oldest first."""
    return [
        point
        for point in sorted(points, key=lambda point: point["at"])
        if point["at"] / 1000 + STEP_SECONDS <= until and point.get("mean") is not None
    ]


def _walk(finished: Sequence[Point]) -> tuple[_Walk, float | None]:
    last = deque(_steps(finished), maxlen=1)
    return last[0][2:] if last else (_Walk(), None)


def _steps(finished: Sequence[Point]) -> Iterator[tuple[Point, list[Point], _Walk, float | None]]:
    """Yield after each step: the step, those of its last minute, what is shown then, and what is usual."""
    walk, usual = _Walk(), None
    # The means before the last minute, by size.
    before: list[float] = []
    for number, point in enumerate(finished, start=1):
        end = point["at"] / 1000 + STEP_SECONDS
        minute = _minute_until(finished[max(0, number - MINUTE_STEPS) : number], end)
        value = _value(minute)
        walk.follow(value)
        if number > MINUTE_STEPS:
            insort(before, _mean(finished[number - MINUTE_STEPS - 1]))
        if len(before) >= USUAL_STEPS:
            usual = round(_middle(before), 2)
            walk.found.judge(value - usual, point["at"])
        yield point, minute, walk, usual


def _minute_until(points: Sequence[Point], until: float) -> list[Point]:
    return [
        point for point in points[-MINUTE_STEPS - 1 :] if point["at"] / 1000 >= until - 60 - STEP_SECONDS / 2
    ]


def _middle(ordered: Sequence[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _value(minute: Sequence[Point]) -> float:
    return fmean(_mean(point) for point in minute)


def _mean(point: Point) -> float:
    value = point["mean"]
    assert value is not None
    return value


def _mean_of(edge: str, minute: Sequence[Point]) -> float | None:
    """The mean of an edge of the likely range; None where a step has none."""
    edges = [point.get(edge) for point in minute]
    known = [value for value in edges if isinstance(value, float)]
    return round(fmean(known), 2) if len(known) == len(edges) else None
