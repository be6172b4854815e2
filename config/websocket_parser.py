"""The parser of websockets, with a limit on what it keeps of one frame and a count of frames.

websockets closes a connection on a frame over its `max_size`. This parser keeps the beginning of such a frame
and drops the rest while it arrives, so that the site can refuse the message by name and the connection stays.

It overrides internals of websockets: tests/test_private_apis.py fails when these change.
"""

import logging
from collections.abc import Generator

from websockets.protocol import Event
from websockets.server import ServerProtocol
from websockets.streams import StreamReader


class BoundedParser(ServerProtocol):
    """Keeps `max_kept` bytes of each frame at most."""

    def __init__(self, max_kept: int, logger: logging.Logger) -> None:
        self.frames_received = 0
        self._max_kept = max_kept
        # No extensions: without deflate, a few bytes cannot unfold into many.
        super().__init__(max_size=None, logger=logger)

    def events_received(self) -> list[Event]:
        events = super().events_received()
        self.frames_received += len(events)
        return events

    def parse(self) -> Generator[None]:
        # __init__ calls it, before the first byte arrives.
        self.reader = _TruncatingReader(self._max_kept)
        yield from super().parse()


class _TruncatingReader(StreamReader):
    def __init__(self, max_kept: int) -> None:
        super().__init__()
        self._max_kept = max_kept

    def read_exact(self, n: int) -> Generator[None, None, bytearray]:
        return super().read_exact(n) if n <= self._max_kept else self._read_beginning(n)

    def _read_beginning(self, n: int) -> Generator[None, None, bytearray]:
        """Return the first of n bytes and drop the others."""
        kept = yield from super().read_exact(self._max_kept)
        left = n - len(kept)
        while left:
            if not self.buffer:
                yield
            dropped = min(left, len(self.buffer))
            del self.buffer[:dropped]
            left -= dropped
        return kept
