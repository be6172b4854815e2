"""The second screen of a class: a link that needs no sign-in and ends with the session, and its socket.

Whoever has the link sees no name and no more than the class does.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any
from uuid import UUID

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from classroom.access import TeacherRequest, session_for_teacher
from classroom.invitation import invitation
from classroom.models import ClassSession
from classroom.origins import is_our_origin

from .events import projector_group
from .state import Message, projector_state

logger = logging.getLogger(__name__)

WRONG_ORIGIN, NO_SESSION, ENDED, TRY_AGAIN = 4403, 4404, 4410, 1011
# Seconds between two messages: at least, so that many answers are one message, and at most.
QUICKEST, HEARTBEAT = 0.25, 2.0
SIGNER = signing.Signer(salt="activities.projector")


def projector_token(session: ClassSession) -> str:
    return SIGNER.sign(session.pk.hex)


def session_of_token(token: str) -> ClassSession:
    """Return the open session that a link belongs to. Raise Http404 for others, and once it has ended."""
    try:
        session_id = UUID(SIGNER.unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise Http404("No such projector.") from error
    return get_object_or_404(ClassSession.objects.open(), pk=session_id)


@login_required
def open_projector(request: TeacherRequest, session_id: UUID) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    return redirect("projector", projector_token(session))


def projector(request: HttpRequest, token: str) -> HttpResponse:
    session = session_of_token(token)
    context = {
        "session": session,
        "invitation": invitation(session),
        "socket_path": f"/ws/projector/{token}/",
    }
    return render(request, "activities/projector.html", context)


class ProjectorConsumer(AsyncJsonWebsocketConsumer):
    sending: asyncio.Task[None] | None = None
    session_id: UUID

    async def dispatch(self, message: dict[str, Any]) -> None:
        # As in the other consumers: without a hop to a thread before every message.
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        # A refusal before it would reach the page as 1006, without a reason.
        await self.accept()
        if not is_our_origin(self.scope):
            await self.close(WRONG_ORIGIN)
            return
        self.token = self.scope["url_route"]["kwargs"]["token"]
        try:
            session = await database_sync_to_async(session_of_token)(self.token)
        except Http404:
            await self.close(NO_SESSION)
            return
        self.session_id, self.hinted = session.pk, asyncio.Event()
        # Before the first state: what changes while it is read is sent after it.
        await self.channel_layer.group_add(projector_group(self.session_id), self.channel_name)
        self.sending = asyncio.create_task(self._send())

    async def disconnect(self, code: int) -> None:
        if self.sending:
            self.sending.cancel()
            await self.channel_layer.group_discard(projector_group(self.session_id), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        """Nothing that this page says changes anything."""

    async def activities_changed(self, event: dict[str, Any]) -> None:
        self.hinted.set()

    async def _send(self) -> None:
        try:
            await self._send_until_ended()
        except Http404:
            await self.close(ENDED)
        except Exception:
            # Nobody awaits this task: without this the page would stand still and look alive.
            logger.exception("The projector of session %s stopped.", self.session_id)
            await self.close(TRY_AGAIN)

    async def _send_until_ended(self) -> None:
        while True:
            self.hinted.clear()
            await self.send_json(await self._state())
            await asyncio.sleep(QUICKEST)
            # Not asyncio.wait_for, which loses a cancellation that comes with the hint before Python 3.12.
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT):
                    await self.hinted.wait()

    @database_sync_to_async
    def _state(self) -> Message:
        return projector_state(session_of_token(self.token), timezone.now())
