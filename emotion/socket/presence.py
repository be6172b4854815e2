"""Write down who is in class and what their camera does."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from classroom.events import publish_participants_changed
from classroom.models import Participant

from .admission import find_participant
from .identity import Identity
from .threads import in_database


@in_database
def record_camera_states(states: Mapping[UUID, str]) -> dict[UUID, bool]:
    """Record the state that each page reports. False for participants who are not in class any more."""
    publish_changes(Participant.objects.record_camera_states(states))
    present = set(Participant.objects.in_class().filter(pk__in=states).values_list("pk", flat=True))
    return {pk: pk in present for pk in states}


@in_database
def record_offline(heard_at: Mapping[UUID, datetime]) -> dict[UUID, None]:
    """Record that connections were lost, as of the last message on each."""
    publish_changes(Participant.objects.record_offline(heard_at))
    return dict.fromkeys(heard_at)


@in_database
def record_presence(identity: Identity) -> None:
    """Record that a participant who was silent, or counted as gone, is back. Raise Rejected if they left."""
    participant = find_participant(identity)
    if participant.record_return():
        publish_changes([participant])


@in_database
def record_last_seen(heard_at: Mapping[UUID, datetime]) -> set[UUID]:
    """Record when each participant last sent anything. Return those who counted as gone."""
    return Participant.objects.record_last_seen(heard_at)


def publish_changes(participants: Iterable[Participant]) -> None:
    """Tell the live pages whose state changed."""
    publish_participants_changed((one.session_id, one.pk) for one in participants)
