"""Write down, every few seconds and together, when the clients of this process last sent anything.

An open socket proves little: a laptop whose lid is closed, or a phone in a pocket, may leave it open for
long. So messages count, and the room's page sends one every 20 seconds.
"""

import asyncio
import logging
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings

from emotion.per_loop import per_loop

from . import presence

logger = logging.getLogger(__name__)


class Listener(Protocol):
    """A socket that belongs to a participant."""

    participant_id: UUID
    heard_at: datetime

    async def record_presence(self) -> None:
        """Record that the participant is in class, where the database says that they are gone."""


class LastSeen:
    """The open sockets of one event loop, and what the database knows of each."""

    def __init__(self) -> None:
        self._written: dict[Listener, datetime] = {}
        self._task: asyncio.Task[None] | None = None

    def add(self, listener: Listener) -> None:
        self._written[listener] = listener.heard_at
        if self._task is None:
            self._task = asyncio.create_task(self._write_periodically())

    def discard(self, listener: Listener) -> None:
        self._written.pop(listener, None)
        if not self._written and self._task:
            self._task.cancel()
            self._task = None

    async def _write_periodically(self) -> None:
        while True:
            await asyncio.sleep(settings.LAST_SEEN_WRITTEN_EVERY.total_seconds())
            try:
                await self.write()
            # Whatever it is, the task goes on: without it, silent students would count as gone.
            except Exception:
                logger.exception("The last messages of %d sockets were not written.", len(self._written))

    async def write(self) -> None:
        news = {one: one.heard_at for one, written in self._written.items() if one.heard_at > written}
        if not news:
            return
        gone = await presence.record_last_seen({one.participant_id: at for one, at in news.items()})
        self._written |= {one: at for one, at in news.items() if one in self._written}
        for one in news:
            if one.participant_id in gone:
                await one.record_presence()


last_seen = per_loop(LastSeen)
