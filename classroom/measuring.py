"""The teacher's pause: all cameras of a class go off, and come on again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from . import events
from .models import ClassSession, Consent, Participant, Presence
from .models.presence_updates import StateChange


def pause_measuring(session: ClassSession) -> None:
    """Turn all cameras off. Afterwards nothing is saved until they are resumed; the gap has this reason."""
    _set_paused_at(session, timezone.now())
    _wait_for_batches(session)


def resume_measuring(session: ClassSession) -> None:
    """Let the cameras of those who agreed come on again."""
    _set_paused_at(session, None)


def _wait_for_batches(session: ClassSession) -> None:
    """A worker that found the session unpaused holds its consents until its readings are saved.

    In a transaction of its own: the next batch has to find the pause committed.
    """
    with transaction.atomic():
        held = Consent.objects.filter(participant__session=session).order_by("pk")
        list(held.select_for_update(of=("self",), no_key=True).values_list("pk"))


def _set_paused_at(session: ClassSession, paused_at: datetime | None) -> None:
    with transaction.atomic():
        # Before the participants, as ClassSession.close() locks them.
        ClassSession.objects.open().filter(pk=session.pk).update(measuring_paused_at=paused_at)
        here = session.participants.here(timezone.now())
        here.for_update()
        # Read after the lock: later than everything that was recorded while this waited.
        now, known = timezone.now(), here.states()
        # A lost connection stays one: what it comes back to is decided then.
        # Only real changes: each is also a sign of life.
        changes = {
            pk: StateChange(changed, now)
            for pk, state in known.items()
            if state and (changed := Presence.camera_state(state, is_paused=bool(paused_at))) != state
        }
        Participant.objects.record_states(changes)
        in_class = session.participants.in_class().values_list("pk", flat=True)
        events.publish_to_participants(in_class, "cameras")
        events.publish_class_changed(session.pk)
        if paused_at:
            events.send_after_commit(events.measuring_paused, ClassSession, session_id=session.pk)
    session.measuring_paused_at = paused_at
