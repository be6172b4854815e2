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
from contextlib import suppress
from itertools import count
from typing import Any, cast
from urllib.parse import parse_qs
from uuid import UUID

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth.models import User
from django.http import Http404
from django.utils import timezone, translation

from classroom.access import user_signed_in
from classroom.events import live_group
from classroom.origins import is_our_origin
from config.locales import language_of_socket

from .feed import LiveFeed
from .live_session import FULL_LOOK_SECONDS, Hints
from .wire import WIRE_VERSION, Message

logger = logging.getLogger(__name__)

NOT_SIGNED_IN, WRONG_ORIGIN, NO_SESSION, TRY_AGAIN = 4401, 4403, 4404, 1011

# Seconds between two changes, at least: with what a worker takes, less than a second behind.
QUICKEST = 0.25
# Seconds between two changes without any hint.
HEARTBEAT = FULL_LOOK_SECONDS
# The share of one core that a page may take: a large class on a slow machine gets fewer changes.
BUSY_SHARE = 0.25
# How many messages that share is a mean of.
LATELY = 5

# Beside the sockets' own database thread: a teacher who opens the page of a long class delays no student.
READS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")


class SignedOut(Exception):
    """The teacher has been signed out: in another tab, by a new password or by an administrator."""


class LiveConsumer(AsyncJsonWebsocketConsumer):
    sending: asyncio.Task[None] | None = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels hops to a thread before every message to tidy up connections that are never opened here.
        await getattr(self, get_handler_name(message))(message)

    @classmethod
    async def encode_json(cls, content: Message) -> str:
        # Without the usual spaces: a snapshot of 200 students holds 24,000 cells.
        return json.dumps(content, separators=(",", ":"))

    async def connect(self) -> None:
        # A refusal before it would reach the page as 1006, without a reason.
        await self.accept()
        user = self.scope["user"]
        if not is_our_origin(self.scope):
            await self.close(WRONG_ORIGIN)
        elif user is None or not user.is_authenticated:
            await self.close(NOT_SIGNED_IN)
        elif not self._speaks_our_wire():
            await self._make_page_reload()
        else:
            # The scope's user is a proxy of the user that is signed in.
            await self._begin(cast(User, user))

    def _speaks_our_wire(self) -> bool:
        asked = parse_qs(self.scope.get("query_string", b"").decode("ascii", "replace"))
        return asked.get("wire") == [str(WIRE_VERSION)]

    async def _make_page_reload(self) -> None:
        """A page that was open while another version was installed would misread our messages.

        The pages of version 0.1 know no such message. They load anew when `sees_readings` is not what it was:
        the second message differs from the first, so that a page which knows nothing yet does so, too.
        """
        await self.send_json({"type": "reload"})
        for number, sees_readings in enumerate(("unknown", None), start=1):
            empty = {"points": {}, "cells": {}, "students": {}, "server_time": 0}
            await self.send_json(
                {"type": "snapshot", "number": number, "sees_readings": sees_readings, **empty}
            )
        await self.close(TRY_AGAIN)

    async def _begin(self, user: User) -> None:
        self.session_id = self.scope["url_route"]["kwargs"]["session_id"]
        self.feed = LiveFeed(user, self.session_id)
        self.language = language_of_socket(self.scope)
        self.hinted, self.hints, self.wants_snapshot = asyncio.Event(), Hints(), True
        # Before the snapshot: what changes while it is read is sent after it.
        await self.channel_layer.group_add(live_group(self.session_id), self.channel_name)
        self.sending = asyncio.create_task(self._send())

    async def disconnect(self, code: int) -> None:
        if self.sending:
            self.sending.cancel()
            await self.channel_layer.group_discard(live_group(self.session_id), self.channel_name)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: object
    ) -> None:
        if self.sending and text_data and _is_resync(text_data):
            self.wants_snapshot = True
            self.hinted.set()

    async def readings_changed(self, event: dict[str, Any]) -> None:
        self.hints.consents.update(event["consents"])
        self.hinted.set()

    async def participant_changed(self, event: dict[str, Any]) -> None:
        self.hints.participants.add(UUID(event["participant"]))
        self.hinted.set()

    async def annotations_changed(self, event: dict[str, Any]) -> None:
        self.hints.annotations = True
        self.hinted.set()

    async def activities_changed(self, event: dict[str, Any]) -> None:
        self.hints.activities = True
        self.hinted.set()

    async def class_changed(self, event: dict[str, Any]) -> None:
        self.hints.everybody = True
        self.hinted.set()

    async def history_changed(self, event: dict[str, Any]) -> None:
        self.wants_snapshot = True
        self.hinted.set()

    async def _send(self) -> None:
        try:
            await self._send_until_cancelled()
        except SignedOut:
            await self.close(NOT_SIGNED_IN)
        except Http404:
            await self.close(NO_SESSION)
        except Exception:
            # Nobody awaits this task: without this the page would stand still and look alive.
            logger.exception("The live page of session %s stopped.", self.session_id)
            await self.close(TRY_AGAIN)

    async def _send_until_cancelled(self) -> None:
        # Seconds of a core that a message takes of late: one look at everybody delays nothing.
        work = 0.0
        for number in count(1):
            self.hinted.clear()
            message, worked = await self._next_message()
            work += (worked - work) / LATELY
            await self.send_json({**message, "number": number})
            await asyncio.sleep(min(HEARTBEAT, max(QUICKEST, work / BUSY_SHARE)))
            await self._hint_or_heartbeat()

    async def _next_message(self) -> tuple[Message, float]:
        """The message, and the seconds of a core that it took to make."""
        hints, self.hints = self.hints, Hints()
        wants_snapshot, self.wants_snapshot = self.wants_snapshot, False
        if wants_snapshot:
            return await self._read(lambda: self.feed.snapshot(timezone.now()))
        return await self._read(lambda: self.feed.change(timezone.now(), hints))

    async def _read(self, message: Callable[[], Message]) -> tuple[Message, float]:
        def timed() -> tuple[Message, float]:
            began = time.thread_time()
            if user_signed_in(self.scope["session"].session_key) != self.scope["user"]:
                raise SignedOut
            with translation.override(self.language):
                return message(), time.thread_time() - began

        read: tuple[Message, float] = await database_sync_to_async(
            timed, thread_sensitive=False, executor=READS
        )()
        return read

    async def _hint_or_heartbeat(self) -> None:
        patience = self.feed.live.seconds_to_full_look(timezone.now().timestamp())
        # Not asyncio.wait_for, which loses a cancellation that comes with the hint before Python 3.12.
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self.hinted.wait()


def _is_resync(text: str) -> bool:
    try:
        message = json.loads(text)
    except ValueError:
        return False
    return isinstance(message, dict) and message.get("type") == "resync"
