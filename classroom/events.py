"""How the classroom tells the rest of the product that something changed.

Signals are for code downstream that must act at once (drop frames in memory); channel-layer messages
are hints for open sockets, sent at most once, after the transaction that changed the database.
"""

import uuid

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.dispatch import Signal

consent_ended = Signal()  # consent_ids: list[int]
session_closed = Signal()  # session_id: uuid.UUID


def live_group(session_id: uuid.UUID) -> str:
    return f"live.{session_id.hex}"


def seat_group(participant_id: uuid.UUID) -> str:
    return f"seat.{participant_id.hex}"


def tell_live(session_id: uuid.UUID) -> None:
    """Hint to the teachers' live pages: something other than readings changed, look again."""
    _after_commit(live_group(session_id), {"type": "class.changed"})


def tell_seat(participant_id: uuid.UUID, reason: str) -> None:
    """Hint to one student's socket: `reason` is removed, left, erased, withdrawn, consented or ended."""
    _after_commit(seat_group(participant_id), {"type": "seat.changed", "reason": reason})


def _after_commit(group: str, message: dict) -> None:
    transaction.on_commit(lambda: async_to_sync(get_channel_layer().group_send)(group, message))
