"""uvicorn's HTTP protocol with limits on unfinished requests and unread answers.

Use it as `--http config.http:BoundedHTTP --backlog 256`. uvicorn waits for a request without a time limit,
reads one of any shape, and accepts as many connections as there are file descriptors; when these are used up,
nobody reaches the site any more. This class limits the seconds, headers and pieces of a request, the seconds
in which an answer has to be read, and, with `config.connection_limits`, the connections.

It overrides internals of uvicorn and h11: tests/test_private_apis.py fails when these change.
"""

import asyncio
import logging
import re
from typing import cast

import h11
from django.conf import settings
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from .connection_limits import limits_of, max_connections

# Bytes of a request line and its headers.
MAX_HEAD_BYTES = 65_536
# A browser sends 20, and a proxy adds some.
MAX_HEADERS = 100
# A body arrives in pieces of thousands of bytes. Each costs as much time as 2 kB, so that a body in pieces of
# one byte would delay everybody for many seconds.
MAX_PIECES = 2000

_END_OF_HEAD = re.compile(rb"\n\r?\n")

# uvicorn's own logger writes a line for each malformed request, and anybody can send thousands.
logger = logging.getLogger(__name__)
logger.setLevel(logging.ERROR)


class _BoundedParser(h11.Connection):
    """Refuses what the parser would take long for, before it does."""

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
        if size > MAX_HEAD_BYTES or received.count(b"\n", 0, size) > MAX_HEADERS:
            self.head_is_too_long = True
            raise h11.RemoteProtocolError("Too many headers.")

    def _refuse_long_body(self, piece: h11.Data) -> None:
        self._pieces += 1
        self._body_bytes += len(piece.data)
        is_answered = self.our_state not in (h11.IDLE, h11.SEND_RESPONSE)
        if self._pieces > MAX_PIECES or (is_answered and self._body_bytes > settings.MAX_BODY_BYTES):
            raise h11.RemoteProtocolError("Too many pieces.")


class BoundedHTTP(H11Protocol):
    seconds_for_headers = 10.0
    # The time for 1 MB, the most that the site takes, over a slow line.
    seconds_for_body = 30.0
    # The client has so long to read an answer; at most 64 kB of it wait in our memory.
    seconds_for_reading = 30.0
    # None: as many as there are file descriptors for.
    max_connections: int | None = None

    _deadline: asyncio.TimerHandle | None = None
    _reading_deadline: asyncio.TimerHandle | None = None
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
        self.conn = self._parser = _BoundedParser(h11.SERVER, MAX_HEAD_BYTES)
        self.limits = limits_of(server_state, self.max_connections or max_connections(config.backlog))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self._set_deadline(self.seconds_for_headers)
        self.limits.await_request(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._clear_deadline()
        self._end_reading()
        self.limits.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # The next request of a connection that was kept alive.
        if self._deadline is None and self.conn.their_state is h11.IDLE:
            self._set_deadline(self.seconds_for_headers)
            self.limits.await_request(self)
            if not self.transport.get_write_buffer_size():
                # The answer before was read: the next one has all of its time.
                self._end_reading()
        had_headers = self.conn.their_state is h11.SEND_BODY
        super().data_received(data)
        # h11 never considers the request of a WebSocket as ended.
        if self._is_upgraded or self.transport.is_closing():
            return
        if self.conn.their_state is h11.SEND_BODY:
            if not had_headers:
                self._set_deadline(self.seconds_for_body)
        elif self.conn.their_state is not h11.IDLE and self._deadline:
            self._clear_deadline()
            self.limits.enter_state(self)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._is_upgraded = True
        self._clear_deadline()
        self.limits.remove(self)
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        # In the middle of an answer nothing can be said any more.
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
        elif self._parser.head_is_too_long:
            self._respond_and_close(b"431 Request Header Fields Too Large")
        else:
            super().send_400_response(msg)

    # --- the answer -------------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._end_reading()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing():
            self.limits.enter_state(self)
        if self._deadline is None and self.conn.their_state is h11.SEND_BODY:
            # The headers of this request came together with the request before it.
            self._set_deadline(self.seconds_for_body)
        if self.transport.get_write_buffer_size():
            self._await_reading()

    def _await_reading(self) -> None:
        self.limits.await_reading(self)
        if self._reading_deadline is None:
            self._reading_deadline = self.loop.call_later(self.seconds_for_reading, self._abort_if_unread)

    def _abort_if_unread(self) -> None:
        self._end_reading()
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _end_reading(self) -> None:
        self.limits.end_reading(self)
        if self._reading_deadline is not None:
            self._reading_deadline.cancel()
            self._reading_deadline = None

    # --- the end ----------------------------------------------------------------------------------------

    def evict(self) -> None:
        """Close the connection; a client that has sent a part of its headers gets an answer first."""
        self._clear_deadline()
        if self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
            self._respond_and_close(b"408 Request Timeout")
        else:
            self.transport.abort()

    def _respond_and_close(self, status: bytes) -> None:
        self.transport.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        self.transport.close()

    def _set_deadline(self, seconds: float) -> None:
        self._clear_deadline()
        self._deadline = self.loop.call_later(seconds, self.evict)

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
