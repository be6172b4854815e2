from collections.abc import Callable

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path, re_path

from dashboards.live.consumer import LiveConsumer
from emotion.socket.consumer import RoomConsumer

from .middleware import SocketNeedsRedis

NOT_FOUND = 4404


async def nowhere(_scope: dict, _receive: Callable, send: Callable) -> None:
    """An address that is no socket of ours gets a named answer, and not a traceback in the log."""
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": NOT_FOUND})


# A student has a seat, not an account: only the teacher's socket needs the sign-in.
websocket = SocketNeedsRedis(
    URLRouter(
        [
            path("ws/room/<uuid:session_id>/", RoomConsumer.as_asgi()),
            path("ws/live/<uuid:session_id>/", AuthMiddlewareStack(LiveConsumer.as_asgi())),
            re_path("", nowhere),
        ]
    )
)
