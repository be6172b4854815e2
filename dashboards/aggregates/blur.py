"""The blur of steps that contain class-only students: secret noise that never changes, and rounding."""

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from emotion.buckets import STEP_SECONDS

from . import sticky_noise
from .arrays import Bools, Floats, Ints, Keys
from .class_line import ClassLine

# 95 % of what a step's draws add up to, in students: six of them, each even in -SCORE..SCORE.
BAND = 1.96 * sticky_noise.SCORE * math.sqrt(2 * len(sticky_noise.PERIODS) / 3)
# Standard deviation of what a step's draws add up to, in students, and how much of it 99 of 100 steps have.
MIX = sticky_noise.MIX * math.sqrt(2 * len(sticky_noise.PERIODS) / 3)
PHANTOM = 2.33
SMALLEST_SHARE = 0.05
COARSEST_COVERAGE = 0.05


@dataclass(frozen=True)
class Blur:
    session_id: uuid.UUID
    smallest_group: int

    def draws(self, first: int, keys: Keys, where: Bools) -> Floats:
        """The draws (T, NUMBERS) of the steps from `first` on, for the groups that `keys` name."""
        steps = np.flatnonzero(where)
        drawn = np.zeros((len(keys), sticky_noise.NUMBERS))
        drawn[steps] = sticky_noise.draws(self.session_id, "step", first + steps, keys[steps])
        return drawn

    def line(self, line: ClassLine, drawn: Floats, on: Ints) -> ClassLine:
        """The line blurred by `drawn`. `on` (T,) is the number of class-only students with a camera on."""
        noisy = np.round(line.class_only + sticky_noise.COUNT * drawn[:, sticky_noise.FOR_COUNT])
        about = np.where(line.class_only > 0, np.minimum(noisy, on), 0)
        # For few students the number only says that they are enough.
        class_only = np.where(self._are_few(about), self.smallest_group, about).astype(int)
        low, mean, high = self._values(line, about, drawn)
        return replace(
            line,
            mean=mean,
            low=low,
            high=high,
            mix=self._mix(line, about, drawn),
            measured=line.measured - line.class_only + class_only,
            counted=line.counted - line.class_only + class_only,
            class_only=class_only,
        )

    def coverage(self, seconds: Floats, on: Floats, buckets: Iterable[int], keys: Keys) -> Floats:
        """The share (T,) of `on` that `seconds` are; both are (N, T), of class-only students."""
        drawn = sticky_noise.draws(self.session_id, "time", buckets, keys)
        noise = sticky_noise.TIME * drawn[:, sticky_noise.FOR_TIME]
        share = (seconds.sum(axis=0) + STEP_SECONDS * noise) / on.sum(axis=0)
        grain = np.maximum(COARSEST_COVERAGE, self._grain((on > 0).sum(axis=0)))
        return rounded(np.clip(share, 0, 1), grain)

    def _grain(self, group: Floats | Ints) -> Floats:
        """The step to which a number is rounded that contains so many class-only students."""
        steps = [group == 0, group < 2 * self.smallest_group, group < 4 * self.smallest_group]
        return np.select(steps, [0.01, 0.1, 0.05], 0.01)

    def _are_few(self, about: Floats) -> Bools:
        """Whether there are only a few more than the smallest group, by the noisy count."""
        return (about > 0) & (about < 2 * self.smallest_group)

    def _values(self, line: ClassLine, about: Floats, drawn: Floats) -> tuple[Floats, Floats, Floats]:
        """(low, mean, high)."""
        n = np.maximum(line.counted, 1)
        mean = np.clip(line.mean + sticky_noise.SCORE * drawn[:, sticky_noise.FOR_SCORE] / n, 0, 1)
        half = np.hypot((line.high - line.low) / 2, BAND / n)
        half *= 1 + sticky_noise.WIDTH * drawn[:, sticky_noise.FOR_WIDTH]
        # How far apart few students are says how far one is from the others.
        half[self._are_few(about)] = np.nan

        def shown(value: Floats, exact: Floats, to: np.ufunc) -> Floats:
            return np.where(line.class_only > 0, rounded(np.clip(value, 0, 1), self._grain(about), to), exact)

        # A band is rounded outwards: one of no width would promise what the draws took away.
        return (
            shown(mean - half, line.low, np.floor),
            shown(mean, line.mean, np.rint),
            shown(mean + half, line.high, np.ceil),
        )

    def _mix(self, line: ClassLine, about: Floats, drawn: Floats) -> Floats:
        """An expression of which the draws leave hardly anything is left out; of few there is no mix."""
        n = np.maximum(line.counted, 1)[:, None]
        noisy = line.mix + sticky_noise.MIX * drawn[:, sticky_noise.FOR_MIX] / n
        # What draws and offsets alone make of an expression that nobody had.
        phantom = PHANTOM * np.hypot(MIX, sticky_noise.MOVED * np.sqrt(about))[:, None]
        noisy = np.where(noisy < np.maximum(SMALLEST_SHARE, phantom / n), 0.0, noisy)
        total = noisy.sum(axis=1, keepdims=True)
        noisy = np.where(total > 0, noisy / np.where(total > 0, total, 1.0), np.nan)
        noisy[self._are_few(about)] = np.nan
        return np.where((line.class_only > 0)[:, None], noisy, line.mix)


def rounded(values: Floats, grain: Floats, to: np.ufunc = np.rint) -> Floats:
    """Round to a multiple of `grain`, whatever the last bits of a float."""
    result: Floats = to(np.round(values / grain, 6)) * grain
    return result
