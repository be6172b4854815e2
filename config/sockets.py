"""uvicorn's WebSocket with a bound on what one connection may occupy: `--ws config.sockets:BoundedSocket`.

uvicorn knows one answer to a message over its limit: it closes with 1009, which names nothing. And a limit is
what every connection may occupy before the site has looked at anything. Here a message that is too long loses
its rest while it arrives; its beginning goes on, and the consumer refuses it by name.
"""

import asyncio
import logging
from collections.abc import Generator

from django.conf import settings
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame
from websockets.protocol import Event
from websockets.server import ServerProtocol
from websockets.streams import StreamReader

from .connections import crowd_of, most_connections

# uvicorn's own names each student's network address beside the session's, also with --no-access-log.
logger = logging.getLogger(__name__)
logger.setLevel(logging.WARNING)


# Read at a time, of what has arrived: 700 of the smallest frames, or a third of a picture. What is left waits
# until the site has heard the messages in it.
PIECE = 4096
MOST_FRAMES = 1000  # of one message, with all pings and pongs in between


class BoundedSocket(WebSocketsSansIOProtocol):
    seconds_for_goodbye = 10.0

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict,
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = logger
        # No deflate: frames are JPEGs already, and a few bytes must not unfold into many.
        self.conn = _Connection(max_size=None, logger=self.logger)
        self.crowd = crowd_of(server_state, most_connections(config.backlog))
        self._unread = bytearray()
        self._waiting: asyncio.Task | None = None
        self._is_asked = False

    # --- its place among the others: config/connections.py ----------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.crowd.come(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.crowd.go(self)
        super().connection_lost(exc)
        if self._waiting:
            self._waiting.cancel()

    async def run_asgi(self) -> None:
        """When it is their turn. One who leaves before that costs the site nothing."""
        if self.disconnected:
            return
        self._waiting = asyncio.current_task()
        await self.crowd.asked.acquire()
        self._waiting, self._is_asked = None, True
        try:
            await super().run_asgi()
        finally:
            self._ask_the_next()

    def _ask_the_next(self) -> None:
        if self._is_asked:
            self._is_asked = False
            self.crowd.asked.release()

    async def send(self, message: dict) -> None:
        """Whoever is refused is told a code and nothing else. So who is told more has a seat, or teaches."""
        await super().send(message)
        if message["type"] != "websocket.accept":
            self._ask_the_next()
        if self.transport.is_closing() or self.close_sent:
            self._leave()
        elif message["type"] == "websocket.send":
            self.crowd.open(self)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._leave()

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._leave()

    def handle_parser_exception(self) -> None:
        if self.conn.close_sent is None:  # not even the handshake is done, so there is nobody to tell
            self.transport.abort()
            return
        super().handle_parser_exception()
        self._leave()

    def _leave(self) -> None:
        """A client that does not take what is left to say would otherwise stay for ever."""
        if not self.disconnected:
            self.crowd.come(self)
            self.loop.call_later(self.seconds_for_goodbye, self.transport.abort)

    def make_room(self) -> None:
        self.transport.abort()

    # --- what one connection may occupy -----------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self.handshake_initiated and not self.handshake_complete:
            self.transport.abort()  # a browser waits for its answer; what comes before it would be kept
            return
        self._unread += data
        self._read_on()

    async def receive(self) -> dict:
        message = await super().receive()
        self._read_on()
        return message

    def _read_on(self) -> None:
        while self._unread and not self.read_paused and not self.transport.is_closing():
            piece = bytes(self._unread[:PIECE])
            del self._unread[:PIECE]
            super().data_received(piece)
            if self.conn.frames > MOST_FRAMES:
                self.transport.abort()

    def handle_cont(self, event: Frame) -> None:
        """Joined as they come: a list of a million fragments occupies a hundred times what they hold."""
        if not isinstance(self.frames[0], bytearray):
            self.frames[0] = bytearray(self.frames[0])
        self.frames[0] += event.data[: settings.LONGEST_MESSAGE - len(self.frames[0])]
        if event.fin:
            self.send_receive_event_to_app()

    def send_receive_event_to_app(self) -> None:
        if not self.close_sent:
            self.conn.frames = 0
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
    frames = 0  # since the last message that the site heard

    def events_received(self) -> list[Event]:
        events = super().events_received()
        self.frames += len(events)
        return events

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
