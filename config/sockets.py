"""uvicorn's WebSocket with a bound on what one connection may occupy: `--ws config.sockets:BoundedSocket`.

uvicorn knows one answer to a message over its limit: it closes with 1009, which names nothing. And a limit is
what every connection may occupy before the site has looked at anything. Here a message that is too long loses
its rest while it arrives; its beginning goes on, and the consumer refuses it by name.
"""

import logging
from collections.abc import Generator

from django.conf import settings
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.server import ServerProtocol
from websockets.streams import StreamReader

# uvicorn's own names each student's network address beside the session's, also with --no-access-log.
logger = logging.getLogger(__name__)
logger.setLevel(logging.WARNING)


class BoundedSocket(WebSocketsSansIOProtocol):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.logger = logger
        # No deflate: frames are JPEGs already, and a few bytes must not unfold into many.
        self.conn = _Connection(max_size=None, logger=self.logger)

    def handle_cont(self, event: Frame) -> None:
        """Joined as they come: a list of a million fragments occupies a hundred times what they hold."""
        if not isinstance(self.frames[0], bytearray):
            self.frames[0] = bytearray(self.frames[0])
        self.frames[0] += event.data[: settings.LONGEST_MESSAGE - len(self.frames[0])]
        if event.fin:
            self.send_receive_event_to_app()

    def send_receive_event_to_app(self) -> None:
        message = bytes(self.frames[0])
        if self.curr_msg_data_type == "text":
            # Cut inside a letter, or never text at all: that too is the consumer's to refuse.
            message = message.decode(errors="replace").encode()
        self.frames = [message]
        super().send_receive_event_to_app()

    def handle_ping(self) -> None:
        super().handle_ping()
        if not self.writable.is_set() and not self.read_paused:
            # Somebody pings and does not read the answers: nothing else bounds what waits to be sent.
            self.read_paused = True
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            self.transport.resume_reading()


class _Connection(ServerProtocol):
    def parse(self) -> Generator[None]:
        self.reader = _Reader()  # before the first byte has come
        yield from super().parse()


class _Reader(StreamReader):
    def __init__(self) -> None:
        super().__init__()
        self._longest = settings.LONGEST_MESSAGE

    def read_exact(self, n: int) -> Generator[None, None, bytearray]:
        return super().read_exact(n) if n <= self._longest else self._beginning_of(n)

    def _beginning_of(self, n: int) -> Generator[None, None, bytearray]:
        """The first of n bytes, which are too many; the rest is dropped."""
        kept = yield from super().read_exact(self._longest)
        left = n - len(kept)
        while left:
            if not self.buffer:
                yield
            dropped = min(left, len(self.buffer))
            del self.buffer[:dropped]
            left -= dropped
        return kept
