"""Who sat in the session: each participant with the decisions and states that explain their time."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from classroom.lookalikes import bare, looks
from classroom.models import ClassSession, Consent, Mode, Participant, Presence
from classroom.models.consents import kept_for
from classroom.names import readable

# Time in these states is not time in class: whoever comes back is present again from then on.
AWAY = {Presence.State.LEFT, Presence.State.REMOVED}


@dataclass(frozen=True)
class Seat:
    """Times are seconds since 1970: they are compared with hundreds of thousands of others."""

    id: uuid.UUID
    name: str
    joined: float
    left: float | None
    was_removed: bool
    level: str | None  # of the active consent
    consent_id: int | None
    states: tuple[tuple[float, str], ...]  # (since, state), oldest first
    withdrawn: tuple[tuple[float, float], ...]  # (given, withdrawn): what was measured then is erased
    shown: tuple[float, float] | None = None  # while their line was shown: taken back, its readings stayed
    promised_group: int = 0  # the smallest group that they were promised
    promised_days: int | None = None  # for how long their readings are kept at most

    @property
    def shares_own_line(self) -> bool:
        return self.level == Consent.Level.OWN_LINE

    @property
    def is_class_only(self) -> bool:
        return self.level == Consent.Level.CLASS_ONLY

    @property
    def smallest_group(self) -> int:
        """The stricter of what they were promised and what is set today."""
        return max(self.promised_group, settings.SMALLEST_GROUP)

    def kept_since(self, now: datetime) -> float:
        """What was read of them before has expired, erased already or not."""
        is_promised = self.promised_days is not None
        return (
            now - (kept_for(self.promised_days) if is_promised else settings.READING_RETENTION)
        ).timestamp()

    @property
    def state(self) -> str:
        return self.states[-1][1] if self.states else Presence.State.NO_CAMERA

    @property
    def is_here(self) -> bool:
        return self.left is None and self.state not in AWAY

    @property
    def ever_on(self) -> bool:
        return any(state == Presence.State.MEASURING for _, state in self.states)

    @property
    def since(self) -> float:
        """When the present state began."""
        return self.states[-1][0] if self.states else self.joined

    def was_shown(self, begin: float, end: float) -> bool:
        """At some time in begin..end the teacher could see a line that is not theirs to see any more."""
        return self.shown is not None and self.shown[0] < end and begin < self.shown[1]

    def camera_on(self, until: float) -> list[tuple[float, float]]:
        return [(begin, end) for begin, end, state in self.stays(until) if state == Presence.State.MEASURING]

    def stays(self, until: float) -> list[tuple[float, float, str]]:
        """(begin, end, state) of all the time between join and leave, or `until` for those still here."""
        end = min(until, self.left if self.left is not None else until)
        first = self.states[0] if self.states else (end, Presence.State.NO_CAMERA)
        changes = [(self.joined, Presence.State.NO_CAMERA)] if first[0] > self.joined else []
        changes += self.states
        ends = [since for since, _ in changes[1:]] + [end]
        return [
            (max(begin, self.joined), min(stop, end), state)
            for (begin, state), stop in zip(changes, ends, strict=True)
            if state not in AWAY and max(begin, self.joined) < min(stop, end)
        ]


def seats(session: ClassSession) -> list[Seat]:
    """Everybody who has not erased themselves, by name: nobody is ever ordered by a score."""
    people = _people(session).order_by("display_name", "joined_at", "pk")
    found = [_as_agreed(session, seat(person), person) for person in people]
    names = _told_apart(found)
    return [replace(one, name=names[one.id]) for one in found]


def seats_with_news(session: ClassSession, known: Sequence[Seat], ids: Collection[uuid.UUID]) -> list[Seat]:
    """`known` with these read again; everybody where one came or is gone: names are told apart among all."""
    people = _people(session).filter(pk__in=ids)
    found = {person.pk: _as_agreed(session, seat(person), person) for person in people}
    is_gone, is_new = found.keys() < set(ids), not found.keys() <= {one.id for one in known}
    if is_gone or is_new:
        return seats(session)
    return [replace(found[one.id], name=one.name) if one.id in found else one for one in known]


def _people(session: ClassSession) -> QuerySet[Participant]:
    return session.participants.prefetch_related("consents", "presences")


def _told_apart(seats: Iterable[Seat]) -> dict[uuid.UUID, str]:
    """Names for the teacher's pages: who joins under one that looks like another gets a number after it."""
    names: dict[uuid.UUID, str] = {}
    taken: set[tuple[str, str]] = set()
    for seat in sorted(seats, key=lambda seat: (seat.joined, seat.id)):
        name = own = readable(seat.name)
        known, number = looks(own), 1
        while not taken.isdisjoint(known):
            number += 1
            name = f"{own} ({number})"
            known = looks(f"{bare(own)} ({number})")
        taken |= known
        names[seat.id] = name
    return names


def seat(person: Participant) -> Seat:
    consents = list(person.consents.all())
    ended = [consent for consent in consents if consent.withdrawn_at]
    active = next((consent for consent in consents if consent.withdrawn_at is None), None)
    taken_back = ended.pop() if active and ended and _took_line_back(ended[-1], active) else None
    return Seat(
        id=person.pk,
        name=person.display_name,
        joined=person.joined_at.timestamp(),
        left=_seconds(person.left_at),
        was_removed=person.was_removed,
        level=active and active.level,
        consent_id=active and active.pk,
        states=tuple((presence.since.timestamp(), presence.state) for presence in person.presences.all()),
        withdrawn=tuple(_period(consent) for consent in ended),
        shown=taken_back and _period(taken_back),
        promised_group=active.smallest_group if active else 0,
        promised_days=active.retention_days if active else None,
    )


def _as_agreed(session: ClassSession, seat: Seat, person: Participant) -> Seat:
    """For a teacher: whoever decided in another mode has agreed to nothing that this one shows."""
    active = next((consent for consent in person.consents.all() if consent.withdrawn_at is None), None)
    if active is None or session.mode != Mode.ANALYTICS or active.mode == Mode.ANALYTICS:
        return seat
    return replace(seat, level=None, consent_id=None, shown=None)


def _took_line_back(former: Consent, active: Consent) -> bool:
    """In one step, in which the readings went over to the new decision and were not erased."""
    is_one_step = former.withdrawn_at == active.given_at
    return is_one_step and (former.level, active.level) == (Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY)


def _period(ended: Consent) -> tuple[float, float]:
    return ended.given_at.timestamp(), ended.withdrawn_at.timestamp()


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
