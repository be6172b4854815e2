"""No request is longer than MAX_BODY_BYTES.

Django stores the body of each request before it looks at the address, at any length, on disk. So what is too
long is refused before Django hears of it.
"""

from collections.abc import Awaitable, Callable

from django.conf import settings

Scope = dict[str, object]
Receive = Callable[[], Awaitable[dict]]
Send = Callable[[dict], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class _TooLarge(Exception):
    """The body has more bytes than announced, or announces none."""


def bounded_bodies(application: Application) -> Application:
    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        if announced_length(scope) > settings.MAX_BODY_BYTES:
            await _refuse(send)
            return
        taken = 0

        async def counted() -> dict:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > settings.MAX_BODY_BYTES:
                raise _TooLarge
            return message

        try:
            await application(scope, counted, send)
        except _TooLarge:
            await _refuse(send)

    return bounded


def announced_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value)  # digits: the server has refused anything else
    return 0


async def _refuse(send: Send) -> None:
    text = f"A request may have {settings.MAX_BODY_BYTES:,} bytes at most.".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),  # what is still on its way is not read
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": text})
