"""React to the classroom's signals: move or delete what was measured, and drop the frames that still wait."""

from collections.abc import Iterable
from uuid import UUID

from django.dispatch import receiver

from classroom.events import consent_ended, consent_erased, consent_replaced, measuring_paused, session_closed

from . import references
from .frame_queue import queue, tallies
from .models import BucketSummary, PackedSummaries, Reading


@receiver(consent_erased)
def delete_readings(consent_id: int, **_: object) -> None:
    """Delete the readings and summaries of a decision, inside the transaction that erases it."""
    Reading.objects.filter(consent=consent_id).delete()
    BucketSummary.objects.filter(consent=consent_id).delete()
    PackedSummaries.objects.filter(consent=consent_id).delete()


@receiver(consent_replaced)
def move_readings(from_id: int, to_id: int, **_: object) -> None:
    """Move readings and summaries to the decision that replaces theirs, inside its transaction."""
    Reading.objects.filter(consent=from_id).update(consent=to_id)
    BucketSummary.objects.filter(consent=from_id).update(consent=to_id)
    PackedSummaries.objects.filter(consent=from_id).update(consent=to_id)


@receiver(consent_ended)
def drop_frames(consent_ids: Iterable[int], **_: object) -> None:
    """Drop the waiting frames of ended decisions; a worker drops those that it holds when it saves."""
    consent_ids = list(consent_ids)
    queue.erase_of_consents(consent_ids)
    references.forget(consent_ids)


@receiver(measuring_paused)
def drop_frames_of_session(session_id: UUID, **_: object) -> None:
    """Drop the frames that wait while the teacher pauses all cameras."""
    queue.erase_of_session(session_id)


@receiver(session_closed)
def drop_frames_and_count(session_id: UUID, **_: object) -> None:
    """Drop the waiting frames of a closed session and copy its tally to the database."""
    queue.erase_of_session(session_id)
    tallies.copy_to_database()
