"""How much one socket may send, and how fast students are asked to send. Pure: time comes in from outside."""

from collections.abc import Callable


class TokenBucket:
    """Lets `burst` frames through at once and `per_second` in the long run."""

    def __init__(self, *, per_second: float, burst: int, clock: Callable[[], float]) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._tokens = float(burst)
        self._filled_at = clock()

    def take(self) -> bool:
        """Whether one more may pass now. A refused attempt costs nothing, a clock stepping back adds none."""
        now = self._clock()
        earned = max(0.0, now - self._filled_at) * self._per_second
        self._tokens = min(self._burst, self._tokens + earned)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


BEHIND_SECONDS = 0.5  # the oldest waiting frame is older: the live page is about to miss its one second
CAUGHT_UP_SECONDS = 0.15  # one worker batch; below it there is room to spare
SLOW_DOWN = 1.5
SPEED_UP = 0.9  # slower back than away, so that the pace settles instead of swinging


def next_interval_ms(current_ms: int, backlog_seconds: float, *, fastest_ms: int, slowest_ms: int) -> int:
    """The pace to ask of students: ms between two frames, from the pace so far and the oldest frame's age.

    Between the two marks nothing changes: a pace that moved with every batch would make each browser reset
    its timer. Call it about once a second, for everybody at once: a change takes one interval to reach the
    backlog.
    """
    if backlog_seconds > BEHIND_SECONDS:
        wanted = current_ms * SLOW_DOWN
    elif backlog_seconds < CAUGHT_UP_SECONDS:
        wanted = current_ms * SPEED_UP
    else:
        wanted = current_ms
    return max(fastest_ms, min(slowest_ms, round(wanted)))
