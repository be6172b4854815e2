"""The live page's socket: a snapshot on connect, then what changed. docs/protocol.md is its contract.

Hints wake it, at most four times a second, and it looks into the database: at what they name, and every
HEARTBEAT at everybody's readings.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from uuid import UUID

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.http import Http404
from django.utils import timezone

from classroom.access import user_signed_in
from classroom.events import live_group
from classroom.origins import is_our_origin

from .view import LiveView
from .watch import FULL_LOOK, News

logger = logging.getLogger(__name__)

NOT_SIGNED_IN, WRONG_ORIGIN, NO_SESSION, TRY_AGAIN = 4401, 4403, 4404, 1011

QUICKEST = 0.25  # seconds between two changes: with what a worker takes, less than a second behind
HEARTBEAT = FULL_LOOK.total_seconds()  # and between two without any hint
BUSY_SHARE = 0.25  # of one core that a page may take: a large class on a slow machine gets fewer changes
LATELY = 5  # messages over which that share is kept

# Beside the sockets' own database thread: a teacher who opens the page of a long class delays no student.
READS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")


class SignedOut(Exception):
    """In another tab, by a new password or by an administrator, since this page was opened."""


class LiveConsumer(AsyncJsonWebsocketConsumer):
    telling: asyncio.Task | None = None

    async def dispatch(self, message: dict) -> None:
        # Channels hops to a thread before every message to tidy up connections that are never opened here.
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        await self.accept()  # a refusal before it would reach the page as 1006, without a reason
        if not is_our_origin(self.scope):
            return await self.close(WRONG_ORIGIN)
        if not self.scope["user"].is_authenticated:
            return await self.close(NOT_SIGNED_IN)
        self.session_id = self.scope["url_route"]["kwargs"]["session_id"]
        self.view = LiveView(self.scope["user"], self.session_id)
        self.hinted, self.news, self.wants_snapshot = asyncio.Event(), News(), True
        # Before the snapshot: what changes while it is read is told after it.
        await self.channel_layer.group_add(live_group(self.session_id), self.channel_name)
        self.telling = asyncio.create_task(self._tell())
        return None

    async def disconnect(self, code: int) -> None:
        if self.telling:
            self.telling.cancel()
            await self.channel_layer.group_discard(live_group(self.session_id), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs) -> None:
        if self.telling and text_data and _is_resync(text_data):
            self.wants_snapshot = True
            self.hinted.set()

    async def readings_changed(self, event: dict) -> None:
        self.news.consents.update(event["consents"])
        self.hinted.set()

    async def participant_changed(self, event: dict) -> None:
        self.news.participants.add(UUID(event["participant"]))
        self.hinted.set()

    async def annotations_changed(self, event: dict) -> None:
        self.news.words = True
        self.hinted.set()

    async def class_changed(self, event: dict) -> None:
        self.news.everybody = True
        self.hinted.set()

    async def history_changed(self, event: dict) -> None:
        self.wants_snapshot = True
        self.hinted.set()

    async def _tell(self) -> None:
        try:
            await self._tell_until_cancelled()
        except SignedOut:
            await self.close(NOT_SIGNED_IN)
        except Http404:
            await self.close(NO_SESSION)
        except Exception:
            # Nobody awaits this task: without this the page would stand still and look alive.
            logger.exception("The live page of session %s stopped.", self.session_id)
            await self.close(TRY_AGAIN)

    async def _tell_until_cancelled(self) -> None:
        work = 0.0  # seconds of a core that a message takes of late: one look at everybody delays nothing
        for number in count(1):
            self.hinted.clear()
            message, worked = await self._next_message()
            work += (worked - work) / LATELY
            await self.send_json({**message, "number": number})
            await asyncio.sleep(min(HEARTBEAT, max(QUICKEST, work / BUSY_SHARE)))
            await self._hint_or_heartbeat()

    async def _next_message(self) -> tuple[dict, float]:
        """And the seconds of a core that it took to make."""
        news, self.news = self.news, News()
        wants_snapshot, self.wants_snapshot = self.wants_snapshot, False
        if wants_snapshot:
            return await self._read(self.view.snapshot, timezone.now())
        return await self._read(self.view.change, timezone.now(), news)

    async def _read(self, function: Callable, *args) -> tuple[dict, float]:
        def timed() -> tuple[dict, float]:
            began = time.thread_time()
            if user_signed_in(self.scope["session"].session_key) != self.scope["user"]:
                raise SignedOut
            return function(*args), time.thread_time() - began

        return await database_sync_to_async(timed, thread_sensitive=False, executor=READS)()

    async def _hint_or_heartbeat(self) -> None:
        try:
            await asyncio.wait_for(self.hinted.wait(), self.view.watch.seconds_to_full_look(timezone.now()))
        except TimeoutError:
            return


def _is_resync(text: str) -> bool:
    try:
        message = json.loads(text)
    except ValueError:
        return False
    return isinstance(message, dict) and message.get("type") == "resync"
