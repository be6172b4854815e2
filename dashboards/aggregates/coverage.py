"""Coverage: measured time over possible time, with the reason for every gap. Pure functions."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from classroom.models import Presence
from emotion.models import FACE_STATES
from emotion.vision.states import FaceState

from .roster import GONE

MEASURED = "measured"
NO_FRAME = "no_frame"
ERASED = "erased"
# Seconds without a reading, of all class-only students together.
NOT_GIVEN = "not_given"
# All there is to say where the viewer may not see readings.
CAMERA_ON = "camera_on"
# The state of a student in a class without cameras.
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


def add(seconds: dict[str, float], part: Seconds) -> None:
    for reason, value in part.items():
        seconds[reason] = seconds.get(reason, 0.0) + value


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


def main_gap(seconds: Seconds) -> str | None:
    """The reason that took most of the time that was not measured."""
    gaps = [
        (spent, reason)
        for reason, spent in seconds.items()
        if reason not in (MEASURED, PRESENT) and spent > 0
    ]
    return max(gaps)[1] if gaps else None
