"""Whether the open sockets of this process know what is so: hints may be lost, so the database is asked.

Every few seconds, with two queries for all of them and whatever becomes of Redis. So at the end of a class
each camera goes off within seconds, also where the channel layer is deaf.
"""

import asyncio
import logging
from collections.abc import Collection, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError

from classroom.models import ClassSession, Participant

from .protocol import Close

if TYPE_CHECKING:
    from .consumer import RoomConsumer

# A thread of its own: the one that all sockets share may be waiting for a Redis that hangs.
READS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="roll-call")

logger = logging.getLogger(__name__)


class Roll(NamedTuple):
    ended: set[UUID]  # sessions
    filmed: set[UUID]  # sessions whose mode, which may end by the calendar, uses the camera
    consents: dict[UUID, int | None]  # of everybody who sits in one that is open


class RollCall:
    """One for each event loop; it runs while somebody is in."""

    def __init__(self) -> None:
        self._sockets: set[RoomConsumer] = set()
        self._calling: asyncio.Task | None = None
        self._telling: set[asyncio.Task] = set()

    def add(self, socket: "RoomConsumer") -> None:
        self._sockets.add(socket)
        if len(self._sockets) == 1:
            self._calling = asyncio.create_task(self._call_again_and_again())

    def discard(self, socket: "RoomConsumer") -> None:
        self._sockets.discard(socket)
        if not self._sockets and self._calling:
            self._calling.cancel()

    async def _call_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(settings.ROLL_CALL_EVERY.total_seconds())
            try:
                await self._call()
            except DatabaseError:
                logger.exception("The open sockets could not be compared with the database.")

    async def _call(self) -> None:
        asked = self._sockets.copy()
        roll = await _read({socket.seat.session_id for socket in asked})
        for socket in asked & self._sockets:
            if socket.seat.session_id in roll.ended:
                self._tell(socket.end(Close.ENDED))
            elif not _is_so(socket, roll):
                self._tell(socket.participant_changed({"reason": "gone"}))

    def _tell(self, telling: Coroutine) -> None:
        """Beside the others: a client that does not read must not hold them up."""
        task = asyncio.create_task(telling)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)


def _is_so(socket: "RoomConsumer", roll: Roll) -> bool:
    seat = socket.seat
    if seat.participant_id not in roll.consents:
        return False
    if seat.uses_camera != (seat.session_id in roll.filmed):
        return False
    return not seat.uses_camera or roll.consents[seat.participant_id] == seat.consent_id


async def _read(session_ids: Collection[UUID]) -> Roll:
    return await database_sync_to_async(_roll, thread_sensitive=False, executor=READS)(session_ids)


def _roll(session_ids: Collection[UUID]) -> Roll:
    sessions = ClassSession.objects.filter(pk__in=session_ids)
    known = list(sessions.select_related("approval"))
    return Roll(
        ended={session.pk for session in known if not session.is_open},
        filmed={session.pk for session in known if session.is_open and session.uses_camera},
        consents=dict(
            Participant.objects.filter(session__in=sessions.open()).seated().with_consent_in_force()
        ),
    )


_roll_calls: WeakKeyDictionary[asyncio.AbstractEventLoop, RollCall] = WeakKeyDictionary()


def roll_call() -> RollCall:
    loop = asyncio.get_running_loop()
    if loop not in _roll_calls:
        _roll_calls[loop] = RollCall()
    return _roll_calls[loop]
