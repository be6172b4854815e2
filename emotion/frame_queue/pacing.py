"""How often students are asked for a frame: slower while frames wait too long, for everybody at once."""

BEHIND_SECONDS = 0.5  # the oldest waiting frame is older: the live page is about to miss its one second
CAUGHT_UP_SECONDS = 0.15  # one worker batch; below it there is room to spare
SLOW_DOWN = 1.5
SPEED_UP = 0.9  # slower back than away, so that the pace settles instead of swinging
FORGIVEN_SECONDS = 30  # after so long without a frame the pace is back at its fastest anyway


class Pacing:
    """The interval between two frames of a student, changed once a second at most. Time comes in from
    outside."""

    def __init__(self, *, fastest_ms: int, slowest_ms: int) -> None:
        self._fastest_ms, self._slowest_ms = fastest_ms, slowest_ms
        self.interval_ms = fastest_ms
        self._changed_at: float | None = None

    def update(self, backlog_seconds: float, now: float) -> None:
        """``backlog_seconds``: how long the oldest frame has waited."""
        quiet = FORGIVEN_SECONDS if self._changed_at is None else int(now - self._changed_at)
        if quiet < 1:
            return
        self._changed_at = now
        for _second in range(min(quiet, FORGIVEN_SECONDS) - 1):  # seconds without a frame had no backlog
            self._step(0.0)
        self._step(backlog_seconds)

    def _step(self, backlog_seconds: float) -> None:
        self.interval_ms = next_interval_ms(
            self.interval_ms, backlog_seconds, fastest_ms=self._fastest_ms, slowest_ms=self._slowest_ms
        )


def next_interval_ms(current_ms: int, backlog_seconds: float, *, fastest_ms: int, slowest_ms: int) -> int:
    """The interval after one second with this backlog.

    Between the two limits nothing changes: an interval that moved with every batch would make each browser
    reset its timer.
    """
    if backlog_seconds > BEHIND_SECONDS:
        target = current_ms * SLOW_DOWN
    elif backlog_seconds < CAUGHT_UP_SECONDS:
        target = current_ms * SPEED_UP
    else:
        target = current_ms
    return max(fastest_ms, min(slowest_ms, round(target)))
