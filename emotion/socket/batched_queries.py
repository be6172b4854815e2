"""What the sockets of a process ask of the database at the same moment is asked together, in one transaction.

A class does things together: everybody arrives, switches the camera on when the teacher says so, or loses the
network. With a transaction for each, the last one and the frames behind it would wait for seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from . import connections
from .connections import NoSeat, Seat

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Ask = Callable[[Mapping[Hashable, Asked]], Awaitable[Mapping[Hashable, Answer]]]


async def take_seat(socket: str, scope: dict) -> tuple[Seat, str]:
    """Raises NoSeat. `socket` is the name of its channel: one seat may be opened twice at the same moment."""
    return _or_raise(await _asker(connections.take_seats).ask(socket, scope))


async def find_seat(socket: str, scope: dict) -> Seat:
    """Raises NoSeat."""
    return _or_raise(await _asker(connections.find_seats).ask(socket, scope))


async def note_camera(participant_id: UUID, state: str) -> bool:
    """False if they have no seat any more."""
    return await _asker(connections.note_cameras).ask(participant_id, state)


async def note_offline(participant_id: UUID, heard_at: datetime) -> None:
    await _asker(connections.note_offline).ask(participant_id, heard_at)


class _Asker(Generic[Asked, Answer]):
    """One for each event loop and kind of question."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._waiting: dict[Hashable, Asked] = {}
        self._one_at_a_time = asyncio.Lock()
        self._next: asyncio.Task[Mapping[Hashable, Answer]] | None = None

    async def ask(self, key: Hashable, asked: Asked) -> Answer:
        self._waiting[key] = asked
        if self._next is None:
            self._next = asyncio.create_task(self._ask_all())
        # Shielded: one student who leaves must not cancel the question that is everybody's.
        return (await asyncio.shield(self._next))[key]

    async def _ask_all(self) -> Mapping[Hashable, Answer]:
        async with self._one_at_a_time:  # what comes while one is under way goes with the next
            self._next = None
            waiting, self._waiting = self._waiting, {}
            return await self._ask(waiting)


_askers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Ask, _Asker]] = WeakKeyDictionary()


def _asker(ask: Ask) -> _Asker:
    of_this_loop = _askers.setdefault(asyncio.get_running_loop(), {})
    return of_this_loop.setdefault(ask, _Asker(ask))


def _or_raise(answer: Answer | NoSeat) -> Answer:
    if isinstance(answer, NoSeat):
        raise answer
    return answer
