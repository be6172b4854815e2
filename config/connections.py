"""Which connections a web process keeps, where there are more than it can have.

A WebSocket that has been spoken to is never closed for another connection. Of all others the one that has
been longest as it is makes room: it waits for its request, its answer, somebody to take that answer, or a
goodbye. So whoever holds many of them keeps nobody out.
"""

import asyncio
import resource
from typing import Protocol
from weakref import WeakKeyDictionary

from uvicorn.server import ServerState

MOST_DESCRIPTORS = 65_536
# Sockets whose seat is being looked up. A client who leaves meanwhile lets in the next one: without a bound
# there would be as many as have come, and not as many as are here.
MOST_ASKED = 500
MOST_UNTAKEN = 128  # answers that nobody takes: each occupies up to 130 kB, and may hold a file open
RESERVED_DESCRIPTORS = 128 + MOST_UNTAKEN  # for what is no connection of a client: database, Redis, files
# asyncio accepts a backlog of connections in one go, and four of these before it can close the first of them.
BACKLOGS_UNSEEN = 4


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


DESCRIPTORS = raise_descriptors()


def most_connections(backlog: int) -> int:
    return max(DESCRIPTORS - RESERVED_DESCRIPTORS - BACKLOGS_UNSEEN * backlog, DESCRIPTORS // 4)


class Connection(Protocol):
    def make_room(self) -> None:
        """Its place is needed, at once."""


class Crowd:
    """The connections of one server. In each group, whoever has been longest in it comes first."""

    def __init__(self, most: int) -> None:
        self.most, self.most_waiting = most, most // 4
        self.asked = asyncio.Semaphore(MOST_ASKED)
        self._open: set[Connection] = set()
        self._passing: dict[Connection, None] = {}  # all others
        self._waiting: dict[Connection, None] = {}  # of these: the request has not come
        self._untaken: dict[Connection, None] = {}  # of these: the answer stays in our memory

    def come(self, connection: Connection) -> None:
        """Or come into another state, but that of an open socket."""
        self.go(connection)
        self._passing[connection] = None
        # Half of what is left: the answer to each may hold a file open.
        self._shrink(self._passing, (self.most - len(self._open)) // 2)

    def wait_for_request(self, connection: Connection) -> None:
        self.come(connection)
        self._waiting[connection] = None
        self._shrink(self._waiting, self.most_waiting)

    def wait_for_taking(self, connection: Connection) -> None:
        self._untaken[connection] = None
        self._shrink(self._untaken, MOST_UNTAKEN)

    def taken(self, connection: Connection) -> None:
        self._untaken.pop(connection, None)

    def open(self, connection: Connection) -> None:
        if connection in self._passing:
            self.go(connection)
            self._open.add(connection)

    def go(self, connection: Connection) -> None:
        self._open.discard(connection)
        for group in (self._passing, self._waiting, self._untaken):
            group.pop(connection, None)

    def _shrink(self, group: dict[Connection, None], most: int) -> None:
        while len(group) > max(most, 0):
            longest = next(iter(group))
            self.go(longest)
            longest.make_room()


_crowds: WeakKeyDictionary[ServerState, Crowd] = WeakKeyDictionary()


def crowd_of(server: ServerState, most: int) -> Crowd:
    if server not in _crowds:
        _crowds[server] = Crowd(most)
    return _crowds[server]
