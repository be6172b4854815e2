"""Signs of life: whom the sockets of this process heard, written together every few seconds.

An open socket says little: a laptop whose lid was closed, or a phone in a pocket, leaves it open for long. So
it is words that count, and the room's page says one every 20 seconds.
"""

import asyncio
import logging
from datetime import datetime
from typing import Protocol
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DatabaseError

from . import connections

logger = logging.getLogger(__name__)


class Listener(Protocol):
    """A socket with a seat."""

    participant_id: UUID
    heard_at: datetime

    async def note_presence(self) -> None:
        """The database takes them for gone."""


class Signs:
    """One for each event loop."""

    def __init__(self) -> None:
        self._written: dict[Listener, datetime] = {}  # of each open socket, what of it is in the database
        self._writing: asyncio.Task | None = None

    def add(self, listener: Listener) -> None:
        self._written[listener] = listener.heard_at
        if self._writing is None:
            self._writing = asyncio.create_task(self._keep_writing())

    def remove(self, listener: Listener) -> None:
        self._written.pop(listener, None)
        if not self._written and self._writing:
            self._writing.cancel()
            self._writing = None

    async def _keep_writing(self) -> None:
        while True:
            await asyncio.sleep(settings.SIGNS_WRITTEN_EVERY.total_seconds())
            try:
                await self.write()
            except DatabaseError:
                logger.exception("The signs of life of %d seats were not written.", len(self._written))

    async def write(self) -> None:
        news = {one: one.heard_at for one, written in self._written.items() if one.heard_at > written}
        if not news:
            return
        taken_for_gone = await connections.note_signs({one.participant_id: at for one, at in news.items()})
        self._written |= {one: at for one, at in news.items() if one in self._written}
        for one in news:
            if one.participant_id in taken_for_gone:
                await one.note_presence()


_signs: WeakKeyDictionary[asyncio.AbstractEventLoop, Signs] = WeakKeyDictionary()


def signs() -> Signs:
    return _signs.setdefault(asyncio.get_running_loop(), Signs())
