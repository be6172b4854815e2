"""Who is in the session and what they agreed to."""

from .approvals import Approval
from .consents import CONSENT_TEXT_VERSION, Consent, TooManyDecisions
from .courses import Course, TeacherInvitation
from .modes import APPROVED_MODES, Mode, Purpose
from .participants import Participant
from .sessions import ClassSession
from .timeline import Marker, Presence, Pulse

__all__ = [
    "APPROVED_MODES",
    "CONSENT_TEXT_VERSION",
    "Approval",
    "ClassSession",
    "Consent",
    "Course",
    "Marker",
    "Mode",
    "Participant",
    "Presence",
    "Pulse",
    "Purpose",
    "TeacherInvitation",
    "TooManyDecisions",
]
