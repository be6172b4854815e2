"""How many were in class, were lost, found the pace wrong or had a hand up, at the end of each step."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from classroom.models import Pulse
from emotion.buckets import STEP_SECONDS, bucket_of

from .arrays import Ints
from .pulses import OPINIONS, RECENT_SECONDS
from .roster import Period, RosterEntry

# What each step holds, in this order, on the wire too.
COUNTED = ("present", "lost", "too_fast", "too_slow", "too_hard", "too_easy", "hands")


@dataclass(frozen=True)
class ClassHistory:
    # The first step, counted since 1970.
    first: int
    # The counts of each step, by name in COUNTED.
    counts: dict[str, Ints]

    def by_time(self) -> dict[int, list[int]]:
        """The counts of each step, by the time at which it begins, in milliseconds since 1970."""
        rows = np.stack([self.counts[name] for name in COUNTED], axis=1).tolist()
        return {(self.first + index) * STEP_SECONDS * 1000: row for index, row in enumerate(rows)}


def class_history(
    roster: Iterable[RosterEntry],
    pulses: Iterable[Pulse],
    *,
    seen_lost: Sequence[float],
    hands: Iterable[Period],
    first: int,
    until: float,
) -> ClassHistory:
    """`seen_lost` are the times of "Got it". A student who is not in class says nothing."""
    stays = {entry.id: [Period(stay.begin, stay.end) for stay in entry.stays(until)] for entry in roster}
    found: dict[str, list[Period]] = {name: [] for name in COUNTED}
    found["present"] = [stay for own in stays.values() for stay in own]
    found["hands"] = list(hands)
    for (participant, opinion), period in _opinions(pulses, seen_lost):
        if opinion in found:
            found[opinion] += _within(period, stays.get(participant, []))
    return ClassHistory(first, {name: _count(periods, first, until) for name, periods in found.items()})


def _opinions(
    pulses: Iterable[Pulse], seen_lost: Sequence[float]
) -> Iterator[tuple[tuple[uuid.UUID, str], Period]]:
    """Each opinion from when it was said until the student says another, it is old, or it has been seen."""
    own: dict[tuple[uuid.UUID, str], list[tuple[float, str]]] = defaultdict(list)
    for pulse in pulses:
        said = OPINIONS[pulse.kind, pulse.value]
        own[pulse.participant_id, pulse.kind].append((pulse.at.timestamp(), said))
    for (participant, kind), said_at in own.items():
        ends = [at for at, _opinion in said_at[1:]] + [float("inf")]
        for (at, opinion), end in zip(said_at, ends, strict=True):
            seen = [moment for moment in seen_lost if moment >= at] if kind == Pulse.Kind.LOST else []
            yield (participant, opinion), Period(at, min(end, at + RECENT_SECONDS, *seen))


def _within(period: Period, stays: Iterable[Period]) -> list[Period]:
    parts = [Period(max(period.begin, stay.begin), min(period.end, stay.end)) for stay in stays]
    return [part for part in parts if part.begin <= part.end]


def _count(periods: Iterable[Period], first: int, until: float) -> Ints:
    """How many of the periods hold the end of each step, or `until` for the last."""
    last = max(first, bucket_of(until))
    changes = np.zeros(last - first + 2, dtype=int)
    for begin, end in periods:
        start = max(bucket_of(begin), first)
        stop = last + 1 if end >= until else bucket_of(end)
        if start < stop:
            changes[start - first] += 1
            changes[stop - first] -= 1
    counted: Ints = changes.cumsum()[:-1]
    return counted
