"""uvicorn's HTTP with bounds on what somebody who never finishes a request may hold:
`--http config.http:BoundedHTTP --backlog 256`.

uvicorn waits for a request for as long as it takes, and accepts as many connections as there are file
descriptors; when these are used up, nobody reaches the site any more. Here a request has so many seconds, and
where too many connections wait for theirs, the one that has waited longest makes room. An open WebSocket, or
a request that has arrived, is never closed for that.
"""

import asyncio
import resource

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# Descriptors that are no connections: database, Redis, files, and those that asyncio accepts in one go before
# it tells of any (--backlog).
RESERVED_DESCRIPTORS = 384
MOST_DESCRIPTORS = 65_536


def raise_descriptors() -> int:
    """As many as this process may have; the usual 1,024 are fewer than a school's students and pages need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted if soft == resource.RLIM_INFINITY else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (ValueError, OSError):  # macOS has a lower limit of its own
        return soft
    return wanted


class BoundedHTTP(H11Protocol):
    seconds_for_headers = 10.0
    seconds_for_body = 30.0  # 1 MB, the most that the site takes, over a slow line
    most_connections = raise_descriptors() - RESERVED_DESCRIPTORS
    most_waiting = most_connections // 2
    waiting: "dict[BoundedHTTP, None]" = {}  # whose request has not arrived, who has waited longest first

    _deadline: asyncio.TimerHandle | None = None
    _is_upgraded = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._wait(self.seconds_for_headers)
        while self.waiting and self._is_full():
            next(iter(self.waiting)).give_up()
        if len(self.connections) > self.most_connections:
            self.give_up()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None and self.conn.their_state is h11.IDLE:
            self._wait(self.seconds_for_headers)  # the next request of a connection that was kept
        had_headers = self.conn.their_state is h11.SEND_BODY
        super().data_received(data)
        if self._is_upgraded:
            return  # a WebSocket now, of which h11 only knows that its request never ended
        if self.conn.their_state is h11.SEND_BODY:
            if not had_headers:
                self._wait(self.seconds_for_body)
        elif self.conn.their_state is not h11.IDLE:
            self._stop_waiting()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._is_upgraded = True
        self._stop_waiting()
        super().handle_websocket_upgrade(event)

    def give_up(self) -> None:
        """Nobody who waits for an answer hears nothing: half a request is answered before the end."""
        self._stop_waiting()
        self.connections.discard(self)
        if self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
            self.transport.write(
                b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            )
        self.transport.close()

    def _is_full(self) -> bool:
        too_many = len(self.connections) > self.most_connections
        return too_many or len(self.waiting) > self.most_waiting

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self.waiting[self] = None
        self._deadline = self.loop.call_later(seconds, self.give_up)

    def _stop_waiting(self) -> None:
        self.waiting.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
