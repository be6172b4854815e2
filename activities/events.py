"""Hints of this app to open pages, sent at most once and after the transaction that changed the database.

Students' pages get the state itself, the same for all of them, in one message. Pages of the teacher and the
projector get a hint and read what they may show.
"""

import json
import uuid

from django.db import transaction

from classroom import group_publisher
from classroom.events import live_group, participant_group, room_group

HINT = {"type": "activities.changed"}


def projector_group(session_id: uuid.UUID) -> str:
    """Return the channel-layer group of the projector views of a session."""
    return f"projector.{session_id.hex}"


def publish_to_everybody(session_id: uuid.UUID) -> None:
    """Send students the new state, and a hint to the live page and the projector."""
    transaction.on_commit(lambda: _send_state(session_id), robust=True)


def publish_to_teachers(session_id: uuid.UUID) -> None:
    """Send a hint to the live page and the projector: nothing changed that students see."""
    transaction.on_commit(lambda: group_publisher.publish(_hints(session_id)), robust=True)


def publish_to_student(participant_id: uuid.UUID, message: dict[str, object]) -> None:
    """Send a message to one student's page."""
    event: dict[str, object] = {"type": "participant.message", "text": json.dumps(message)}
    group = participant_group(participant_id)
    transaction.on_commit(lambda: group_publisher.publish([(group, event)]), robust=True)


def _send_state(session_id: uuid.UUID) -> None:
    from .state import shared_state

    event: dict[str, object] = {"type": "room.message", "text": json.dumps(shared_state(session_id))}
    group_publisher.publish([(room_group(session_id), event), *_hints(session_id)])


def _hints(session_id: uuid.UUID) -> list[tuple[str, dict[str, object]]]:
    return [(live_group(session_id), {**HINT}), (projector_group(session_id), {**HINT})]
