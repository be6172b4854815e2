"""How the classroom tells the rest of the product that something changed.

Signals are for code downstream that must act at once (drop frames in memory); channel-layer messages
are hints for open sockets, sent at most once, after the transaction that changed the database.
"""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.dispatch import Signal

from . import hints

# Sent after the transaction. consent_ids: list[int]
consent_ended = Signal()
# Sent after the transaction. session_id: uuid.UUID
session_closed = Signal()
# Sent inside the transaction, so that a receiver which fails undoes it. consent_id: int
consent_erased = Signal()
# Sent inside the transaction. from_id: int, to_id: int
consent_replaced = Signal()


def live_group(session_id: uuid.UUID) -> str:
    return f"live.{session_id.hex}"


def seat_group(participant_id: uuid.UUID) -> str:
    return f"seat.{participant_id.hex}"


def tell_live(session_id: uuid.UUID) -> None:
    """Hint to the teachers' live pages: look at the whole class again."""
    _hint([live_group(session_id)], {"type": "class.changed"})


def tell_live_of_seat(session_id: uuid.UUID, participant_id: uuid.UUID) -> None:
    """The same where one student's decision or camera changed."""
    tell_live_of_seats([(session_id, participant_id)])


def tell_live_of_seats(seats: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> None:
    """The same of several, (session, participant), in one call."""
    _send(
        (live_group(session_id), {"type": "seat.changed", "participant": participant_id.hex})
        for session_id, participant_id in seats
    )


def tell_live_of_past(session_id: uuid.UUID) -> None:
    """The same where more of what was told is not true than what can still change: everything again."""
    _hint([live_group(session_id)], {"type": "past.changed"})


def tell_live_of_words(session_id: uuid.UUID) -> None:
    """The same where somebody said something: a pulse or a marker."""
    _hint([live_group(session_id)], {"type": "words.changed"})


def tell_seats(participant_ids: Iterable[uuid.UUID], reason: str) -> None:
    """Hint to students' sockets: what happened (removed, left, erased, ended, deleted), or that something did
    and they look it up (withdrawn, consented, gone).
    """
    _hint([seat_group(id_) for id_ in participant_ids], {"type": "seat.changed", "reason": reason})


def send_after_commit(signal: Signal, sender: type, **facts: object) -> None:
    # robust, here and below: what is in the database is true, whether or not Redis could be told.
    transaction.on_commit(lambda: signal.send(sender, **facts), robust=True)


def _hint(groups: Iterable[str], message: dict) -> None:
    _send((group, message) for group in groups)


def _send(hinted: Iterable[tuple[str, dict]]) -> None:
    if messages := list(hinted):
        transaction.on_commit(lambda: hints.publish(messages), robust=True)
