"""How the classroom tells the rest of the product that something changed.

Signals are for code downstream that must act at once (drop frames in memory). Channel-layer messages are
hints for open sockets: they are sent at most once, after the transaction that changed the database.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.dispatch import Signal

from . import group_publisher

# Sent after somebody made themselves an account. teacher: User
teacher_signed_up = Signal()
# Sent after the transaction. consent_ids: list[int]
consent_ended = Signal()
# Sent after the transaction. session_id: uuid.UUID
session_opened = Signal()
# Sent after the transaction. session_id: uuid.UUID
session_closed = Signal()
# Sent when a worker has computed the report of a session that ended. session_id: uuid.UUID
report_ready = Signal()
# Sent after the transaction. session_id: uuid.UUID
measuring_paused = Signal()
# Sent inside the transaction, so that a receiver which fails undoes it. consent_id: int
consent_erased = Signal()
# Sent inside the transaction. from_id: int, to_id: int
consent_replaced = Signal()
# Sent after the transaction, when students left or were removed before the end. session_id: uuid.UUID,
# participant_ids: list[uuid.UUID], at: datetime
participants_left = Signal()
# Sent inside the transaction, when a text was changed or hidden that may name somebody. session_id: uuid.UUID
words_changed = Signal()
# Sent inside the transaction. approval_ids: list[int]
approvals_revoked = Signal()


def live_group(session_id: uuid.UUID) -> str:
    """Return the channel-layer group of the teachers' live pages of a session."""
    return f"live.{session_id.hex}"


def participant_group(participant_id: uuid.UUID) -> str:
    """Return the channel-layer group of a participant's open sockets."""
    return f"participant.{participant_id.hex}"


def room_group(session_id: uuid.UUID) -> str:
    """Return the channel-layer group of the open sockets of all students of a session."""
    return f"room.{session_id.hex}"


def publish_class_changed(session_id: uuid.UUID) -> None:
    """Ask the live pages of a session to read the whole class again."""
    _publish_after_commit([(live_group(session_id), {"type": "class.changed"})])


def publish_participants_changed(participants: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> None:
    """Ask live pages to read pairs of (session, participant) again, whose decision or camera changed."""
    _publish_after_commit(
        (live_group(session_id), {"type": "participant.changed", "participant": participant_id.hex})
        for session_id, participant_id in participants
    )


def publish_history_changed(session_id: uuid.UUID) -> None:
    """Ask live pages to read the session from its beginning, where what they show of its past is not true."""
    _publish_after_commit([(live_group(session_id), {"type": "history.changed"})])


def publish_annotations_changed(session_id: uuid.UUID) -> None:
    """Ask live pages to read the students' pulses and the teachers' markers again."""
    _publish_after_commit([(live_group(session_id), {"type": "annotations.changed"})])


def publish_to_participants(participant_ids: Iterable[uuid.UUID], reason: str) -> None:
    """Tell students' sockets that their place changed.

    The reason says how it ended (removed, left, erased, ended, deleted), or that the socket must look it up
    (withdrawn, consented, mode, cameras, gone).
    """
    message = {"type": "participant.changed", "reason": reason}
    _publish_after_commit((participant_group(id_), message) for id_ in participant_ids)


def tell_of_leaving(session_id: uuid.UUID, participant_ids: list[uuid.UUID], at: datetime) -> None:
    """Send `participants_left` once the transaction is committed."""
    facts = {"session_id": session_id, "participant_ids": participant_ids, "at": at}
    send_after_commit(participants_left, None, **facts)


def send_after_commit(signal: Signal, sender: type | None, **facts: object) -> None:
    # robust, here and below: an unreachable Redis must not fail a request whose transaction is committed.
    # send_robust, so that a receiver that needs Redis takes the signal from no other.
    transaction.on_commit(lambda: signal.send_robust(sender, **facts), robust=True)


def _publish_after_commit(messages: Iterable[tuple[str, dict]]) -> None:
    if pending := list(messages):
        transaction.on_commit(lambda: group_publisher.publish(pending), robust=True)
