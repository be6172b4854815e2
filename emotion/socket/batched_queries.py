"""Batch the queries that the sockets of a process make at the same moment into one transaction.

A class does things together: everybody arrives, switches the camera on, or loses the network. With a
transaction for each, the last student and the frames behind them would wait for seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from emotion.per_loop import per_loop

from . import connections, presence
from .connections import Connection
from .identity import Identity
from .protocol import Rejected

Key = TypeVar("Key")
Request = TypeVar("Request")
Answer = TypeVar("Answer")


async def open_connection(channel_name: str, identity: Identity) -> tuple[Connection, str]:
    """Return the connection and its camera state. Raise Rejected if it has to close.

    The key is the channel's name and not the participant: two tabs may open at the same moment.
    """
    return _or_raise(await _batchers().open.request(channel_name, identity))


async def refresh_connection(channel_name: str, identity: Identity) -> Connection:
    """Return the connection as it is now. Raise Rejected if it has to close."""
    return _or_raise(await _batchers().refresh.request(channel_name, identity))


async def record_camera_state(participant_id: UUID, state: str) -> bool:
    """Record a camera state. False if the participant is not in class any more."""
    return await _batchers().camera_state.request(participant_id, state)


async def record_offline(participant_id: UUID, heard_at: datetime) -> None:
    await _batchers().offline.request(participant_id, heard_at)


class Batcher(Generic[Key, Request, Answer]):
    """Collects requests while a query is under way, and makes one query for all of them after it."""

    def __init__(self, query: Callable[[Mapping[Key, Request]], Awaitable[Mapping[Key, Answer]]]) -> None:
        self.query = query
        self._pending: dict[Key, Request] = {}
        self._one_at_a_time = asyncio.Lock()
        self._next: asyncio.Task[Mapping[Key, Answer]] | None = None

    async def request(self, key: Key, request: Request) -> Answer:
        self._pending[key] = request
        if self._next is None:
            self._next = asyncio.create_task(self._query_all())
        # Shielded: one student who leaves must not cancel the query that is everybody's.
        return (await asyncio.shield(self._next))[key]

    async def _query_all(self) -> Mapping[Key, Answer]:
        async with self._one_at_a_time:
            self._next = None
            pending, self._pending = self._pending, {}
            return await self.query(pending)


class _Batchers:
    def __init__(self) -> None:
        self.open = Batcher(connections.open_connections)
        self.refresh = Batcher(connections.refresh_connections)
        self.camera_state = Batcher(presence.record_camera_states)
        self.offline = Batcher(presence.record_offline)


_batchers = per_loop(_Batchers)


def _or_raise(answer: Answer | Rejected) -> Answer:
    if isinstance(answer, Rejected):
        raise answer
    return answer
