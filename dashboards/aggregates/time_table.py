"""Where one student's or a class's seconds went: a row for each bucket, a column for each reason."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from .arrays import Bools, Floats, Ints
from .coverage import CAMERA_ON, FROM_READINGS, MEASURED, PRESENT, REASONS, Seconds
from .roster import RosterEntry

BY_COLUMN = list(REASONS)
COLUMN_OF = {reason: place for place, reason in enumerate(BY_COLUMN)}
COLUMNS = len(REASONS)
OF_READINGS = [COLUMN_OF[reason] for reason in sorted(FROM_READINGS & COLUMN_OF.keys())]
# The columns of what was not measured, by the alphabet.
OF_GAPS = np.array([COLUMN_OF[reason] for reason in sorted(REASONS) if reason not in (MEASURED, PRESENT)])
NO_GAP = -1


class TimeUse(Mapping[int, Seconds]):
    """One student's seconds by bucket and reason. A bucket without any is not in it."""

    def __init__(self, first: int, seconds: Floats) -> None:
        """`seconds` (T, COLUMNS) are those of the buckets from `first` on."""
        self.first, self.seconds = first, seconds

    @classmethod
    def of(cls, used: Mapping[int, Seconds]) -> "TimeUse":
        if not used:
            return cls(0, np.zeros((0, COLUMNS)))
        first = min(used)
        seconds = np.zeros((max(used) - first + 1, COLUMNS))
        for bucket, part in used.items():
            for reason, value in part.items():
                seconds[bucket - first, COLUMN_OF[reason]] = value
        return cls(first, seconds)

    def within(self, first: int, steps: int) -> Floats:
        """(steps, COLUMNS): the seconds of the buckets from `first` on."""
        found = np.zeros((steps, COLUMNS))
        begin, end = max(first, self.first), min(first + steps, self._end)
        if begin < end:
            found[begin - first : end - first] = self.seconds[begin - self.first : end - self.first]
        return found

    @property
    def _end(self) -> int:
        return self.first + len(self.seconds)

    def covering(self, first: int, steps: int) -> "TimeUse":
        """Return a copy whose table also has the buckets from `first` on."""
        begin = min(first, self.first) if len(self.seconds) else first
        return TimeUse(begin, self.within(begin, max(first + steps, self._end) - begin))

    def before(self, bucket: int) -> "TimeUse":
        return TimeUse(self.first, self.seconds[: max(bucket - self.first, 0)])

    def since(self, bucket: int) -> "TimeUse":
        if bucket <= self.first:
            return self
        return TimeUse(bucket, self.seconds[bucket - self.first :])

    def followed_by(self, later: "TimeUse") -> "TimeUse":
        """Both, of which `later` has the buckets after this one."""
        if not len(self.seconds) or not len(later.seconds):
            return later if len(later.seconds) else self
        steps = later._end - self.first
        return TimeUse(self.first, self.within(self.first, steps) + later.within(self.first, steps))

    def published(self, entry: RosterEntry) -> "TimeUse":
        """What a teacher may see of this student's time; of a class-only student only when the camera was
        on."""
        if not entry.is_class_only:
            return self
        seconds = self.seconds.copy()
        seconds[:, COLUMN_OF[CAMERA_ON]] += seconds[:, OF_READINGS].sum(axis=1)
        seconds[:, OF_READINGS] = 0.0
        return TimeUse(self.first, seconds)

    def total(self) -> dict[str, float]:
        """Seconds by reason in all buckets together."""
        return _named(self.seconds.sum(axis=0).tolist())

    def merged(self, merge: int) -> "TimeUse":
        """Return the seconds by steps of `merge` buckets."""
        first, last = self.first // merge, -(-self._end // merge)
        seconds = self.within(first * merge, (last - first) * merge)
        return TimeUse(first, seconds.reshape(last - first, merge, COLUMNS).sum(axis=1))

    def known(self) -> tuple[Ints, Floats]:
        """The buckets with any seconds, (T,), and these, (T, COLUMNS)."""
        rows = np.flatnonzero(self.seconds.any(axis=1))
        return self.first + rows, self.seconds[rows]

    @cached_property
    def _by_bucket(self) -> dict[int, dict[str, float]]:
        buckets, seconds = self.known()
        return {bucket: _named(own) for bucket, own in zip(buckets.tolist(), seconds.tolist(), strict=True)}

    def __getitem__(self, bucket: int) -> Seconds:
        return self._by_bucket[bucket]

    def __iter__(self) -> Iterator[int]:
        return iter(self._by_bucket)

    def __len__(self) -> int:
        return len(self._by_bucket)


def mostly_measured(seconds: Floats) -> Bools:
    """Say for each row whether most of it was measured. One second's score is not that of the ten."""
    found: Bools = 2 * seconds[:, COLUMN_OF[MEASURED]] >= seconds.sum(axis=1)
    return found


def main_gaps(seconds: Floats) -> Ints:
    """The column of `main_gap` of each row; NO_GAP where there is none."""
    gaps = seconds[:, OF_GAPS]
    # The reason that took longest, and the last in the alphabet of two that took as long.
    longest = OF_GAPS[len(OF_GAPS) - 1 - gaps[:, ::-1].argmax(axis=1)]
    return np.where(gaps.any(axis=1), longest, NO_GAP)


def _named(seconds: Sequence[float]) -> dict[str, float]:
    return {reason: value for reason, value in zip(REASONS, seconds, strict=True) if value}


NO_TIME = TimeUse.of({})


def together(uses: Iterable[TimeUse]) -> TimeUse:
    """Everybody's seconds."""
    known = [use for use in uses if len(use.seconds)]
    if not known:
        return NO_TIME
    first = min(use.first for use in known)
    seconds = np.zeros((max(use._end for use in known) - first, COLUMNS))
    for use in known:
        seconds[use.first - first : use._end - first] += use.seconds
    return TimeUse(first, seconds)
