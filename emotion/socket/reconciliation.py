"""Compare the open sockets of this process with the database every few seconds, because hints may be lost.

It takes two queries for all sockets and needs no Redis. So at the end of a class each camera goes off within
seconds, also while the channel layer is down.
"""

import asyncio
import logging
from collections.abc import Collection, Coroutine
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.conf import settings

from classroom.models import ClassSession, Participant
from emotion.per_loop import per_loop

from .connections import Connection
from .protocol import Close
from .threads import in_reconciliation_thread

if TYPE_CHECKING:
    from .consumer import RoomConsumer

logger = logging.getLogger(__name__)


class Truth(NamedTuple):
    """What the database says about the sessions of the open sockets."""

    ended_sessions: set[UUID]
    # Open sessions whose mode in force, which an approval may end by the calendar, uses the camera.
    camera_sessions: set[UUID]
    # Sessions whose teacher has paused all cameras.
    paused_sessions: set[UUID]
    # The consent in force, or None, of everybody who is in one of the open sessions.
    consents: dict[UUID, int | None]

    def agrees_with(self, connection: Connection) -> bool:
        if connection.participant_id not in self.consents:
            return False
        if connection.uses_camera != (connection.session_id in self.camera_sessions):
            return False
        if connection.is_paused != (connection.session_id in self.paused_sessions):
            return False
        consent_id = self.consents[connection.participant_id]
        return not connection.uses_camera or consent_id == connection.consent_id


class Reconciliation:
    """The task of one event loop; it runs while a socket is open."""

    def __init__(self) -> None:
        self._sockets: set[RoomConsumer] = set()
        self._task: asyncio.Task[None] | None = None
        self._corrections: set[asyncio.Task[None]] = set()

    def add(self, socket: "RoomConsumer") -> None:
        self._sockets.add(socket)
        if len(self._sockets) == 1:
            self._task = asyncio.create_task(self._reconcile_periodically())

    def discard(self, socket: "RoomConsumer") -> None:
        self._sockets.discard(socket)
        if not self._sockets and self._task:
            self._task.cancel()

    async def _reconcile_periodically(self) -> None:
        while True:
            await asyncio.sleep(settings.RECONCILE_EVERY.total_seconds())
            try:
                await self._reconcile()
            # Whatever it is, the task goes on.
            except Exception:
                logger.exception("The open sockets could not be compared with the database.")

    async def _reconcile(self) -> None:
        compared = self._sockets.copy()
        truth = await read_truth({socket.connection.session_id for socket in compared})
        for socket in compared & self._sockets:
            if socket.connection.session_id in truth.ended_sessions:
                self._correct(socket.end(Close.ENDED))
            elif not truth.agrees_with(socket.connection):
                self._correct(socket.participant_changed({"reason": "gone"}))

    def _correct(self, correction: Coroutine[None, None, None]) -> None:
        """Run beside the other corrections: a client that does not read must not hold them up."""
        task = asyncio.create_task(correction)
        self._corrections.add(task)
        task.add_done_callback(self._corrections.discard)


@in_reconciliation_thread
def read_truth(session_ids: Collection[UUID]) -> Truth:
    sessions = ClassSession.objects.filter(pk__in=session_ids)
    known = list(sessions.select_related("approval"))
    present = Participant.objects.filter(session__in=sessions.open()).in_class()
    return Truth(
        ended_sessions={session.pk for session in known if not session.is_open},
        camera_sessions={session.pk for session in known if session.is_open and session.uses_camera},
        paused_sessions={session.pk for session in known if session.measuring_paused_at},
        consents=dict(present.with_consent_in_force()),
    )


reconciliation = per_loop(Reconciliation)
