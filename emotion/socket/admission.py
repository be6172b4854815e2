"""Which participant a connection belongs to, and why it is rejected if it belongs to none."""

from collections.abc import Mapping
from uuid import UUID

from classroom.models import ClassSession, Participant

from .identity import Identity
from .protocol import Close, Rejected


def find_participant(identity: Identity) -> Participant:
    """Return the participant. Raise Rejected if the connection has to close."""
    found = find_participants({"": identity})[""]
    if isinstance(found, Rejected):
        raise found
    return found


def find_participants(identities: Mapping[str, Identity]) -> dict[str, Participant | Rejected]:
    """Look up many connections, each under a name, in two queries at most."""
    claimed = {identity.participant_id for identity in identities.values() if identity.participant_id}
    of_these = Participant.objects.select_related("session__approval").filter(pk__in=claimed)
    known = {(participant.session_id, participant.pk): participant for participant in of_these}
    found = {
        name: known.get((identity.session_id, identity.participant_id))
        for name, identity in identities.items()
        if identity.participant_id
    }
    rejected = _reject_unknown({name: one for name, one in identities.items() if found.get(name) is None})
    return {
        name: _admit(participant, identity) if (participant := found.get(name)) else rejected[name]
        for name, identity in identities.items()
    }


def _admit(participant: Participant, identity: Identity) -> Participant | Rejected:
    if not identity.is_own_page:
        return Rejected(Close.OTHER_SEAT)
    if not participant.session.is_open:
        return Rejected(Close.ENDED)
    if participant.left_at:
        return Rejected(Close.REMOVED if participant.was_removed else Close.LEFT)
    return participant


def _reject_unknown(identities: Mapping[str, Identity]) -> dict[str, Rejected]:
    """Reject any number of strangers in one query: nothing bounds how many may come."""
    session_ids = {identity.session_id for identity in identities.values()}
    known: set[UUID] = set()
    if session_ids:
        known = set(ClassSession.objects.filter(pk__in=session_ids).values_list("pk", flat=True))
    return {
        name: Rejected(Close.NO_SEAT if identity.session_id in known else Close.NO_SESSION)
        for name, identity in identities.items()
    }
