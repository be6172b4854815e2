"""Messages that C libraries write to stderr. Nothing else tells of some faults."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STDERR = 2


@contextmanager
def overheard() -> Iterator[Callable[[], str]]:
    """Yields a function that returns what was written to stderr so far; none of it reaches the terminal."""
    with tempfile.TemporaryFile() as heard:
        kept = os.dup(STDERR)
        os.dup2(heard.fileno(), STDERR)

        def said() -> str:
            heard.seek(0)
            return heard.read().decode(errors="replace")

        try:
            yield said
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
