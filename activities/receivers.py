"""React to the classroom's signals, and erase again what was erased before a backup was restored."""

from datetime import datetime
from uuid import UUID

from django.dispatch import receiver

from classroom import erasures
from classroom.events import participants_left, session_closed
from classroom.models import ClassSession

from .models import Hand, Pick, Question, StudentQuestion


@receiver(participants_left)
def end_what_waits(session_id: UUID, participant_ids: list[UUID], at: datetime, **_: object) -> None:
    """Lower the hands of students who leave, and ask somebody else in the place of one who was picked."""
    Hand.objects.lower(session_id, by_teacher=False, at=at, participant__in=participant_ids)
    asked = Pick.objects.filter(participant__in=participant_ids, state=Pick.State.ASKED)
    if pick := asked.select_related("session").first():
        # It ends the pick that nobody will answer.
        Pick.objects.choose(pick.session)


@receiver(session_closed)
def close_activities(session_id: UUID, **_: object) -> None:
    """End what is open in a session that has ended, as of its end."""
    session = ClassSession.objects.filter(pk=session_id).first()
    if session is None:
        return
    for question in Question.objects.filter(session=session_id, closed_at=None):
        question.close(session.closed_at)
    Hand.objects.lower(session_id, by_teacher=True, at=session.closed_at)
    if StudentQuestion.objects.filter(session=session_id, participant=None).exists():
        # The log would tell in which order they were asked.
        erasures.truncate_wal_on_commit()


def register_repeaters() -> None:
    """Tell the classroom how a question is erased again."""
    erasures.repeaters[Question.ERASURE] = lambda pk: _erase(Question.objects.filter(pk=pk).first())
    erasures.repeaters[StudentQuestion.ERASURE] = lambda pk: _erase(
        StudentQuestion.objects.filter(pk=pk).first()
    )


def _erase(found: Question | StudentQuestion | None) -> bool:
    if found:
        found.erase()
    return found is not None
