"""Coverage: measured time over possible time, with the reason for every gap. Pure functions.

A reading stands until the next one, at most HOLD_SECONDS, and never beyond the moment at which the camera's
state changed. HOLD_SECONDS is as long as a bucket, so the first and last reading of each bucket are all that
is needed: no gap inside a bucket is longer. The standing time of a bucket is shared among its face states by
their counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from classroom.models import Presence
from emotion.buckets import STEP_SECONDS, Cell
from emotion.models import FACE_STATES
from emotion.vision.states import FaceState

from .roster import GONE, RosterEntry, is_filming

HOLD_SECONDS = STEP_SECONDS

MEASURED = "measured"
NO_FRAME = "no_frame"
ERASED = "erased"
# Seconds without a reading, of all class-only students together.
NOT_GIVEN = "not_given"
# All there is to say where the viewer may not see readings.
CAMERA_ON = "camera_on"
# In a class without cameras.
PRESENT: str = Presence.State.PRESENT.value

REASONS: dict[str, str | Promise] = {
    MEASURED: _("With data"),
    CAMERA_ON: _("Camera on, data not shown"),
    **{state: label for state, label in FACE_STATES.items() if state != "seen"},
    FaceState.UNSURE: _("Expression not clear"),
    **{state.value: state.label for state in Presence.State if state is not Presence.State.MEASURING},
    # None arrived, or no worker reads.
    NO_FRAME: _("Camera on, but no picture was analysed"),
    ERASED: _("Data erased"),
    # No time in class: only a strip that had shown it as such has it.
    GONE: _("Gone"),
    NOT_GIVEN: _("No data (no reasons are given for students in the class average only)"),
}

# Reasons that only a reading, or its absence, can give: a face, none, several, darkness.
FROM_READINGS = frozenset({MEASURED, NO_FRAME, ERASED, *FACE_STATES})

Seconds = Mapping[str, float]
"""Seconds by reason, MEASURED being one of them."""
TimeUse = Mapping[int, Seconds]
"""Where the seconds of each bucket went."""


def time_use(
    entry: RosterEntry,
    cells: Mapping[int, Cell],
    until: float,
    *,
    since: float = 0.0,
    erased_before: float = 0.0,
) -> TimeUse:
    """Where each second between joining and leaving went. Readings before `erased_before` have expired."""
    used: dict[int, dict[str, float]] = {}
    for begin, end, state in entry.stays(until):
        for bucket, start, stop in split(max(begin, since), end):
            seconds = used.get(bucket)
            if seconds is None:
                seconds = used[bucket] = defaultdict(float)
            if not is_filming(state):
                seconds[str(state)] += stop - start
                continue
            standing, faces = _standing(cells, bucket, begin, start, stop)
            readings = sum(faces.values())
            for face, count in faces.items():
                seconds[MEASURED if face == "seen" else face] += standing * count / readings
            if (missing := stop - start - standing) > 0:
                seconds[_why_missing(entry, start, erased_before)] += missing
    return used


def time_use_without_readings(entry: RosterEntry, until: float, *, since: float = 0.0) -> TimeUse:
    """Where each second went as far as presence tells, for modes in which readings are not shown."""
    used: dict[int, dict[str, float]] = {}
    for begin, end, state in entry.stays(until):
        reason = CAMERA_ON if is_filming(state) else str(state)
        for bucket, start, stop in split(max(begin, since), end):
            used.setdefault(bucket, defaultdict(float))[reason] += stop - start
    return used


def split(begin: float, end: float) -> Iterator[tuple[int, float, float]]:
    """The parts (bucket, begin, end) of a stretch of time that fall into each bucket."""
    while begin < end:
        bucket = int(begin // STEP_SECONDS)
        stop = min(end, (bucket + 1) * STEP_SECONDS)
        yield bucket, begin, stop
        begin = stop


def _standing(
    cells: Mapping[int, Cell], bucket: int, camera_on: float, start: float, stop: float
) -> tuple[float, dict[str, int]]:
    """Seconds of start..stop for which a reading stands, and the faces among which they are shared.

    `camera_on` is when this camera came on: no reading from before it says anything about this stretch.
    """
    own, before = _since(camera_on, cells.get(bucket)), _since(camera_on, cells.get(bucket - 1))
    first = min(own.first, stop) if own else stop
    standing = stop - max(start, first)
    if before:
        # Its last reading stands into this bucket, until the next one comes.
        standing += max(0.0, min(before.last + HOLD_SECONDS, first) - start)
    shown = own or before
    return (standing, shown.faces) if shown and shown.faces and standing > 0 else (0.0, {})


def _since(camera_on: float, cell: Cell | None) -> Cell | None:
    return None if cell is None or cell.last < camera_on else cell


def _why_missing(entry: RosterEntry, moment: float, erased_before: float) -> str:
    withdrawn = any(given <= moment < ended for given, ended in entry.withdrawn)
    return ERASED if withdrawn or moment < erased_before else NO_FRAME


def published_use(entry: RosterEntry, used: TimeUse) -> TimeUse:
    """What a teacher may see of this student's time; of a class-only student only when the camera was on."""
    if not entry.is_class_only:
        return used
    return {bucket: _without_readings(seconds) for bucket, seconds in used.items()}


def _without_readings(seconds: Seconds) -> Seconds:
    merged: dict[str, float] = defaultdict(float)
    for reason, value in seconds.items():
        merged[CAMERA_ON if reason in FROM_READINGS else reason] += value
    return merged


def total(used: TimeUse) -> dict[str, float]:
    """Seconds by reason in all buckets together."""
    seconds: dict[str, float] = defaultdict(float)
    for part in used.values():
        add(seconds, part)
    return seconds


def use_of_all(uses: Iterable[TimeUse]) -> dict[int, dict[str, float]]:
    """Everybody's seconds together, by bucket."""
    together: dict[int, dict[str, float]] = {}
    for own in uses:
        for bucket, part in own.items():
            add(together.setdefault(bucket, defaultdict(float)), part)
    return together


def merged_use(used: TimeUse, merge: int) -> dict[int, dict[str, float]]:
    """The same seconds by steps of `merge` buckets."""
    steps: dict[int, dict[str, float]] = {}
    for bucket, part in used.items():
        add(steps.setdefault(bucket // merge, defaultdict(float)), part)
    return steps


def add(seconds: dict[str, float], part: Seconds) -> None:
    for reason, value in part.items():
        seconds[reason] += value


def share_measured(seconds: Seconds) -> float | None:
    """Measured time over possible time; None where nobody was there of whom it may be said.

    Nothing measured beside cameras of which it may not be said would be a false 0 %.
    """
    measured = seconds.get(MEASURED, 0.0)
    withheld = seconds.get(CAMERA_ON, 0.0) + seconds.get(PRESENT, 0.0)
    possible = sum(seconds.values()) - withheld
    if possible <= 0 or (measured == 0 and withheld > 0):
        return None
    return measured / possible


def is_mostly_measured(seconds: Seconds) -> bool:
    """One second of ten has a score too, but it is not the score of those ten."""
    return 2 * seconds.get(MEASURED, 0.0) >= sum(seconds.values())


def main_gap(seconds: Seconds) -> str | None:
    """The reason that took most of the time that was not measured."""
    gaps = [
        (spent, reason)
        for reason, spent in seconds.items()
        if reason not in (MEASURED, PRESENT) and spent > 0
    ]
    return max(gaps)[1] if gaps else None
