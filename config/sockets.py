"""uvicorn's WebSocket protocol with limits on what one connection may occupy.

Use it as `--ws config.sockets:BoundedSocket`. uvicorn answers a message over its limit with the close code
1009, which names nothing, and every connection may occupy that limit before the site has looked at anything.
Here the beginning of a message that is too long goes on to the consumer, which refuses it by name.

It overrides internals of uvicorn: tests/test_private_apis.py fails when these change.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from django.conf import settings
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame

from .connection_limits import limits_of, max_connections
from .websocket_parser import BoundedParser

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveEvent, ASGISendEvent

# Bytes parsed at a time: 700 of the smallest frames, or a third of a picture. The rest waits until the site
# has received the messages in them.
PIECE = 4096
# The most WebSocket frames of one message, with all pings and pongs between them.
MAX_FRAMES = 1000

# uvicorn's own logger writes each student's network address beside the session's, also with --no-access-log.
logger = logging.getLogger(__name__)
logger.setLevel(logging.WARNING)


class BoundedSocket(WebSocketsSansIOProtocol):
    # The client has so long to read what is left and to answer the closing frame.
    seconds_for_closing = 10.0

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict,
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = logger
        self.conn = self._parser = BoundedParser(settings.LONGEST_MESSAGE, logger)
        self.limits = limits_of(server_state, max_connections(config.backlog))
        self._unparsed = bytearray()
        self._joined = bytearray()
        self._waiting_task: asyncio.Task | None = None
        self._is_opening = False

    # --- its place among the connections: config/connection_limits.py -----------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.limits.enter_state(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.limits.remove(self)
        super().connection_lost(exc)
        if self._waiting_task:
            self._waiting_task.cancel()

    async def run_asgi(self) -> None:
        """Run the application when it is this socket's turn; one whose client has left costs nothing."""
        if self.disconnected:
            return
        self._waiting_task = asyncio.current_task()
        await self.limits.opening.acquire()
        self._waiting_task, self._is_opening = None, True
        try:
            await super().run_asgi()
        finally:
            self._release_opening()

    def _release_opening(self) -> None:
        if self._is_opening:
            self._is_opening = False
            self.limits.opening.release()

    async def send(self, message: "ASGISendEvent") -> None:
        """Send, and keep the connection once the site has sent a message on it.

        A client that is refused gets a close code and nothing else. So one that gets a message belongs to a
        participant or a teacher.
        """
        await super().send(message)
        if message["type"] != "websocket.accept":
            self._release_opening()
        if self.transport.is_closing() or self.close_sent:
            self._abort_later()
        elif message["type"] == "websocket.send":
            self.limits.keep(self)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._abort_later()

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._abort_later()

    def handle_parser_exception(self) -> None:
        # Before the handshake there is nobody to tell.
        if self.conn.close_sent is None:
            self.transport.abort()
            return
        super().handle_parser_exception()
        self._abort_later()

    def _abort_later(self) -> None:
        """Bound the time for closing: a client that does not read the rest would stay for ever."""
        if not self.disconnected:
            self.limits.enter_state(self)
            self.loop.call_later(self.seconds_for_closing, self.transport.abort)

    def evict(self) -> None:
        self.transport.abort()

    # --- what one connection may occupy -----------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        # A browser sends nothing before its handshake is answered; what comes would be kept.
        if self.handshake_initiated and not self.handshake_complete:
            self.transport.abort()
            return
        self._unparsed += data
        self._parse_on()

    async def receive(self) -> "ASGIReceiveEvent":
        message = await super().receive()
        if self._unparsed and not self.read_paused:
            # The site has all of the last piece. One that awaits nothing else would go on without end.
            await asyncio.sleep(0)
            self._parse_on()
        return message

    def _parse_on(self) -> None:
        while self._unparsed and not self.read_paused and not self.transport.is_closing():
            piece = bytes(self._unparsed[:PIECE])
            del self._unparsed[:PIECE]
            super().data_received(piece)
            if self._parser.frames_received > MAX_FRAMES:
                self.transport.abort()

    def handle_cont(self, event: Frame) -> None:
        """Join fragments as they come: a list of a million occupies a hundred times what they hold."""
        if self.frames:
            self._joined = bytearray(self.frames.pop())
        self._joined += event.data[: settings.LONGEST_MESSAGE - len(self._joined)]
        if event.fin:
            self.frames = [bytes(self._joined)]
            self.send_receive_event_to_app()

    def send_receive_event_to_app(self) -> None:
        if not self.close_sent:
            self._parser.frames_received = 0
        message = bytes(self.frames[0])
        if self.curr_msg_data_type == "text":
            # A text that was cut inside a letter, or is none, is the consumer's to refuse.
            message = message.decode(errors="replace").encode()
        self.frames = [message]
        super().send_receive_event_to_app()

    def handle_ping(self) -> None:
        super().handle_ping()
        # A client that pings and does not read the answers: nothing else bounds what waits to be sent.
        if not self.writable.is_set() and not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            self.transport.resume_reading()
