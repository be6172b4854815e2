"""Who is in a session: each participant with the decisions and states that explain their time."""

import math
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from classroom.confusables import skeletons, without_edges
from classroom.models import ClassSession, Consent, Mode, Participant, Presence
from classroom.models.consents import kept_for
from classroom.names import collation_key, readable
from dashboards.times import to_datetime

# Time in these states is not time in class. A student who comes back is present from then on.
AWAY = {Presence.State.LEFT, Presence.State.REMOVED}
# What a lost connection turns out to be when nobody comes back for so long; as of the last sign of life.
GONE = "gone"
GONE_SECONDS = settings.GONE_AFTER.total_seconds()


class State(NamedTuple):
    since: float
    state: str


class Period(NamedTuple):
    begin: float
    end: float


class Stay(NamedTuple):
    """A period in one state."""

    begin: float
    end: float
    state: str


@dataclass(frozen=True)
class RosterEntry:
    """One participant as the dashboards know them. Times are seconds since 1970 (dashboards/times.py)."""

    id: uuid.UUID
    name: str
    joined: float
    left: float | None
    was_removed: bool
    # The level and the key of the active consent.
    level: str | None
    consent_id: int | None
    # Oldest first.
    states: tuple[tuple[float, str], ...]
    # The times from a consent to its withdrawal. What was measured in them is erased.
    withdrawn: tuple[tuple[float, float], ...]
    # While their line was shown, which they have taken back: its readings stayed.
    shown: tuple[float, float] | None = None
    # What they were promised: the smallest group, and for how many days at most their readings are kept.
    promised_group: int = 0
    promised_days: int | None = None
    # The last sign of life, as far as it has been written.
    last_sign: float = math.inf

    @property
    def joined_at(self) -> datetime:
        return to_datetime(self.joined)

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

    def kept_since(self, now: float) -> float:
        """Readings from before this time have expired, erased already or not."""
        kept: timedelta = settings.READING_RETENTION
        if self.promised_days is not None:
            kept = kept_for(self.promised_days)
        return now - kept.total_seconds()

    def state_at(self, until: float) -> State:
        """The last state before `until`. GONE is one of them."""
        since, state = (self._states_until(until) or [(self.joined, Presence.State.NO_CAMERA)])[-1]
        return State(since, GONE if _is_gone(since, state, until) else state)

    def differs_since(self, before: "RosterEntry") -> float | None:
        """When the first state began that is not the same in both; None where all are."""
        for mine, theirs in zip_longest(self.states, before.states):
            if mine != theirs:
                begun: list[float] = [since for since, _state in filter(None, (mine, theirs))]
                return min(begun)
        return None

    def _states_until(self, until: float) -> tuple[tuple[float, str], ...]:
        """The states, and a silence that nobody has noted yet."""
        if self.left is not None or until - self.last_sign < GONE_SECONDS:
            return self.states
        if self.states and self.states[-1][1] in {*AWAY, Presence.State.OFFLINE}:
            return self.states
        return (*self.states, (max(self.last_sign, self.joined), Presence.State.OFFLINE))

    @property
    def ever_on(self) -> bool:
        return any(state == Presence.State.MEASURING for _, state in self.states)

    def camera_on(self, until: float) -> list[Period]:
        return [Period(stay.begin, stay.end) for stay in self.stays(until) if is_filming(stay.state)]

    def stays(self, until: float) -> list[Stay]:
        """All the time in class, from joining to leaving or to `until`."""
        return [
            stay
            for stay in self._stretches(until)
            if not (stay.state in AWAY or _is_gone(stay.begin, stay.state, stay.end))
        ]

    def visits(self, until: float) -> list[Period]:
        """The time in class, whatever the camera did: one period from each arrival to the next departure."""
        visits: list[Period] = []
        for stay in self.stays(until):
            if visits and visits[-1].end == stay.begin:
                visits[-1] = Period(visits[-1].begin, stay.end)
            else:
                visits.append(Period(stay.begin, stay.end))
        return visits

    def absences(self, until: float) -> list[Period]:
        """Each period in which they were gone without having left."""
        if all(state != Presence.State.OFFLINE for _, state in self._states_until(until)):
            return []
        return [
            Period(stay.begin, stay.end)
            for stay in self._stretches(until)
            if _is_gone(stay.begin, stay.state, stay.end)
        ]

    def _stretches(self, until: float) -> Iterator[Stay]:
        end = min(until, self.left if self.left is not None else until)
        states = self._states_until(until)
        first = states[0][0] if states else end
        changes = [(self.joined, str(Presence.State.NO_CAMERA))] if first > self.joined else []
        changes += states
        ends = [since for since, _ in changes[1:]] + [end]
        for (begin, state), stop in zip(changes, ends, strict=True):
            if max(begin, self.joined) < min(stop, end):
                yield Stay(max(begin, self.joined), min(stop, end), state)


def is_filming(state: str) -> bool:
    return state == Presence.State.MEASURING


def _is_gone(since: float, state: str, until: float) -> bool:
    return state == Presence.State.OFFLINE and until - since >= GONE_SECONDS


def roster(session: ClassSession) -> list[RosterEntry]:
    """Everybody who has not erased themselves, by name: nobody is ever ordered by a score."""
    found = _entries(session, session.participants.order_by("joined_at", "pk"))
    found.sort(key=lambda entry: collation_key(entry.name))
    names = _distinct_names(found)
    return [replace(entry, name=names[entry.id]) for entry in found]


def refreshed(
    session: ClassSession, known: Sequence[RosterEntry], ids: Collection[uuid.UUID]
) -> list[RosterEntry]:
    """`known` with these participants read again, or everybody where one came or is gone: names are made
    distinct among all."""
    found = {entry.id: entry for entry in _entries(session, session.participants.filter(pk__in=ids))}
    is_gone, is_new = found.keys() < set(ids), not found.keys() <= {entry.id for entry in known}
    if is_gone or is_new:
        return roster(session)
    return [replace(found[entry.id], name=entry.name) if entry.id in found else entry for entry in known]


def _entries(session: ClassSession, people: QuerySet[Participant]) -> list[RosterEntry]:
    """Return the participants as their teacher may see them."""
    read = list(people.prefetch_related("consents"))
    states = _states(Presence.objects.filter(participant__in=people.order_by().values("pk")))
    return [_as_agreed(session, _entry(person, states[person.pk]), person) for person in read]


def _states(presences: QuerySet[Presence]) -> dict[uuid.UUID, list[tuple[float, str]]]:
    """Return each participant's states, oldest first. A class has thousands, so none becomes an object."""
    found: dict[uuid.UUID, list[tuple[float, str]]] = defaultdict(list)
    rows = presences.order_by("since", "pk").values_list("participant", "since", "state")
    for participant, since, state in rows.iterator():
        found[participant].append((since.timestamp(), state))
    return found


def _distinct_names(entries: Iterable[RosterEntry]) -> dict[uuid.UUID, str]:
    """Names for the teacher's pages. A name that looks like an earlier student's gets a number."""
    names: dict[uuid.UUID, str] = {}
    taken: set[tuple[str, str]] = set()
    # The last number that was tried, by plain name: of two hundred Annas, the 200th tries one.
    numbers: Counter[str] = Counter()
    for entry in sorted(entries, key=lambda entry: (entry.joined, entry.id)):
        name = own = readable(entry.name)
        known = skeletons(own)
        while not taken.isdisjoint(known):
            plain = without_edges(own)
            numbers[plain] = max(numbers[plain], 1) + 1
            name = f"{own} ({numbers[plain]})"
            known = skeletons(f"{plain} ({numbers[plain]})")
        taken |= known
        names[entry.id] = name
    return names


def entry_of(person: Participant) -> RosterEntry:
    """Everything as the participant themselves may see it, under the name that they gave."""
    return _entry(person, _states(person.presences.all())[person.pk])


def _entry(person: Participant, states: Sequence[tuple[float, str]]) -> RosterEntry:
    consents = list(person.consents.all())
    ended = [consent for consent in consents if consent.withdrawn_at]
    active = _active(consents)
    taken_back = ended.pop() if active and ended and _took_line_back(ended[-1], active) else None
    return RosterEntry(
        id=person.pk,
        name=person.display_name,
        joined=person.joined_at.timestamp(),
        left=None if person.left_at is None else person.left_at.timestamp(),
        was_removed=person.was_removed,
        level=active.level if active else None,
        consent_id=active.pk if active else None,
        states=tuple(states),
        last_sign=max([person.last_seen_at.timestamp(), *(since for since, _ in states)]),
        withdrawn=tuple(_period(consent) for consent in ended),
        shown=_period(taken_back) if taken_back else None,
        promised_group=active.smallest_group if active else 0,
        promised_days=active.retention_days if active else None,
    )


def _active(consents: Iterable[Consent]) -> Consent | None:
    return next((consent for consent in consents if consent.withdrawn_at is None), None)


def _as_agreed(session: ClassSession, entry: RosterEntry, person: Participant) -> RosterEntry:
    """The entry for a teacher: a decision made in another mode agrees to nothing that this mode shows."""
    active = _active(person.consents.all())
    if active is None or session.mode != Mode.ANALYTICS or active.mode == Mode.ANALYTICS:
        return entry
    return replace(entry, level=None, consent_id=None, shown=None)


def _took_line_back(former: Consent, active: Consent) -> bool:
    """Whether one step led from the own line to the class, so that the readings were not erased."""
    is_one_step = former.withdrawn_at == active.given_at
    return is_one_step and (former.level, active.level) == (Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY)


def _period(ended: Consent) -> Period:
    assert ended.withdrawn_at is not None
    return Period(ended.given_at.timestamp(), ended.withdrawn_at.timestamp())
