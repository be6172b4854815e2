"""The class line: the numbers that may be shown of each step, and of merged steps."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, NotRequired, TypedDict

import numpy as np

from emotion.buckets import STEP_SECONDS
from emotion.vision.labels import EXPRESSIONS

from .arrays import Array, Bools, Floats, Ints
from .small_groups import TOO_FEW


class Exactness(StrEnum):
    """How exact the class's number of a point is: the same on the page, on paper and in the CSV."""

    EXACT = "exact"
    # It contains class-only students.
    BLURRED = "blurred"
    # It contains so few of them that it is rounded to tenths, without band and expressions.
    COARSE = "coarse"
    # Too few to show.
    HIDDEN = "hidden"
    # Nobody was measured.
    MISSING = "missing"


class Numbers(TypedDict):
    """The class's numbers as JSON. Where too few are measured, `hidden` stands in place of the values."""

    measured: int
    counted: int
    mean: NotRequired[float | None]
    low: NotRequired[float | None]
    high: NotRequired[float | None]
    mix: NotRequired[list[float] | None]
    hidden: NotRequired[str]
    blurred: NotRequired[bool]


class Point(Numbers):
    """One step of a chart."""

    # The beginning of the step, in milliseconds since 1970.
    at: int
    coverage: float | None


@dataclass(frozen=True)
class ClassNumber:
    """One number over many steps, and how exact it is."""

    exactness: Exactness
    measured: int
    counted: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None


def exactness(numbers: Numbers) -> Exactness:
    if numbers.get("hidden"):
        return Exactness.HIDDEN
    if numbers["mean"] is None:
        return Exactness.MISSING
    if not numbers.get("blurred"):
        return Exactness.EXACT
    return Exactness.COARSE if numbers["low"] is None else Exactness.BLURRED


@dataclass(frozen=True)
class ClassLine:
    """Arrays over steps, (T,); NaN where there is nothing to show."""

    # The first step, counted since 1970.
    first: int
    # The length of a step in seconds.
    step: int
    mean: Floats
    low: Floats
    high: Floats
    # (T, 8): the mean of the students' mean probabilities.
    mix: Floats
    # Students with a score; where class-only ones are left out, all of those with a camera on are in it.
    measured: Ints
    # Students whom `mean` holds.
    counted: Ints
    # Students may have been measured, but too few to show.
    hidden: Bools
    # How many of the counted are class-only students. A step with any is blurred.
    class_only: Ints
    # Enough class-only students had a camera on: the step is published once, when it is over.
    published_once: Bools
    # Seconds for which class-only students had their camera on.
    on: Floats
    # The share of these seconds for which they were measured, where it may be shown.
    covered: Floats

    @classmethod
    def of_nobody(cls, first: int) -> "ClassLine":
        """A line of one step."""
        mean, low, high, covered = np.full((4, 1), np.nan)
        measured, counted, class_only = np.zeros((3, 1), dtype=int)
        hidden, published_once = np.zeros((2, 1), dtype=bool)
        return cls(
            first=first,
            step=STEP_SECONDS,
            mean=mean,
            low=low,
            high=high,
            mix=np.full((1, len(EXPRESSIONS)), np.nan),
            measured=measured,
            counted=counted,
            hidden=hidden,
            class_only=class_only,
            published_once=published_once,
            on=np.zeros(1),
            covered=covered,
        )

    def __len__(self) -> int:
        return len(self.mean)

    def start(self, index: int) -> int:
        """Seconds since 1970."""
        return (self.first + index) * self.step

    def numbers(self, index: int) -> Numbers:
        """One step for JSON, without numbers that may not be shown."""
        found: Numbers = {"measured": int(self.measured[index]), "counted": int(self.counted[index])}
        if self.hidden[index]:
            found["hidden"] = TOO_FEW
        else:
            found["mean"] = _share(self.mean[index])
            found["low"] = _share(self.low[index])
            found["high"] = _share(self.high[index])
            found["mix"] = _shares(self.mix[index])
        if self.class_only[index]:
            found["blurred"] = True
        return found

    def only(self, steps: Bools) -> "ClassLine":
        """The line without the numbers of all other steps."""
        kept = self.copy()
        for part in (kept.mean, kept.low, kept.high, kept.mix):
            part[~steps] = np.nan
        return replace(kept, counted=np.where(steps, self.counted, 0))

    def part(self, first: int, last: int) -> "ClassLine":
        """The steps from `first` to `last`."""
        within = slice(max(first - self.first, 0), last - self.first + 1)
        return replace(self._mapped(lambda name, part: part[within]), first=first)

    def copy(self) -> "ClassLine":
        return self._mapped(lambda name, part: part.copy())

    def _mapped(self, change: Callable[[str, Array], Array]) -> "ClassLine":
        """The line with each of its arrays changed."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        changed: dict[str, Any] = {
            name: change(name, part) for name, part in parts.items() if isinstance(part, np.ndarray)
        }
        return replace(self, **changed)

    def merged(self, merge: int) -> "ClassLine":
        """The line with each `merge` steps as one.

        It is made of the steps' shown numbers alone, so nothing can be learnt by subtracting them from it.
        The longer steps are counted since 1970, too.
        """
        return self._padded(self.first % merge, merge)._put_together(merge, self.first // merge)

    def whole(self) -> ClassNumber:
        """One number of all steps."""
        numbers = self._put_together(len(self), 0).numbers(0)
        return ClassNumber(
            exactness=exactness(numbers),
            measured=numbers["measured"],
            counted=numbers["counted"],
            mean=numbers.get("mean"),
            low=numbers.get("low"),
            high=numbers.get("high"),
        )

    def _put_together(self, merge: int, begin: int) -> "ClassLine":
        shown = self.counted * ~np.isnan(self.mean)
        # A student is in many steps of a longer one, so its band is no narrower than theirs. It rests on the
        # same steps as the mean, or the mean could lie outside.
        low, high = self._bands(merge)
        banded = shown * ~np.isnan(low)
        mixed = shown * ~np.isnan(self.mix[:, 0])
        counted = self.counted.reshape(-1, merge).max(axis=1)
        return replace(
            self,
            first=begin,
            step=STEP_SECONDS * merge,
            mean=_weighted(self.mean, shown, merge),
            low=_weighted(low, banded, merge),
            high=_weighted(high, banded, merge),
            mix=np.stack([_weighted(share, mixed, merge) for share in self.mix.T], axis=1),
            measured=self.measured.reshape(-1, merge).max(axis=1),
            counted=counted,
            hidden=self.hidden.reshape(-1, merge).any(axis=1) & (counted == 0),
            class_only=self.class_only.reshape(-1, merge).max(axis=1),
            published_once=self.published_once.reshape(-1, merge).max(axis=1),
            on=self.on.reshape(-1, merge).sum(axis=1),
            covered=_weighted(self.covered, ~np.isnan(self.covered) * self.on, merge),
        )

    def _bands(self, merge: int) -> tuple[Floats, Floats]:
        """(low, high) of each step, also of one that has no band where others of its `merge` steps have.

        Such a step rests on fewer students, so its band reaches as far from its mean as the widest of them.
        """
        below, above = (_widest(part, merge) for part in (self.mean - self.low, self.high - self.mean))
        low = np.where(np.isnan(self.low), np.maximum(self.mean - below, 0.0), self.low)
        high = np.where(np.isnan(self.high), np.minimum(self.mean + above, 1.0), self.high)
        return low, high

    def _padded(self, before: int, merge: int) -> "ClassLine":
        """The line with empty steps around it, so that its length is a multiple of `merge`."""
        sides = (before, -(before + len(self)) % merge)

        def pad(name: str, part: Array) -> Array:
            empty = np.nan if part.dtype.kind == "f" and name != "on" else 0
            return np.pad(part, [sides] + [(0, 0)] * (part.ndim - 1), constant_values=empty)

        return self._mapped(pad)


def _weighted(values: Floats, weights: Floats | Ints, merge: int) -> Floats:
    """The mean of each `merge` values by these weights; NaN where all of these are 0."""
    weights = weights.reshape(-1, merge)
    sums = (np.nan_to_num(values).reshape(-1, merge) * weights).sum(axis=1)
    total = weights.sum(axis=1)
    return np.where(total > 0, sums / np.maximum(total, 1), np.nan)


def _widest(values: Floats, merge: int) -> Floats:
    """The largest of each `merge` values, for each of them; NaN where all are."""
    largest: Floats = np.repeat(np.fmax.reduce(values.reshape(-1, merge), axis=1), merge)
    return largest


def _share(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 2)


def _shares(values: Floats) -> list[float] | None:
    """Whole percents of parts of a whole: the largest takes what rounding leaves."""
    if np.isnan(values).any():
        return None
    percents = np.round(100 * values)
    percents[values.argmax()] += 100 - percents.sum()
    shares: list[float] = (percents / 100).tolist()
    return shares
