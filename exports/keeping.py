"""The rows of a session: of one that has ended as they were kept, if nothing has changed since."""

from collections.abc import Callable
from datetime import datetime

from classroom.models import ClassSession
from dashboards.report.fingerprint import may_be_kept
from dashboards.report.keeping import keep, proved

from .models import KeptRows
from .record import SessionRecord

Progress = Callable[[float], None]
"""Takes the share that is done, and raises where the work is no longer wanted."""


def ignore(share: float) -> None:
    """While somebody waits, nobody asks how far it is."""


def record_of(session: ClassSession, now: datetime, progress: Progress = ignore) -> SessionRecord:
    """What may be read of a session at this moment, in every table."""
    made = SessionRecord.as_of(session, now)
    if not may_be_kept(session, now):
        return made
    if kept := proved(KeptRows.objects.filter(session=session), session, now):
        return SessionRecord.as_of(session, now, bytes(kept.body))
    keep(KeptRows.objects, session, now, lambda: made.as_archive(progress))
    return made
