"""How much one socket may send. Time comes in from outside."""

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
