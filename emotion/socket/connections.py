"""What the student's socket asks of the database; never for a frame."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.db import transaction
from django.http import Http404, QueryDict, parse_cookie
from django.utils import timezone

from classroom.events import publish_annotations_changed, publish_participants_changed
from classroom.models import ClassSession, Consent, Participant, Presence
from classroom.models.notes import Note
from classroom.seat_cookie import is_page_of, participant_from_cookie, participant_id_from_cookie
from emotion.models import Reading

from .protocol import Close, Refused

State = Presence.State


@dataclass(frozen=True, slots=True)
class Seat:
    """Who is speaking and what they agreed to, as it was when last looked up."""

    session_id: UUID
    participant_id: UUID
    mode: str
    uses_camera: bool
    consent_id: int | None
    level: str | None
    next_sequence: int


class NoSeat(Exception):
    def __init__(self, code: Close) -> None:
        self.code = code


# A class that arrives asks once for each connection. SQLite has one writer: more threads would only wait.
_in_database = partial(
    database_sync_to_async,
    thread_sensitive=False,
    executor=ThreadPoolExecutor(settings.SOCKET_DATABASE_THREADS, thread_name_prefix="sockets"),
)


def named_by_cookie(scope: dict) -> UUID | None:
    """Whose seat it is if it is one, without the database."""
    try:
        named = participant_id_from_cookie(_cookies(scope), _session_id(scope))
    except Http404:
        return None
    return named if is_page_of(Participant(pk=named), _query(scope)) else None


def _has_cookie(scope: dict) -> bool:
    """One that we signed, for this session."""
    try:
        participant_id_from_cookie(_cookies(scope), _session_id(scope))
    except Http404:
        return False
    return True


@_in_database
def find_seats(scopes: Mapping[str, dict]) -> dict[str, Seat | NoSeat]:
    """Of several sockets, by any name of each."""
    found = _find(scopes)
    return {name: one if isinstance(one, NoSeat) else one.seat for name, one in found.items()}


@_in_database
def take_seats(scopes: Mapping[str, dict]) -> dict[str, tuple[Seat, str] | NoSeat]:
    """Each seat and the camera's state from before the connection was lost, noted again."""
    with transaction.atomic():
        # Nobody takes a decision back between what is read of it here and what is noted.
        Participant.objects.filter(pk__in=[named_by_cookie(scope) for scope in scopes.values()]).locked()
        found = _find(scopes)
        taken = [one for one in found.values() if isinstance(one, Found)]
        told = Participant.objects.camera_states([one.participant.pk for one in taken])
        states = {one.participant.pk: _state_again(one.seat, told.get(one.participant.pk)) for one in taken}
        now = timezone.now()
        notes = {pk: Note(state, now) for pk, state in states.items()}
        _publish_changed(Participant.objects.note_states(notes))
    return {
        name: one if isinstance(one, NoSeat) else (one.seat, states[one.participant.pk])
        for name, one in found.items()
    }


@_in_database
def note_cameras(states: Mapping[UUID, str]) -> dict[UUID, bool]:
    """What pages say of their cameras. False for who has no seat any more."""
    _publish_changed(Participant.objects.note_cameras(states))
    seated = set(Participant.objects.seated().filter(pk__in=states).values_list("pk", flat=True))
    return {pk: pk in seated for pk in states}


@_in_database
def note_offline(heard: Mapping[UUID, datetime]) -> dict[UUID, None]:
    _publish_changed(Participant.objects.note_offline(heard))
    return dict.fromkeys(heard)


@_in_database
def note_presence(scope: dict) -> None:
    """Here again, after a silence or because they were taken for gone."""
    participant = _participant(scope)
    if participant.note_presence():
        _publish_changed([participant])


@_in_database
def note_signs(heard: Mapping[UUID, datetime]) -> set[UUID]:
    """When each was heard last. Returns those who were taken for gone."""
    return Participant.objects.note_signs(heard)


@_in_database
def note_pulse(scope: dict, *, kind: str, value: int | None, sequence: int | None) -> bool:
    """False if the reading it speaks of is none of theirs."""
    return say(_participant(scope), kind=kind, value=value, sequence=sequence)


@transaction.atomic
def say(participant: Participant, *, kind: str, value: int | None, sequence: int | None) -> bool:
    if not Participant.objects.filter(pk=participant.pk).locked():
        raise NoSeat(Close.NO_SEAT)  # erased, or gone with its class, at this very moment
    at = timezone.now()
    if sequence is not None:
        own = Reading.objects.filter(consent__participant=participant, sequence=sequence)
        at = own.values_list("taken_at", flat=True).first()  # "that's wrong" stands where the reading stands
    if at is None:
        return False
    if sequence is not None and participant.pulses.filter(kind=kind, at=at).exists():
        return True  # said already
    # Of all connections: each new one begins with a pace of its own.
    lately = participant.pulses.filter(at__gt=timezone.now() - timedelta(minutes=1))
    if lately.count() >= settings.PULSES_PER_MINUTE:
        raise Refused("too_many", sequence)
    participant.pulses.create(kind=kind, value=value, at=at)
    publish_annotations_changed(participant.session_id)
    return True


class Found(NamedTuple):
    participant: Participant
    seat: Seat


def _find(scopes: Mapping[str, dict]) -> dict[str, Found | NoSeat]:
    named = {name: named_by_cookie(scope) for name, scope in scopes.items()}
    of_these = Participant.objects.select_related("session__approval").filter(pk__in=named.values())
    known = {participant.pk: participant for participant in of_these}
    active = Consent.objects.active().filter(participant__in=known)
    consents = {consent.participant_id: consent for consent in active}
    strangers = {name: scope for name, scope in scopes.items() if not _has_cookie(scope)}
    return _refused(strangers) | {
        name: _found(known.get(named[name]), scope, consents.get(named[name]))
        for name, scope in scopes.items()
        if name not in strangers
    }


def _refused(strangers: Mapping[str, dict]) -> dict[str, NoSeat]:
    """Any number of them costs one question: there is no bound to who may come without a seat."""
    sessions = {name: _session_id(scope) for name, scope in strangers.items()}
    known = set()
    if sessions:
        there = ClassSession.objects.filter(pk__in=set(sessions.values()))
        known = set(there.values_list("pk", flat=True))
    return {
        name: NoSeat(Close.NO_SEAT if session_id in known else Close.NO_SESSION)
        for name, session_id in sessions.items()
    }


def _found(participant: Participant | None, scope: dict, consent: Consent | None) -> Found | NoSeat:
    try:
        if participant is None or participant.session_id != _session_id(scope):
            participant, consent = _participant(scope), None  # it says why not
        _refuse_gone(participant)
    except NoSeat as gone:
        return gone
    return Found(participant, _seat(participant, consent))


def _state_again(seat: Seat, told: str | None) -> str:
    state = (seat.uses_camera and told) or State.NO_CAMERA
    return State.CHECKING if state == State.NO_CAMERA and seat.consent_id else state


def _seat(participant: Participant, active: Consent | None) -> Seat:
    session = participant.session
    # A decision may outlive the mode that is allowed, and who left and came back has not decided again yet.
    may_film = session.uses_camera and participant.entered_at
    consent = active if may_film else None
    return Seat(
        session_id=session.pk,
        participant_id=participant.pk,
        mode=session.mode_in_force,
        uses_camera=session.uses_camera,
        consent_id=consent.pk if consent else None,
        level=consent.level if consent else None,
        next_sequence=session.next_sequence(timezone.now()),
    )


def _session_id(scope: dict) -> UUID:
    return scope["url_route"]["kwargs"]["session_id"]


def _cookies(scope: dict) -> dict[str, str]:
    return parse_cookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))


def _query(scope: dict) -> QueryDict:
    try:
        return QueryDict(scope.get("query_string", b""))
    except TooManyFieldsSent:
        return QueryDict("seat=")  # of no page of ours


def _participant(scope: dict) -> Participant:
    session_id = _session_id(scope)
    try:
        participant = participant_from_cookie(_cookies(scope), session_id)
    except Http404 as error:
        is_known = ClassSession.objects.filter(pk=session_id).exists()
        raise NoSeat(Close.NO_SEAT if is_known else Close.NO_SESSION) from error
    if not is_page_of(participant, _query(scope)):
        raise NoSeat(Close.OTHER_SEAT)
    _refuse_gone(participant)
    return participant


def _refuse_gone(participant: Participant) -> None:
    if not participant.session.is_open:
        raise NoSeat(Close.ENDED)
    if participant.left_at:
        raise NoSeat(Close.REMOVED if participant.was_removed else Close.LEFT)


def _publish_changed(changed: Iterable[Participant]) -> None:
    publish_participants_changed((participant.session_id, participant.pk) for participant in changed)
