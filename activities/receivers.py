"""React to the classroom's signals."""

from uuid import UUID

from django.dispatch import receiver

from classroom.events import session_closed

from .models import Hand, Question


@receiver(session_closed)
def close_activities(session_id: UUID, **_: object) -> None:
    """End what is open in a session that has ended."""
    for question in Question.objects.filter(session=session_id, closed_at=None):
        question.close()
    Hand.objects.lower(session_id, by_teacher=True)
