"""A limit on how much one socket may send: a rate, with room for a burst."""

from collections.abc import Callable
from time import monotonic

from .protocol import Refused


class TokenBucket:
    """Lets `burst` messages through at once and `per_second` in the long run."""

    def __init__(self, *, per_second: float, burst: int, clock: Callable[[], float] | None = None) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock or monotonic
        self._tokens = float(burst)
        self._filled_at = self._clock()

    @classmethod
    def per_minute(cls, limit: int) -> "TokenBucket":
        """Return a bucket that lets a whole minute's messages through at once."""
        return cls(per_second=limit / 60, burst=limit)

    def take(self) -> bool:
        """Return whether one more message may pass. A refused one costs nothing."""
        now = self._clock()
        # A clock that steps back adds nothing.
        earned = max(0.0, now - self._filled_at) * self._per_second
        self._tokens = min(self._burst, self._tokens + earned)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def take_or_refuse(self, sequence: int | None = None) -> None:
        if not self.take():
            raise Refused("too_many", sequence)
