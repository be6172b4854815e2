"""Captures what C libraries write to stderr, which is all they say of some faults."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STDERR = 2


@contextmanager
def captured_stderr() -> Iterator[Callable[[], str]]:
    """Yields a function that returns what was written to stderr so far; none of it reaches the terminal."""
    with tempfile.TemporaryFile() as file:
        terminal = os.dup(STDERR)
        os.dup2(file.fileno(), STDERR)

        def written() -> str:
            file.seek(0)
            return file.read().decode(errors="replace")

        try:
            yield written
        finally:
            os.dup2(terminal, STDERR)
            os.close(terminal)
