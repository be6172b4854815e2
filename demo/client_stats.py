"""What simulated students sent and were sent, counted and timed."""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class ClientStats:
    """Counts and delays of one student, or of a whole class. Delays are in seconds."""

    sent: int = 0
    admitted: int = 0
    # Refused frames by their code.
    refused: Counter[str] = field(default_factory=Counter)
    # Readings by their face state.
    readings: Counter[str] = field(default_factory=Counter)
    expressions: Counter[str] = field(default_factory=Counter)
    reconnects: int = 0
    welcome_delays: list[float] = field(default_factory=list)  # since the socket was opened
    admitted_delays: list[float] = field(default_factory=list)  # since capture
    reading_delays: list[float] = field(default_factory=list)  # since capture

    @classmethod
    def total(cls, all_stats: Iterable["ClientStats"]) -> "ClientStats":
        total = cls()
        for stats in all_stats:
            for name, value in vars(stats).items():
                setattr(total, name, getattr(total, name) + value)
        return total

    def as_json(self) -> dict[str, Any]:
        counts = {name: value for name, value in vars(self).items() if not isinstance(value, list)}
        return counts | {
            "welcomed_after_ms": percentiles(self.welcome_delays),
            "admitted_after_ms": percentiles(self.admitted_delays),
            "read_after_ms": percentiles(self.reading_delays),
        }


def percentiles(seconds: Sequence[float]) -> dict[str, float] | None:
    """p50 and p95 in milliseconds, none larger than the largest value, or None for fewer than two values."""
    if len(seconds) < 2:
        return None
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return {"p50": round(cuts[9] * 1000, 1), "p95": round(cuts[18] * 1000, 1)}
