"""The addresses of the sockets."""

from collections.abc import Callable

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path, re_path

from activities.projector import ProjectorConsumer
from dashboards.live.consumer import LiveConsumer
from emotion.socket.consumer import RoomConsumer

from .middleware import SocketNeedsRedis

NOT_FOUND = 4404


async def not_found(_scope: dict, _receive: Callable, send: Callable) -> None:
    """Close a socket at an unknown address with a code, instead of a traceback in the log."""
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": NOT_FOUND})


# Only the teacher's socket needs the sign-in: a student is known by the seat cookie.
# django-stubs types path() for HTTP views alone; Channels takes the same patterns for its consumers.
websocket = SocketNeedsRedis(
    URLRouter(
        [
            path("ws/room/<uuid:session_id>/", RoomConsumer.as_asgi()),  # type: ignore[list-item, arg-type]
            path("ws/projector/<str:token>/", ProjectorConsumer.as_asgi()),  # type: ignore[list-item, arg-type]
            path(
                "ws/live/<uuid:session_id>/",  # type: ignore[list-item]
                AuthMiddlewareStack(LiveConsumer.as_asgi()),  # type: ignore[arg-type]
            ),
            re_path("", not_found),  # type: ignore[list-item, arg-type]
        ]
    )
)
