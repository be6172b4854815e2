"""uvicorn's HTTP with bounds on what somebody may hold who never finishes a request, or never takes the
answer: `--http config.http:BoundedHTTP --backlog 256`.

uvicorn waits for a request for as long as it takes, reads one of any shape, and accepts as many connections
as there are file descriptors; when these are used up, nobody reaches the site any more. Here a request has so
many seconds, headers and pieces, an answer so many seconds to be taken, and `config.connections` makes room.
"""

import asyncio
import logging
import re

import h11
from django.conf import settings
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from .connections import crowd_of, most_connections

LONGEST_HEAD = 65_536  # bytes of a request line and its headers
MOST_HEADERS = 100  # a browser sends 20, and a proxy adds some
# A body comes in thousands of bytes at a time. Each piece costs as much as 2 kB, so a body of single bytes
# would hold up everybody for many seconds.
MOST_PIECES = 2000

_END_OF_HEAD = re.compile(rb"\n\r?\n")

# uvicorn's own says a line for each request that is none, and anybody can send thousands.
logger = logging.getLogger(__name__)
logger.setLevel(logging.ERROR)


class _Connection(h11.Connection):
    """Refuses what takes the parser long, before it does."""

    head_is_too_long = False
    _pieces = _body_bytes = 0

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        if self.their_state is h11.IDLE:
            self._refuse_long_head(self.trailing_data[0])
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._pieces = self._body_bytes = 0
        elif isinstance(event, h11.Data):
            self._refuse_long_body(event)
        return event

    def _refuse_long_head(self, received: bytes) -> None:
        end = _END_OF_HEAD.search(received)
        size = end.start() if end else len(received)
        if size > LONGEST_HEAD or received.count(b"\n", 0, size) > MOST_HEADERS:
            self.head_is_too_long = True
            raise h11.RemoteProtocolError("Too many headers.")

    def _refuse_long_body(self, piece: h11.Data) -> None:
        self._pieces += 1
        self._body_bytes += len(piece.data)
        is_answered = self.our_state not in (h11.IDLE, h11.SEND_RESPONSE)
        if self._pieces > MOST_PIECES or (is_answered and self._body_bytes > settings.MAX_BODY_BYTES):
            raise h11.RemoteProtocolError("Too many pieces.")


class BoundedHTTP(H11Protocol):
    seconds_for_headers = 10.0
    seconds_for_body = 30.0  # 1 MB, the most that the site takes, over a slow line
    seconds_for_taking = 30.0  # of the 64 kB that wait at most
    most_connections: int | None = None  # as many as there are descriptors for

    _deadline: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None
    _is_upgraded = False

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict,
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = logger
        self.conn = _Connection(h11.SERVER, LONGEST_HEAD)
        self.crowd = crowd_of(server_state, self.most_connections or most_connections(config.backlog))

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._wait(self.seconds_for_headers)
        self.crowd.wait_for_request(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._note_taken()
        self.crowd.go(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None and self.conn.their_state is h11.IDLE:
            self._wait(self.seconds_for_headers)  # the next request of a connection that was kept
            self.crowd.wait_for_request(self)
        had_headers = self.conn.their_state is h11.SEND_BODY
        super().data_received(data)
        if self._is_upgraded or self.transport.is_closing():
            return  # of a WebSocket h11 only knows that its request never ended
        if self.conn.their_state is h11.SEND_BODY:
            if not had_headers:
                self._wait(self.seconds_for_body)
        elif self.conn.their_state is not h11.IDLE and self._deadline:
            self._stop_waiting()
            self.crowd.come(self)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._is_upgraded = True
        self._stop_waiting()
        self.crowd.go(self)
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()  # in the middle of another answer
        elif self.conn.head_is_too_long:
            self._say_goodbye(b"431 Request Header Fields Too Large")
        else:
            super().send_400_response(msg)

    # --- the answer -------------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_taking()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._note_taken()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing():
            self.crowd.come(self)
        if self.transport.get_write_buffer_size():
            self._expect_taking()

    def _expect_taking(self) -> None:
        self.crowd.wait_for_taking(self)
        if self._taking is None:
            self._taking = self.loop.call_later(self.seconds_for_taking, self._end_if_untaken)

    def _end_if_untaken(self) -> None:
        self._note_taken()
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _note_taken(self) -> None:
        self.crowd.taken(self)
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    # --- the end ----------------------------------------------------------------------------------------

    def make_room(self) -> None:
        """Nobody who waits for an answer hears nothing: half a request is answered before the end."""
        self._stop_waiting()
        if self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
            self._say_goodbye(b"408 Request Timeout")
        else:
            self.transport.abort()

    def _say_goodbye(self, status: bytes) -> None:
        self.transport.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        self.transport.close()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(seconds, self.make_room)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
