"""Simulated students: who they are, when they are in class, and how fast they answer."""

import random
from dataclasses import dataclass
from itertools import cycle, islice

from classroom.models import Presence

FIRST_NAMES = (
    *("Ada", "Amir", "Anna", "Ben", "Chidi", "Clara", "David", "Elif", "Emma", "Farid", "Grace", "Hana"),
    *("Ines", "Jonas", "Kofi", "Lea", "Lin", "Luca", "Maria", "Noah", "Nora", "Omar", "Sofia", "Yuki"),
)
# One of so many joins without a camera, keeps their line to themselves, comes late, or says nothing.
WITHOUT_CAMERA, CLASS_ONLY, LATE, SILENT = 8, 5, 6, 11
LATEST = 240.0  # seconds after the first
SLOWEST_REACTION = 14.0  # seconds


@dataclass(frozen=True)
class Absence:
    """Seconds of the lesson in which a student is not fully there, and what their page reports."""

    begin: float
    end: float
    state: Presence.State


@dataclass(frozen=True)
class Person:
    number: int
    name: str
    has_camera: bool
    shares_line: bool
    joins_after: float
    # Seconds after a question has opened; None for one who answers none.
    reaction: float | None
    # How much better (or worse) they follow than the class.
    ease: float
    absence: Absence | None

    def state_at(self, seconds: float, *, uses_camera: bool) -> Presence.State | None:
        """Return the state of their page so long after the beginning, or None before they join."""
        if seconds < self.joins_after:
            return None
        away = self.absence
        is_away = away is not None and away.begin <= seconds < away.end
        if away and is_away and (uses_camera or away.state == Presence.State.OFFLINE):
            return away.state
        if not uses_camera:
            return Presence.State.PRESENT
        return Presence.State.MEASURING if self.has_camera else Presence.State.NO_CAMERA

    def changes(self, *, until: float, uses_camera: bool) -> list[tuple[float, Presence.State]]:
        """Return each state with the second from which it holds."""
        moments = [self.joins_after]
        if self.absence:
            moments += [self.absence.begin, self.absence.end]
        found: list[tuple[float, Presence.State]] = []
        for moment in (one for one in moments if one < until):
            state = self.state_at(moment, uses_camera=uses_camera)
            if state and (not found or found[-1][1] != state):
                found.append((moment, state))
        return found


def people(count: int, seed: str) -> list[Person]:
    chance = random.Random(seed)
    names = islice(cycle(FIRST_NAMES), count)
    return [_person(number, name, chance) for number, name in enumerate(names)]


def _person(number: int, name: str, chance: random.Random) -> Person:
    has_camera = number % WITHOUT_CAMERA != WITHOUT_CAMERA - 1
    is_late = number % LATE == LATE - 1
    return Person(
        number=number,
        name=name if number < len(FIRST_NAMES) else f"{name} {number // len(FIRST_NAMES) + 1}",
        has_camera=has_camera,
        shares_line=has_camera and number % CLASS_ONLY != CLASS_ONLY - 1,
        joins_after=chance.uniform(60, LATEST) if is_late else chance.uniform(0, 12),
        reaction=None if number % SILENT == SILENT - 1 else chance.uniform(2, SLOWEST_REACTION),
        ease=chance.gauss(0, 0.09),
        absence=_absence(number, chance),
    )


def _absence(number: int, chance: random.Random) -> Absence | None:
    """Every fourth pauses, hides the page or loses the connection for some minutes."""
    if number % 4 != 1:
        return None
    begin = chance.uniform(360, 1200)
    states = (Presence.State.OFFLINE, Presence.State.PAUSED, Presence.State.HIDDEN)
    return Absence(begin, begin + chance.uniform(80, 300), states[number // 4 % len(states)])
