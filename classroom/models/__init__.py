"""Who is in the session and what they agreed to."""

from .consents import CONSENT_TEXT_VERSION, Consent
from .participants import Participant
from .sessions import ClassSession, Course, Mode
from .timeline import Marker, Presence, Pulse

__all__ = [
    "CONSENT_TEXT_VERSION",
    "ClassSession",
    "Consent",
    "Course",
    "Marker",
    "Mode",
    "Participant",
    "Presence",
    "Pulse",
]
