"""When anybody in a session last did anything, whichever tables say so."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max

if TYPE_CHECKING:
    from .sessions import ClassSession


def last_activity(session: "ClassSession") -> datetime:
    """Return the time of the last activity. An anonymous answer has none, but its student was seen then."""
    paths = (
        "last_seen_at",
        "pulses__at",
        "answers__answered_at",
        "student_questions__asked_at",
        "hands__raised_at",
    )
    times = [
        # One after the other: joined, each pulse would be combined with each answer.
        *(session.participants.aggregate(last=Max(path))["last"] for path in paths),
        *session.questions.aggregate(Max("opened_at"), Max("closed_at")).values(),
        session.markers.aggregate(last=Max("at"))["last"],
        session.acknowledgements.aggregate(last=Max("at"))["last"],
    ]
    return max([session.opened_at, *filter(None, times)])
