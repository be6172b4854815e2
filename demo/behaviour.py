"""What a simulated student does beside sending pictures: nothing, or what a lively class does."""

import math
import random
import time
from dataclasses import dataclass

# One of so many joins without a camera, pauses it, loses the connection, or answers no question.
WITHOUT_CAMERA, PAUSING, LOSING_CONNECTION, SILENT = 6, 4, 5, 12
# Seconds from one hard part of the lesson to the next.
HARD_EVERY = 420.0
NEVER = math.inf


@dataclass(frozen=True)
class Behaviour:
    """The averages of one student's habits, in seconds. The default is one who only sends pictures."""

    has_camera: bool = True
    pauses_every: float = NEVER
    drops_every: float = NEVER
    says_every: float = 120.0
    raises_every: float = NEVER
    asks_every: float = NEVER
    # Each asks about something else.
    asks_about: int = 0
    # Seconds from a question to the answer.
    thinks: float = NEVER
    # How much slower than the clip this student's face moves.
    slowdown: float = 3.0

    @staticmethod
    def lively(number: int) -> "Behaviour":
        """The habits of the nth student of a lively class: each has some."""
        chance = random.Random(number)
        return Behaviour(
            has_camera=number % WITHOUT_CAMERA != WITHOUT_CAMERA - 1,
            pauses_every=180.0 if number % PAUSING == 1 else NEVER,
            drops_every=240.0 if number % LOSING_CONNECTION == 3 else NEVER,
            says_every=chance.uniform(70, 160),
            raises_every=chance.uniform(200, 500),
            asks_every=chance.uniform(1200, 3600),
            asks_about=number,
            thinks=NEVER if number % SILENT == SILENT - 1 else chance.uniform(1.5, 9),
            slowdown=chance.uniform(2.2, 4.6),
        )


def soon(every: float) -> float:
    """Seconds until something that happens every so often happens next."""
    return random.expovariate(1 / every) if every != NEVER else NEVER


def hardness(now: float | None = None) -> float:
    """How hard the lesson is at this moment, 0 to 1, for all students of this class."""
    at = time.time() if now is None else now
    return max(0.0, math.sin(2 * math.pi * at / HARD_EVERY)) ** 2
