"""Who sat in the session: each participant with the decisions and states that explain their time."""

import math
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import zip_longest

from django.conf import settings
from django.db.models import QuerySet

from classroom.confusables import skeletons, without_edges
from classroom.models import ClassSession, Consent, Mode, Participant, Presence
from classroom.models.consents import kept_for
from classroom.names import collation_key, readable

# Time in these states is not time in class: whoever comes back is present again from then on.
AWAY = {Presence.State.LEFT, Presence.State.REMOVED}
# What a lost connection turns out to be when nobody comes back for so long; as of the last sign of life.
GONE = "gone"
GONE_SECONDS = settings.GONE_AFTER.total_seconds()


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
    last_sign: float = math.inf  # of life, as far as it has been written

    @property
    def joined_at(self) -> datetime:
        return datetime.fromtimestamp(self.joined, UTC)

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

    def latest(self, until: float) -> tuple[float, str]:
        """(since, state) at `until`, GONE among them."""
        since, state = (self._told(until) or [(self.joined, Presence.State.NO_CAMERA)])[-1]
        return since, GONE if _is_gone(since, state, until) else state

    def differs_since(self, before: "Seat") -> float | None:
        """When the first state was noted that is not the same in both."""
        for mine, theirs in zip_longest(self.states, before.states):
            if mine != theirs:
                return min(since for since, _ in filter(None, (mine, theirs)))
        return None

    def _told(self, until: float) -> tuple[tuple[float, str], ...]:
        """The states, and a silence that nobody has noted yet."""
        if self.left is not None or until - self.last_sign < GONE_SECONDS:
            return self.states
        if self.states and self.states[-1][1] in {*AWAY, Presence.State.OFFLINE}:
            return self.states
        return (*self.states, (max(self.last_sign, self.joined), Presence.State.OFFLINE))

    @property
    def ever_on(self) -> bool:
        return any(state == Presence.State.MEASURING for _, state in self.states)

    def was_shown(self, begin: float, end: float) -> bool:
        """At some time in begin..end the teacher could see a line that is not theirs to see any more."""
        return self.shown is not None and self.shown[0] < end and begin < self.shown[1]

    def camera_on(self, until: float) -> list[tuple[float, float]]:
        return [(begin, end) for begin, end, state in self.stays(until) if state == Presence.State.MEASURING]

    def stays(self, until: float) -> list[tuple[float, float, str]]:
        """(begin, end, state) of all the time in class from joining to leaving, or to `until`."""
        return [
            (begin, end, state)
            for begin, end, state in self._stretches(until)
            if not (state in AWAY or _is_gone(begin, state, end))
        ]

    def gone(self, until: float) -> list[tuple[float, float]]:
        """(begin, end) of each time in which they were gone, without having left."""
        if all(state != Presence.State.OFFLINE for _, state in self._told(until)):
            return []
        return [(begin, end) for begin, end, state in self._stretches(until) if _is_gone(begin, state, end)]

    def _stretches(self, until: float) -> Iterator[tuple[float, float, str]]:
        end = min(until, self.left if self.left is not None else until)
        told = self._told(until)
        first = told[0] if told else (end, Presence.State.NO_CAMERA)
        changes = [(self.joined, Presence.State.NO_CAMERA)] if first[0] > self.joined else []
        changes += told
        ends = [since for since, _ in changes[1:]] + [end]
        for (begin, state), stop in zip(changes, ends, strict=True):
            if max(begin, self.joined) < min(stop, end):
                yield max(begin, self.joined), min(stop, end), state


def _is_gone(since: float, state: str, until: float) -> bool:
    return state == Presence.State.OFFLINE and until - since >= GONE_SECONDS


def seats(session: ClassSession) -> list[Seat]:
    """Everybody who has not erased themselves, by name: nobody is ever ordered by a score."""
    people = _people(session).order_by("joined_at", "pk")
    found = [_as_agreed(session, seat(person), person) for person in people]
    found.sort(key=lambda seat: collation_key(seat.name))
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
    numbers: Counter[str] = Counter()  # the last that was tried: of two hundred Annas, the 200th tries one
    for seat in sorted(seats, key=lambda seat: (seat.joined, seat.id)):
        name = own = readable(seat.name)
        known = skeletons(own)
        while not taken.isdisjoint(known):
            plain = without_edges(own)
            numbers[plain] = max(numbers[plain], 1) + 1
            name = f"{own} ({numbers[plain]})"
            known = skeletons(f"{plain} ({numbers[plain]})")
        taken |= known
        names[seat.id] = name
    return names


def seat(person: Participant) -> Seat:
    consents = list(person.consents.all())
    ended = [consent for consent in consents if consent.withdrawn_at]
    active = next((consent for consent in consents if consent.withdrawn_at is None), None)
    states = tuple((presence.since.timestamp(), presence.state) for presence in person.presences.all())
    taken_back = ended.pop() if active and ended and _took_line_back(ended[-1], active) else None
    return Seat(
        id=person.pk,
        name=person.display_name,
        joined=person.joined_at.timestamp(),
        left=_seconds(person.left_at),
        was_removed=person.was_removed,
        level=active and active.level,
        consent_id=active and active.pk,
        states=states,
        last_sign=max([person.last_seen_at.timestamp(), *(since for since, _ in states)]),
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
