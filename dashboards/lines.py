"""The class line: what is told of each step, and of steps put together."""

from dataclasses import dataclass, fields, replace
from enum import StrEnum

import numpy as np

from emotion.buckets import STEP_SECONDS
from emotion.labels import EXPRESSIONS

from .small_groups import TOO_FEW


class Exactness(StrEnum):
    """How exact the class's number of a point is: the same on the page, on paper and in the CSV."""

    EXACT = "exact"
    BLURRED = "blurred"  # somebody is in it who only counts in the class
    COARSE = "coarse"  # and so few of them that it is rounded to tenths, without band and expressions
    HIDDEN = "hidden"  # too few to show
    MISSING = "missing"  # nobody was measured


def exactness(point: dict) -> Exactness:
    if point.get("hidden"):
        return Exactness.HIDDEN
    if point["mean"] is None:
        return Exactness.MISSING
    if not point.get("blurred"):
        return Exactness.EXACT
    return Exactness.COARSE if point["low"] is None else Exactness.BLURRED


@dataclass(frozen=True)
class ClassLine:
    """Arrays over steps; NaN where there is nothing to show."""

    first: int  # the first step
    step: int  # seconds
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    mix: np.ndarray  # (T, 8) the same of the probabilities
    measured: np.ndarray  # students with a score; of class-only ones that are left out, all with camera on
    counted: np.ndarray  # students whom `mean` holds
    hidden: np.ndarray  # somebody may have been measured, but too few to show
    group: np.ndarray  # of those counted, how many only count in the class; blurred
    told_once: np.ndarray  # enough of them had their camera on: told when the step is over, and always alike
    on: np.ndarray  # seconds for which those who only count in the class had their camera on
    covered: np.ndarray  # the share of these for which they were measured, where it may be told

    @classmethod
    def of_nobody(cls, first: int) -> "ClassLine":
        """One step."""
        mean, low, high, covered = np.full((4, 1), np.nan)
        measured, counted, group = np.zeros((3, 1), dtype=int)
        hidden, told_once = np.zeros((2, 1), dtype=bool)
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
            group=group,
            told_once=told_once,
            on=np.zeros(1),
            covered=covered,
        )

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
                "mix": _shares(self.mix[index]),
            }
        blurred = {"blurred": True} if self.group[index] else {}
        counts = {"measured": int(self.measured[index]), "counted": int(self.counted[index])}
        return {**counts, **values, **blurred}

    @property
    def points(self) -> list[dict]:
        return [{"at": self.start(index) * 1000, **self.point(index)} for index in range(len(self))]

    def only(self, steps: np.ndarray) -> "ClassLine":
        """Without the numbers of all others."""
        kept = {name: getattr(self, name).copy() for name in ("mean", "low", "high", "mix")}
        for part in kept.values():
            part[~steps] = np.nan
        return replace(self, **kept, counted=np.where(steps, self.counted, 0))

    def part(self, first: int, last: int) -> "ClassLine":
        """From step `first` to step `last`."""
        within = slice(max(first - self.first, 0), last - self.first + 1)
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        arrays = {name: part[within] for name, part in parts.items() if isinstance(part, np.ndarray)}
        return replace(self, first=first, **arrays)

    def merged(self, merge: int) -> "ClassLine":
        """`merge` steps to one, made of what is told of them and of nothing else: so nothing is learnt by
        subtracting them from it. A longer step begins where one does that is counted since 1970.
        """
        return self._padded(self.first % merge, merge)._put_together(merge, self.first // merge)

    def whole(self) -> dict:
        """One point of all steps."""
        return self._put_together(len(self), 0).point(0)

    def _put_together(self, merge: int, begin: int) -> "ClassLine":
        told = self.counted * ~np.isnan(self.mean)
        # A student is in many steps of a longer one, so its band is no narrower than theirs.
        banded = told * ~np.isnan(self.low)
        mixed = told * ~np.isnan(self.mix[:, 0])
        counted = self.counted.reshape(-1, merge).max(axis=1)
        return replace(
            self,
            first=begin,
            step=STEP_SECONDS * merge,
            mean=_weighted(self.mean, told, merge),
            low=_weighted(self.low, banded, merge),
            high=_weighted(self.high, banded, merge),
            mix=np.stack([_weighted(share, mixed, merge) for share in self.mix.T], axis=1),
            measured=self.measured.reshape(-1, merge).max(axis=1),
            counted=counted,
            hidden=self.hidden.reshape(-1, merge).any(axis=1) & (counted == 0),
            group=self.group.reshape(-1, merge).max(axis=1),
            told_once=self.told_once.reshape(-1, merge).any(axis=1),
            on=self.on.reshape(-1, merge).sum(axis=1),
            covered=_weighted(self.covered, ~np.isnan(self.covered) * self.on, merge),
        )

    def _padded(self, before: int, merge: int) -> "ClassLine":
        """With empty steps around it, so that its length is a multiple."""
        sides = (before, -(before + len(self)) % merge)
        empty = {"constant_values": np.nan}
        counts = ("measured", "counted", "hidden", "group", "told_once", "on")

        def pad(values: np.ndarray, **options: float) -> np.ndarray:
            return np.pad(values, [sides] + [(0, 0)] * (values.ndim - 1), **options)

        return replace(
            self,
            **{name: pad(getattr(self, name), **empty) for name in ("mean", "low", "high", "mix", "covered")},
            **{name: pad(getattr(self, name)) for name in counts},
        )


def _weighted(values: np.ndarray, weights: np.ndarray, merge: int) -> np.ndarray:
    weights = weights.reshape(-1, merge)
    sums = (np.nan_to_num(values).reshape(-1, merge) * weights).sum(axis=1)
    total = weights.sum(axis=1)
    return np.where(total > 0, sums / np.maximum(total, 1), np.nan)


def _share(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 2)


def _shares(values: np.ndarray) -> list[float] | None:
    """Whole percents of parts of a whole: the largest takes what rounding leaves."""
    if np.isnan(values).any():
        return None
    percents = np.round(100 * values)
    percents[values.argmax()] += 100 - percents.sum()
    return (percents / 100).tolist()
