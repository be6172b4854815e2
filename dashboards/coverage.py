"""Measured time over possible time, with the reason for every gap. Pure: times come in as seconds since 1970.

A reading stands until the next one, at most HOLD, and never beyond the moment at which the camera's state
changed. HOLD is as long as a bucket, so the first and last reading of each bucket are all that is needed: no
gap inside a bucket is longer. The standing time of a bucket is shared among its face states by their counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from classroom.models import Presence
from emotion.buckets import STEP_SECONDS, Cell
from emotion.models import FACE_STATES

from .seats import GONE, Seat

HOLD_SECONDS = STEP_SECONDS

MEASURED = "measured"
NO_FRAME = "no_frame"
ERASED = "erased"
UNTOLD = "untold"  # of those who only count in the class, all together
CAMERA_ON = "camera_on"  # where readings are not the teacher's to see, this is all there is to say

REASONS = {
    MEASURED: _("Measured"),
    CAMERA_ON: _("Camera on, readings not shown"),
    **{state: label for state, label in FACE_STATES.items() if state != "seen"},
    **{state.value: state.label for state in Presence.State if state is not Presence.State.MEASURING},
    NO_FRAME: _("Camera on, but no picture was read"),  # none arrived, or no worker reads
    ERASED: _("Readings erased"),
    GONE: _("Gone"),  # no time in class: of a strip that had shown it as such
    UNTOLD: _("No reading (no reasons are given for students who only count in the class)"),
}

# What only a reading, or its absence, can tell: a face, none, several, darkness.
FROM_READINGS = frozenset({MEASURED, NO_FRAME, ERASED, *FACE_STATES})

Seconds = Mapping[str, float]  # per reason, "measured" being one of them
Account = dict[int, Seconds]  # by bucket


def account(
    seat: Seat, cells: dict[int, Cell], until: float, *, since: float = 0.0, erased_before: float = 0.0
) -> Account:
    """Where each second between join and leave went. Readings from before `erased_before` have expired."""
    spent: Account = {}
    for begin, end, state in seat.stays(until):
        for bucket, start, stop in split(max(begin, since), end):
            seconds = spent.get(bucket)
            if seconds is None:
                seconds = spent[bucket] = defaultdict(float)
            if state != Presence.State.MEASURING:
                seconds[str(state)] += stop - start
                continue
            standing, faces = _standing(cells, bucket, begin, start, stop)
            readings = sum(faces.values())
            for face, count in faces.items():
                seconds[MEASURED if face == "seen" else face] += standing * count / readings
            if (missing := stop - start - standing) > 0:
                seconds[_why_missing(seat, start, erased_before)] += missing
    return spent


def split(begin: float, end: float) -> Iterator[tuple[int, float, float]]:
    """The parts of a stretch of time that fall into each bucket."""
    while begin < end:
        bucket = int(begin // STEP_SECONDS)
        stop = min(end, (bucket + 1) * STEP_SECONDS)
        yield bucket, begin, stop
        begin = stop


def _standing(
    cells: dict[int, Cell], bucket: int, camera_on: float, start: float, stop: float
) -> tuple[float, dict[str, int]]:
    """Seconds of start..stop for which a reading stands, and the faces among which they are shared.

    `camera_on` is when this camera came on: no reading from before it says anything about this stretch.
    """
    own, before = cells.get(bucket), cells.get(bucket - 1)
    if own and own.last < camera_on:
        own = None
    if before and before.last < camera_on:
        before = None
    first = min(own.first, stop) if own else stop
    standing = stop - max(start, first)
    if before:  # its last reading stands into this bucket, until the next one comes
        standing += max(0.0, min(before.last + HOLD_SECONDS, first) - start)
    faces = (own or before).faces if standing > 0 else {}
    return (standing, faces) if faces else (0.0, {})


def _why_missing(seat: Seat, moment: float, erased_before: float) -> str:
    withdrawn = any(given <= moment < ended for given, ended in seat.withdrawn)
    return ERASED if withdrawn or moment < erased_before else NO_FRAME


def presence_only(seat: Seat, until: float, *, since: float = 0.0) -> Account:
    """The same without readings, for modes in which they are not the teacher's to see."""
    spent: Account = {}
    for begin, end, state in seat.stays(until):
        reason = CAMERA_ON if state == Presence.State.MEASURING else str(state)
        for bucket, start, stop in split(max(begin, since), end):
            spent.setdefault(bucket, defaultdict(float))[reason] += stop - start
    return spent


def told_of(seat: Seat, spent: Account) -> Account:
    """What a teacher is told of this one person. Of who only counts in the class: when the camera was on."""
    if not seat.is_class_only:
        return spent
    return {bucket: without_readings(seconds) for bucket, seconds in spent.items()}


def without_readings(seconds: Seconds) -> Seconds:
    told: dict[str, float] = defaultdict(float)
    for reason, value in seconds.items():
        told[CAMERA_ON if reason in FROM_READINGS else reason] += value
    return told


def total(spent: Account) -> Counter:
    seconds = Counter()
    for part in spent.values():
        for reason, value in part.items():
            seconds[reason] += value
    return seconds


def spent_by_class(accounts: Iterable[Account]) -> Account:
    """Everybody's seconds together, per bucket."""
    spent: Account = {}
    for own in accounts:
        for bucket, part in own.items():
            seconds = spent.setdefault(bucket, Counter())
            for reason, value in part.items():
                seconds[reason] += value
    return spent


def share_measured(seconds: Seconds) -> float | None:
    """Measured time over possible time; None where nobody was there of whom it may be said.

    Nothing measured beside cameras of which it is not told would be no 0 %.
    """
    measured, untold = seconds.get(MEASURED, 0.0), seconds.get(CAMERA_ON, 0.0)
    possible = sum(seconds.values()) - untold
    if possible <= 0 or (measured == 0 and untold > 0):
        return None
    return measured / possible


def is_mostly_measured(seconds: Seconds) -> bool:
    """One second of ten has a score too, but it is not the score of those ten."""
    return 2 * seconds.get(MEASURED, 0.0) >= sum(seconds.values())


def main_gap(seconds: Seconds) -> str | None:
    """The reason that took most of the time that was not measured."""
    gaps = [(spent, reason) for reason, spent in seconds.items() if reason != MEASURED and spent > 0]
    return max(gaps)[1] if gaps else None
