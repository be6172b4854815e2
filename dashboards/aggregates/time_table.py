"""Where one student's or a class's seconds went: a row for each bucket, a column for each reason."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from .arrays import Bools, Floats
from .coverage import CAMERA_ON, FROM_READINGS, MEASURED, REASONS, Seconds
from .roster import RosterEntry

COLUMN_OF = {reason: place for place, reason in enumerate(REASONS)}
COLUMNS = len(REASONS)
OF_READINGS = [COLUMN_OF[reason] for reason in sorted(FROM_READINGS & COLUMN_OF.keys())]


class TimeUse(Mapping[int, Seconds]):
    """Where one student's seconds went, by bucket. A bucket without any is not in it."""

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
        """The same in a table of its own, which has the buckets from `first` on as well."""
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
        """The same seconds by steps of `merge` buckets."""
        first, last = self.first // merge, -(-self._end // merge)
        seconds = self.within(first * merge, (last - first) * merge)
        return TimeUse(first, seconds.reshape(last - first, merge, COLUMNS).sum(axis=1))

    @cached_property
    def _by_bucket(self) -> dict[int, dict[str, float]]:
        rows = np.flatnonzero(self.seconds.any(axis=1))
        values = self.seconds[rows].tolist()
        return {self.first + row: _named(own) for row, own in zip(rows.tolist(), values, strict=True)}

    def __getitem__(self, bucket: int) -> Seconds:
        return self._by_bucket[bucket]

    def __iter__(self) -> Iterator[int]:
        return iter(self._by_bucket)

    def __len__(self) -> int:
        return len(self._by_bucket)


def mostly_measured(seconds: Floats) -> Bools:
    """`is_mostly_measured` of each row."""
    found: Bools = 2 * seconds[:, COLUMN_OF[MEASURED]] >= seconds.sum(axis=1)
    return found


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
