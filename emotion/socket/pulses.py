"""Save what a student says: too fast, too hard, lost, or that a reading is wrong."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from classroom.events import publish_annotations_changed
from classroom.models import Participant
from emotion.models import Reading

from .admission import find_participant
from .identity import Identity
from .protocol import Close, Refused, Rejected
from .threads import in_database


@in_database
def record_pulse(identity: Identity, *, kind: str, value: int | None, sequence: int | None) -> bool:
    """Save one pulse. False if it is about a reading that the participant does not have."""
    return save_pulse(find_participant(identity), kind=kind, value=value, sequence=sequence)


@transaction.atomic
def save_pulse(participant: Participant, *, kind: str, value: int | None, sequence: int | None) -> bool:
    if not Participant.objects.filter(pk=participant.pk).for_update():
        # Erased, or deleted with the class, since they were looked up.
        raise Rejected(Close.NO_SEAT)
    now = timezone.now()
    at = now if sequence is None else _taken_at(participant, sequence)
    if at is None:
        return False
    if sequence is not None and participant.pulses.filter(kind=kind, at=at).exists():
        return True
    # The limit counts over all connections of a participant: each new one begins with a full token bucket.
    if participant.pulses.filter(at__gt=now - timedelta(minutes=1)).count() >= settings.PULSES_PER_MINUTE:
        raise Refused("too_many", sequence)
    participant.pulses.create(kind=kind, value=value, at=at)
    publish_annotations_changed(participant.session_id)
    return True


def _taken_at(participant: Participant, sequence: int) -> datetime | None:
    """Return when the frame was taken, so that "that's wrong" stands where its reading stands."""
    own = Reading.objects.filter(consent__participant=participant, sequence=sequence)
    return own.values_list("taken_at", flat=True).first()
