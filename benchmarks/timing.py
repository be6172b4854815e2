"""Rates on one pinned core, in CPU time, so that other processes of the machine are not counted."""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from typing import Any, Protocol

import cv2

BATCH = 32
ROUNDS = 7
SECONDS = 1.0  # of CPU time a round


class Batch(Protocol):
    """A sequence or a numpy array."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: slice, /) -> Any: ...


def rates(
    functions: Mapping[str, Callable[[Any], object]], supply: Iterator[Batch], *, rounds: int, seconds: float
) -> dict[str, float]:
    """Items per second of each function, the median over the rounds.

    The functions take turns, so that a slow minute of the machine is slow for all of them.
    """
    for work in functions.values():
        # The first call may load or compile something, and is not timed.
        work(next(supply))
    measured = [
        {name: _one_round(work, supply, seconds) for name, work in functions.items()} for _ in range(rounds)
    ]
    return {name: round(statistics.median(one[name] for one in measured), 1) for name in functions}


def rate(work: Callable[[Any], object], supply: Iterator[Batch], *, rounds: int, seconds: float) -> float:
    return rates({"": work}, supply, rounds=rounds, seconds=seconds)[""]


def _one_round(work: Callable[[Any], object], supply: Iterator[Batch], seconds: float) -> float:
    done, started = 0, time.process_time()
    while (spent := time.process_time() - started) < seconds:
        batch = next(supply)
        work(batch)
        done += len(batch)
    return done / spent


def batches(items: Batch, size: int = BATCH) -> Iterator[Any]:
    """Full batches without end; one smaller batch again and again where there are fewer items."""
    starts = range(0, max(1, len(items) - size + 1), size)
    return (items[start : start + size] for start in cycle(starts))


def pin_to_one_core() -> int | None:
    """Pin this process and its children to one core. Returns it, or None where the system cannot pin."""
    cv2.setNumThreads(1)
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core
