"""How long tests wait for something that has to happen; a busy machine answers late."""

import time
from collections.abc import Callable

SOON = 60  # seconds


def expect_value(
    read: Callable[[], object], wanted: object, *, seconds: float = SOON, pause: float = 0.05
) -> None:
    """Reads repeatedly until the value is the wanted one, and fails after so many seconds.

    To read may cost much: each question to a running product takes a tenth of a second of CPU.
    """
    deadline = time.monotonic() + seconds
    while (found := read()) != wanted and time.monotonic() < deadline:
        time.sleep(pause)
    assert found == wanted


def expect_true(condition: Callable[[], bool], *, seconds: float = SOON, pause: float = 0.05) -> None:
    """Checks repeatedly until the condition holds, and fails after so many seconds."""
    expect_value(lambda: bool(condition()), True, seconds=seconds, pause=pause)
