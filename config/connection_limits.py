"""Decide which connections a web process keeps when there are more than it can have.

A WebSocket on which the site has sent a message is never closed for another connection. Of all others, the
one that has been in its state for longest is closed: it waits for its request, for its answer, for its client
to read the answer, or for the end. So a client that holds many connections keeps nobody else out.
"""

import asyncio
import resource
from typing import Protocol
from weakref import WeakKeyDictionary

from uvicorn.server import ServerState

MAX_DESCRIPTORS = 65_536
# Sockets that the site looks up at a time. The next one is looked up when a client leaves: without a limit
# there would be as many as have come, and not as many as are here.
MAX_OPENING = 500
# Answers that their clients do not read: each occupies up to 130 kB, and may hold a file open.
MAX_UNREAD = 128
# Descriptors for everything but clients: database, Redis, files.
RESERVED_DESCRIPTORS = 128 + MAX_UNREAD
# asyncio accepts a whole backlog of connections at once, and four of them before it can close the first.
BACKLOGS_UNSEEN = 4


def raise_descriptors() -> int:
    """Raise this process' limit of open files and return it: 1,024 are fewer than a school needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MAX_DESCRIPTORS)
    if soft == resource.RLIM_INFINITY:
        return wanted
    if soft >= wanted:
        return soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    # macOS has a lower limit of its own.
    except (ValueError, OSError):
        return soft
    return wanted


DESCRIPTORS = raise_descriptors()


def max_connections(backlog: int) -> int:
    return max(DESCRIPTORS - RESERVED_DESCRIPTORS - BACKLOGS_UNSEEN * backlog, DESCRIPTORS // 4)


class Connection(Protocol):
    def evict(self) -> None:
        """Close at once: the place is needed."""


class ConnectionLimits:
    """The connections of one server. Each group is ordered by how long they have been in it."""

    def __init__(self, limit: int) -> None:
        self.limit, self.max_idle = limit, limit // 4
        self.opening = asyncio.Semaphore(MAX_OPENING)
        # Sockets on which the site has sent a message; they are never closed for others.
        self._kept: set[Connection] = set()
        # All other connections, and among them those without a request and those with an unread answer.
        self._evictable: dict[Connection, None] = {}
        self._idle: dict[Connection, None] = {}
        self._unread: dict[Connection, None] = {}

    def enter_state(self, connection: Connection) -> None:
        """Note a connection that is new or has entered another state, and begin its time anew.

        An answer that waits to be read stays counted: only reading it ends that.
        """
        self._leave_state(connection)
        self._evictable[connection] = None
        # Half of the rest: the answer to each connection may hold a file open.
        self._shrink(self._evictable, (self.limit - len(self._kept)) // 2)

    def await_request(self, connection: Connection) -> None:
        self.enter_state(connection)
        self._idle[connection] = None
        self._shrink(self._idle, self.max_idle)

    def await_reading(self, connection: Connection) -> None:
        """Note an answer that waits in our memory for its client to read it."""
        self._unread[connection] = None
        self._shrink(self._unread, MAX_UNREAD)

    def end_reading(self, connection: Connection) -> None:
        self._unread.pop(connection, None)

    def keep(self, connection: Connection) -> None:
        """Never close this socket for another connection, unless it was evicted before."""
        if connection in self._evictable:
            self.remove(connection)
            self._kept.add(connection)

    def remove(self, connection: Connection) -> None:
        self._leave_state(connection)
        self.end_reading(connection)

    def _leave_state(self, connection: Connection) -> None:
        self._kept.discard(connection)
        for group in (self._evictable, self._idle):
            group.pop(connection, None)

    def _shrink(self, group: dict[Connection, None], limit: int) -> None:
        while len(group) > max(limit, 0):
            longest = next(iter(group))
            self.remove(longest)
            longest.evict()


_limits: WeakKeyDictionary[ServerState, ConnectionLimits] = WeakKeyDictionary()


def limits_of(server: ServerState, limit: int) -> ConnectionLimits:
    """Return the limits that all connections of a server share."""
    if server not in _limits:
        _limits[server] = ConnectionLimits(limit)
    return _limits[server]
