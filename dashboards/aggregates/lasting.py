"""Whether a number differs from a usual one for long enough to say so, and since when."""

from dataclasses import dataclass

from emotion.buckets import STEP_SECONDS

STEADY, UP, DOWN = "steady", "up", "down"
# How many steps in a row have to agree: half a minute.
LASTING_STEPS = 3


@dataclass
class Lasting:
    """What was found after each step, one step after the other.

    A difference begins at `differs_by` and is over below `back_within`, so that the word does not change with
    every step.
    """

    differs_by: float
    back_within: float
    direction: str = STEADY
    since: int | None = None
    candidate: str = STEADY
    agreed: int = 0

    def judge(self, difference: float, at: int) -> None:
        """`at` is when the step begins, in milliseconds since 1970."""
        found = self._direction_of(difference)
        self.agreed = self.agreed + 1 if found == self.candidate else 1
        self.candidate = found
        if found != self.direction and self.agreed >= LASTING_STEPS:
            self.direction = found
            begun = at - (LASTING_STEPS - 1) * STEP_SECONDS * 1000
            self.since = None if found == STEADY else begun

    def _direction_of(self, difference: float) -> str:
        limit = self.differs_by if self.direction == STEADY else self.back_within
        if abs(difference) < limit:
            return STEADY
        return UP if difference > 0 else DOWN
