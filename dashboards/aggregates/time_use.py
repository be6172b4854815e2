"""Where the seconds of many students went, computed for some of them at once.

A reading stands until the next one, at most HOLD_SECONDS, and never beyond the moment at which the camera's
state changed. HOLD_SECONDS is as long as a bucket, so the first and last reading of each bucket are all that
is needed: no gap inside a bucket is longer. The standing time of a bucket is shared among its face states by
their counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from emotion.buckets import STEP_SECONDS, Cell
from emotion.summary_tables import FACES
from emotion.vision.states import FaceState

from .arrays import Array, Bools, Floats, Ints
from .coverage import CAMERA_ON, ERASED, MEASURED, NO_FRAME
from .own_cells import OwnCells
from .roster import RosterEntry, is_filming
from .time_table import COLUMN_OF, COLUMNS, NO_TIME, TimeUse

HOLD_SECONDS = STEP_SECONDS

OF_FACES = np.array([COLUMN_OF[MEASURED if face == FaceState.SEEN else face] for face in FACES])
# Stands in place of a column where a reading decides it.
FILMING = -1
# Students whose tables are computed together: more save no time, and those of a long day take a gigabyte.
AT_ONCE = 25


def time_use(
    entry: RosterEntry,
    cells: Mapping[int, Cell],
    until: float,
    *,
    since: float = 0.0,
    erased_before: float = 0.0,
) -> TimeUse:
    """Account for each second between joining and leaving. Readings before `erased_before` have expired."""
    own = OwnCells.of(cells)
    return time_uses([entry], [own], until, since=since, erased_before=[erased_before])[0]


def time_uses(
    entries: Sequence[RosterEntry],
    cells: Sequence[OwnCells],
    until: float,
    *,
    since: float,
    erased_before: Sequence[float],
) -> list[TimeUse]:
    """The time use of each of these, who have these cells."""
    return [
        used
        for some in _parts(entries)
        for used in _time_uses(entries[some], cells[some], until, since, np.array(erased_before[some]))
    ]


def _parts(entries: Sequence[RosterEntry]) -> Iterator[slice]:
    return (slice(begin, begin + AT_ONCE) for begin in range(0, len(entries), AT_ONCE))


def _time_uses(
    entries: Sequence[RosterEntry],
    cells: Sequence[OwnCells],
    until: float,
    since: float,
    erased_before: Floats,
) -> list[TimeUse]:
    pieces = _pieces(entries, until, since, filming=FILMING)
    if not len(pieces.bucket):
        return [NO_TIME] * len(entries)
    is_filmed = pieces.column == FILMING
    spent = [_spent(pieces.only(~is_filmed))]
    filmed, first = pieces.only(is_filmed), int(pieces.bucket.min())
    standing, faces = _standing(filmed, _Readings.of(cells, first - 1, int(pieces.bucket.max())))
    spent += [_Spent(filmed, column, faces[:, place]) for place, column in enumerate(OF_FACES)]
    spent.append(_missing(filmed, standing, entries, erased_before))
    return _tables(spent, len(entries), first)


def time_uses_without_readings(
    entries: Sequence[RosterEntry], until: float, *, since: float = 0.0
) -> list[TimeUse]:
    """Account for each second by presence alone, for modes in which readings are not shown."""
    return [used for some in _parts(entries) for used in _presence(entries[some], until, since)]


def _presence(entries: Sequence[RosterEntry], until: float, since: float) -> list[TimeUse]:
    pieces = _pieces(entries, until, since, filming=COLUMN_OF[CAMERA_ON])
    if not len(pieces.bucket):
        return [NO_TIME] * len(entries)
    return _tables([_spent(pieces)], len(entries), int(pieces.bucket.min()))


class _Pieces(NamedTuple):
    """The parts of stays that fall into each bucket, (P,) each."""

    # Which of the students, and the column of the reason: FILMING where readings decide.
    student: Ints
    column: Ints
    bucket: Ints
    start: Floats
    stop: Floats
    # When the stay began: no reading from before its camera came on says anything about it.
    begun: Floats

    def only(self, which: Bools) -> "_Pieces":
        parts: dict[str, Array] = self._asdict()
        return _Pieces(**{name: part[which] for name, part in parts.items()})


class _Spent(NamedTuple):
    """Seconds (P,) of pieces that went to a reason, or to one each."""

    pieces: _Pieces
    column: Ints | int
    seconds: Floats


def _pieces(entries: Sequence[RosterEntry], until: float, since: float, *, filming: int) -> _Pieces:
    stays = [
        (place, filming if is_filming(stay.state) else COLUMN_OF[str(stay.state)], stay.begin, stay.end)
        for place, entry in enumerate(entries)
        for stay in entry.stays(until)
        if stay.end > since
    ]
    student, column, begun, end = np.array(stays, dtype=float).reshape(-1, 4).T
    begin = np.maximum(begun, since)
    first, last = begin // STEP_SECONDS, end // STEP_SECONDS
    # One that ends with a bucket has nothing of the next.
    last -= last * STEP_SECONDS == end
    steps = (last - first + 1).astype(int)
    stay = np.repeat(np.arange(len(stays)), steps)
    bucket = first[stay] + np.arange(len(stay)) - np.repeat(np.cumsum(steps) - steps, steps)
    return _Pieces(
        student=student[stay].astype(int),
        column=column[stay].astype(int),
        bucket=bucket.astype(int),
        start=np.maximum(begin[stay], bucket * STEP_SECONDS),
        stop=np.minimum(end[stay], (bucket + 1) * STEP_SECONDS),
        begun=begun[stay],
    )


def _spent(pieces: _Pieces) -> _Spent:
    return _Spent(pieces, pieces.column, pieces.stop - pieces.start)


class _Readings(NamedTuple):
    """The cells of each student (N) in each bucket (T) from `first` on; NaN and 0 where there is none."""

    first_bucket: int
    first: Floats
    last: Floats
    # (N, T, FACES)
    faces: Ints

    @classmethod
    def of(cls, cells: Sequence[OwnCells], first: int, last: int) -> "_Readings":
        shape = (len(cells), last - first + 1)
        found = cls(
            first, np.full(shape, np.nan), np.full(shape, np.nan), np.zeros((*shape, len(FACES)), int)
        )
        for row, own in enumerate(cells):
            table = own.within(first, last).table
            steps = table["bucket"] - first
            found.first[row, steps], found.last[row, steps] = table["first"], table["last"]
            found.faces[row, steps] = table["faces"]
        return found

    def at(self, pieces: _Pieces, back: int) -> "tuple[Floats, Floats, Ints]":
        """(first, last, faces) of the bucket of each piece, or so many before it; of this camera's stay."""
        where = (pieces.student, pieces.bucket - back - self.first_bucket)
        first, last, faces = self.first[where], self.last[where], self.faces[where]
        is_of_stay = last >= pieces.begun
        none = ~is_of_stay
        first[none], last[none], faces[none] = np.nan, np.nan, 0
        return first, last, faces


def _standing(pieces: _Pieces, readings: _Readings) -> tuple[Floats, Floats]:
    """Seconds (P,) for which a reading stands, and how they are shared among the faces, (P, FACES)."""
    first, _last, faces = readings.at(pieces, 0)
    _first, before, earlier = readings.at(pieces, 1)
    has_own, has_before = ~np.isnan(first), ~np.isnan(before)
    own = np.where(has_own, np.minimum(first, pieces.stop), pieces.stop)
    standing = pieces.stop - np.maximum(pieces.start, own)
    # The last reading of the bucket before stands into this one, until the next one comes.
    carried = np.maximum(0.0, np.minimum(before + HOLD_SECONDS, own) - pieces.start)
    standing += np.where(has_before, carried, 0.0)
    shown = np.where(has_own[:, None], faces, earlier)
    counted = shown.sum(axis=1)
    standing = np.where((counted > 0) & (standing > 0), standing, 0.0)
    return standing, standing[:, None] * shown / np.maximum(counted, 1)[:, None]


def _missing(
    pieces: _Pieces, standing: Floats, entries: Sequence[RosterEntry], erased_before: Floats
) -> _Spent:
    """The seconds without a reading, and why."""
    is_erased = pieces.start < erased_before[pieces.student]
    for place, entry in enumerate(entries):
        for given, ended in entry.withdrawn:
            is_erased |= (pieces.student == place) & (given <= pieces.start) & (pieces.start < ended)
    column = np.where(is_erased, COLUMN_OF[ERASED], COLUMN_OF[NO_FRAME])
    return _Spent(pieces, column, np.maximum(pieces.stop - pieces.start - standing, 0.0))


def _tables(spent: Sequence[_Spent], students: int, first: int) -> list[TimeUse]:
    steps = 1 + max(int(part.pieces.bucket.max(initial=first)) for part in spent) - first
    places = np.concatenate(
        [(part.pieces.student * steps + part.pieces.bucket - first) * COLUMNS + part.column for part in spent]
    )
    seconds = np.concatenate([part.seconds for part in spent])
    added: Floats = np.bincount(places, seconds, minlength=students * steps * COLUMNS).astype(float)
    return [_of_one(first, own) for own in added.reshape(students, steps, COLUMNS)]


def _of_one(first: int, seconds: Floats) -> TimeUse:
    """A table from the first to the last bucket in which this student was in class."""
    rows = np.flatnonzero(seconds.any(axis=1))
    if not len(rows):
        return NO_TIME
    begin, end = int(rows[0]), int(rows[-1]) + 1
    return TimeUse(first + begin, seconds[begin:end].copy())
