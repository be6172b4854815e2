"""What a student's connection knows about its participant, read from the database and never for a frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from classroom.models import Consent, Participant, Presence
from classroom.models.presence_updates import StateChange
from emotion.frame_queue.frame import next_sequence

from .admission import find_participants
from .identity import Identity
from .presence import publish_changes
from .protocol import Refused, Rejected
from .threads import in_database

State = Presence.State


@dataclass(frozen=True, slots=True)
class Connection:
    """A participant and what they agreed to, as of the last look-up."""

    session_id: UUID
    participant_id: UUID
    mode: str
    uses_camera: bool
    # Whether the teacher has paused all cameras.
    is_paused: bool
    consent_id: int | None
    level: str | None
    next_sequence: int

    def consent_to_camera(self, sequence: int | None = None) -> int:
        """Return the consent that a use of the camera rests on. Raise Refused if there is none."""
        if not self.uses_camera:
            raise Refused("mode", sequence)
        if self.consent_id is None:
            raise Refused("no_consent", sequence)
        return self.consent_id

    def consent_to_frame(self, sequence: int) -> int:
        """Return the consent that a frame rests on. Raise Refused also while cameras are paused."""
        consent_id = self.consent_to_camera(sequence)
        if self.is_paused:
            raise Refused("paused", sequence)
        return consent_id


@in_database
def refresh_connections(identities: Mapping[str, Identity]) -> dict[str, Connection | Rejected]:
    """Look up several connections, each under a name."""
    return _find_connections(identities)


@in_database
@transaction.atomic
def open_connections(identities: Mapping[str, Identity]) -> dict[str, tuple[Connection, str] | Rejected]:
    """Look up several connections and resume the camera state that each participant had before."""
    claimed = [identity.participant_id for identity in identities.values() if identity.is_own_page]
    # Locked, so that no decision changes between what is read here and what is recorded.
    Participant.objects.filter(pk__in=[pk for pk in claimed if pk]).for_update()
    found = _find_connections(identities)
    opened = [one for one in found.values() if isinstance(one, Connection)]
    earlier = Participant.objects.camera_states([one.participant_id for one in opened])
    states = {one.participant_id: _resumed_state(one, earlier.get(one.participant_id)) for one in opened}
    now = timezone.now()
    publish_changes(
        Participant.objects.record_states({pk: StateChange(state, now) for pk, state in states.items()})
    )
    return {
        name: one if isinstance(one, Rejected) else (one, states[one.participant_id])
        for name, one in found.items()
    }


def _find_connections(identities: Mapping[str, Identity]) -> dict[str, Connection | Rejected]:
    found = find_participants(identities)
    admitted = [one for one in found.values() if isinstance(one, Participant)]
    active = Consent.objects.active().filter(participant__in=admitted)
    consents = {consent.participant_id: consent for consent in active}
    return {
        name: one if isinstance(one, Rejected) else _connection(one, consents.get(one.pk))
        for name, one in found.items()
    }


def _connection(participant: Participant, active: Consent | None) -> Connection:
    session = participant.session
    # A decision may outlive the mode that is allowed; who left and came back has not decided again yet.
    may_use_camera = session.uses_camera and participant.entered_at
    consent = active if may_use_camera else None
    return Connection(
        session_id=session.pk,
        participant_id=participant.pk,
        mode=session.mode_in_force,
        uses_camera=session.uses_camera,
        is_paused=session.measuring_paused_at is not None,
        consent_id=consent.pk if consent else None,
        level=consent.level if consent else None,
        next_sequence=next_sequence(session.opened_at, timezone.now()),
    )


def _resumed_state(connection: Connection, earlier: str | None) -> str:
    if not connection.uses_camera:
        return State.PRESENT
    # In class without cameras, when the mode was not in force for a while.
    state = State.NO_CAMERA if earlier in (None, State.PRESENT) else earlier
    if state == State.NO_CAMERA and connection.consent_id:
        state = State.CHECKING
    return Presence.camera_state(state, is_paused=connection.is_paused)
