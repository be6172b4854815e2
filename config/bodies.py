"""Refuse requests with a body longer than MAX_BODY_BYTES.

Django stores the body of each request on disk, at any length, before it looks at the address. So a body that
is too long is refused before Django sees the request.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from api.middleware import PREFIX as API
from api.problems import problem

# As Django's ASGIHandler has them.
Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class _TooLarge(Exception):
    """The body has more bytes than its header announced."""


def bounded_bodies(application: Application) -> Application:
    """Wrap an ASGI application so that it receives no body over the limit."""

    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        if announced_length(scope) > settings.MAX_BODY_BYTES:
            await _refuse(scope, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > settings.MAX_BODY_BYTES:
                raise _TooLarge
            return message

        try:
            await application(scope, counted, send)
        except _TooLarge:
            await _refuse(scope, send)

    return bounded


def announced_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            # Digits: h11 has refused anything else.
            return int(value)
    return 0


async def _refuse(scope: Scope, send: Send) -> None:
    text = f"A request may have {settings.MAX_BODY_BYTES:,} bytes at most."
    answer = HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")
    if scope["path"].startswith(API):
        answer = problem(413, text)
    headers = [
        (b"content-type", answer["Content-Type"].encode()),
        (b"content-length", str(len(answer.content)).encode()),
        # The rest of the body is not read.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
