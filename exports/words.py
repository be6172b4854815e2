"""The words of tables: what a column of words may hold, in English. A workbook translates them."""

from functools import cache

from django.utils.translation import gettext_noop as _
from django.utils.translation import override

from classroom.models import Consent
from dashboards.aggregates.coverage import REASONS

NOT_FOR_GRADING = _("Not for grading or discipline.")
INVENTED = _("Invented students and numbers. Not for grading or discipline.")

# About an average.
BLURRED = _("Blurred to protect individual students.")
COARSE = _("Blurred to protect individual students: to the nearest 10%. The number counted is a lower limit.")
TOO_FEW = _("Too few students to show. The number with data is an upper limit.")
NO_DATA = _("No data.")
NO_RANGE = _("Fewer than 5 students: no likely range.")
LEFT_OUT = _(
    "Without students in the class average only: they are too few. The number with data is an upper limit."
)
TWO_FORMULAS = _("Several versions of the formula made it: their numbers cannot be compared.")
NOT_SHARED = _("In the class average only.")
NOT_SHOWN = _("Not shown in this mode.")
ERASED = _("Erased: the time for which it is kept is over.")

# What a student shares.
NO_CAMERA = _("No camera")

# Why no answers are shown.
FEW_ANSWERS = _("Fewer than 5 answers: only how many.")
WHEN_CLOSED = _("Shown when the question closes.")

# Who lowered a hand.
BY_TEACHER, BY_STUDENT, STILL_UP = _("Teacher"), _("Student"), _("Still up")

MARKER, GOT_IT = _("Marker"), _("Got it")

# What a student says by button, by its name in the code.
SAID = {
    "too_fast": _("Too fast"),
    "pace_right": _("Pace is fine"),
    "too_slow": _("Too slow"),
    "too_hard": _("Too hard"),
    "difficulty_right": _("Difficulty is fine"),
    "too_easy": _("Too easy"),
    "lost": _("I'm lost"),
    "wrong_reading": _("That expression is wrong"),
}


def english(text: object) -> str:
    """The English of a text that is translated when it is read."""
    with override("en"):
        return str(text)


@cache
def reason(name: str) -> str:
    """Why there is no data, by its name in the code."""
    return english(REASONS[name])


@cache
def level(name: str) -> str:
    """What a student shares, by its name in the code."""
    return english(Consent.Level(name).label)
