"""Frames that lost their reason to exist go at once; a worker drops those that it holds when it saves."""

from collections.abc import Iterable
from uuid import UUID

from django.dispatch import receiver

from classroom.events import consent_ended, session_closed

from . import references
from .frame_queue import queue, tallies


@receiver(consent_ended)
def erase_their_frames(consent_ids: Iterable[int], **_: object) -> None:
    consent_ids = list(consent_ids)
    queue.erase_of_consents(consent_ids)
    references.forget(consent_ids)


@receiver(session_closed)
def close_the_books(session_id: UUID, **_: object) -> None:
    queue.erase_of_session(session_id)
    tallies.copy_to_database()
