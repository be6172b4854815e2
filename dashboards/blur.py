"""The blur on what is told of steps in which somebody counts who only counts in the class (sticky.py)."""

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from emotion.buckets import STEP_SECONDS

from . import sticky
from .lines import ClassLine

# 95 % of what a step's draws add up to, in students: six of them, each even in -SCORE..SCORE.
BAND = 1.96 * sticky.SCORE * math.sqrt(2 * len(sticky.PERIODS) / 3)
# Standard deviation of what a step's draws add up to, in students, and how much of it 99 of 100 steps have.
MIX = sticky.MIX * math.sqrt(2 * len(sticky.PERIODS) / 3)
PHANTOM = 2.33
SMALLEST_SHARE = 0.05
COARSEST_COVERAGE = 0.05


@dataclass(frozen=True)
class Blur:
    session_id: uuid.UUID
    smallest: int  # the smallest group

    def draws(self, first: int, keys: np.ndarray, where: np.ndarray) -> np.ndarray:
        """(T, NUMBERS): those of the steps from `first` on, of the groups that `keys` name."""
        steps = np.flatnonzero(where)
        drawn = np.zeros((len(keys), sticky.NUMBERS))
        drawn[steps] = sticky.draws(self.session_id, "step", first + steps, keys[steps])
        return drawn

    def line(self, line: ClassLine, drawn: np.ndarray, on: np.ndarray) -> ClassLine:
        """`on` is in each step how many who only count in the class had their camera on."""
        about = np.minimum(np.round(line.group + sticky.COUNT * drawn[:, sticky.FOR_COUNT]), on)
        about = np.where(line.group > 0, about, 0)
        # Of few, no more than that they are enough.
        group = np.where(self._are_few(about), self.smallest, about).astype(int)
        return replace(
            line,
            **self._values(line, about, drawn),
            mix=self._mix(line, about, drawn),
            measured=line.measured - line.group + group,
            counted=line.counted - line.group + group,
            group=group,
        )

    def coverage(
        self, seconds: np.ndarray, on: np.ndarray, buckets: Iterable[int], keys: np.ndarray
    ) -> np.ndarray:
        """(T,): the share of `on` that `seconds` are, both (N, T) and of who only counts in the class."""
        noise = sticky.TIME * sticky.draws(self.session_id, "time", buckets, keys)[:, sticky.FOR_TIME]
        share = (seconds.sum(axis=0) + STEP_SECONDS * noise) / on.sum(axis=0)
        return rounded(np.clip(share, 0, 1), np.maximum(COARSEST_COVERAGE, self._grain((on > 0).sum(axis=0))))

    def _grain(self, group: np.ndarray) -> np.ndarray:
        """To what a number is rounded in which that many count who only count in the class."""
        steps = [group == 0, group < 2 * self.smallest, group < 4 * self.smallest]
        return np.select(steps, [0.01, 0.1, 0.05], 0.01)

    def _are_few(self, about: np.ndarray) -> np.ndarray:
        """Only a few more than the smallest group, as far as it is told how many they are."""
        return (about > 0) & (about < 2 * self.smallest)

    def _values(self, line: ClassLine, about: np.ndarray, drawn: np.ndarray) -> dict[str, np.ndarray]:
        is_blurred, n = line.group > 0, np.maximum(line.counted, 1)
        mean = np.clip(line.mean + sticky.SCORE * drawn[:, sticky.FOR_SCORE] / n, 0, 1)
        half = np.hypot((line.high - line.low) / 2, BAND / n)
        half *= 1 + sticky.WIDTH * drawn[:, sticky.FOR_WIDTH]
        # How far apart few students are says how far one is from the others.
        half[self._are_few(about)] = np.nan
        # A band is rounded outwards: one of no width would promise what the draws took away.
        return {
            name: np.where(is_blurred, rounded(np.clip(value, 0, 1), self._grain(about), to), exact)
            for name, value, to, exact in (
                ("mean", mean, np.round, line.mean),
                ("low", mean - half, np.floor, line.low),
                ("high", mean + half, np.ceil, line.high),
            )
        }

    def _mix(self, line: ClassLine, about: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        """An expression of which the draws leave hardly anything is left out; of few there is no mix."""
        n = np.maximum(line.counted, 1)[:, None]
        noisy = line.mix + sticky.MIX * drawn[:, sticky.FOR_MIX] / n
        # What draws and offsets alone make of an expression that nobody had.
        phantom = PHANTOM * np.hypot(MIX, sticky.MOVED * np.sqrt(about))[:, None]
        noisy = np.where(noisy < np.maximum(SMALLEST_SHARE, phantom / n), 0.0, noisy)
        total = noisy.sum(axis=1, keepdims=True)
        noisy = np.where(total > 0, noisy / np.where(total > 0, total, 1.0), np.nan)
        noisy[self._are_few(about)] = np.nan
        return np.where((line.group > 0)[:, None], noisy, line.mix)


def rounded(values: np.ndarray, grain: np.ndarray, to: np.ufunc = np.round) -> np.ndarray:
    """To a multiple of `grain`, which a hair's breadth must not miss."""
    return to(np.round(values / grain, 6)) * grain
