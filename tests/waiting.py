"""How long a test waits for what is on its way: a machine that tests on all its cores answers late."""

import time
from collections.abc import Callable

SOON = 60  # seconds


def expect_value(read: Callable[[], object], wanted: object, *, seconds: float = SOON) -> None:
    """Reads again and again until it is so."""
    deadline = time.monotonic() + seconds
    while (found := read()) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found == wanted


def expect_true(condition: Callable[[], bool], *, seconds: float = SOON) -> None:
    expect_value(lambda: bool(condition()), True, seconds=seconds)
