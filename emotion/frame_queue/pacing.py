"""Adapt how often all students send a frame: less often while frames wait too long in the queue."""

# Above this age of the oldest waiting frame, the live page is about to be more than a second behind.
BEHIND_SECONDS = 0.5
# About the time of one worker batch: below it, workers have room to spare.
CAUGHT_UP_SECONDS = 0.15
SLOW_DOWN = 1.5
# Weaker than SLOW_DOWN, so that the interval settles instead of oscillating.
SPEED_UP = 0.9
# After so long without a frame the interval is back at its fastest anyway.
FORGIVEN_SECONDS = 30


class Pacing:
    """The interval between two frames of a student, which changes once a second at most."""

    def __init__(self, *, fastest_ms: int, slowest_ms: int) -> None:
        self._fastest_ms, self._slowest_ms = fastest_ms, slowest_ms
        self.interval_ms = fastest_ms
        self._changed_at: float | None = None

    def update(self, backlog_seconds: float, now: float) -> None:
        """Adapt the interval; ``backlog_seconds`` is how long the oldest frame has waited."""
        quiet = FORGIVEN_SECONDS if self._changed_at is None else int(now - self._changed_at)
        if quiet < 1:
            return
        self._changed_at = now
        # Seconds without a frame had no backlog.
        for _second in range(min(quiet, FORGIVEN_SECONDS) - 1):
            self._step(0.0)
        self._step(backlog_seconds)

    def _step(self, backlog_seconds: float) -> None:
        self.interval_ms = next_interval_ms(
            self.interval_ms, backlog_seconds, fastest_ms=self._fastest_ms, slowest_ms=self._slowest_ms
        )


def next_interval_ms(current_ms: int, backlog_seconds: float, *, fastest_ms: int, slowest_ms: int) -> int:
    """Return the interval after one second with this backlog.

    It does not change between the two limits: with an interval that moved at every batch, each browser would
    reset its timer all the time.
    """
    if backlog_seconds > BEHIND_SECONDS:
        target = current_ms * SLOW_DOWN
    elif backlog_seconds < CAUGHT_UP_SECONDS:
        target = current_ms * SPEED_UP
    else:
        target = current_ms
    return max(fastest_ms, min(slowest_ms, round(target)))
