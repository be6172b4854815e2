from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path

from dashboards.consumers import LiveConsumer
from emotion.consumers import RoomConsumer

# A student has a seat, not an account: only the teacher's socket needs the sign-in.
websocket = URLRouter(
    [
        path("ws/room/<uuid:session_id>/", RoomConsumer.as_asgi()),
        path("ws/live/<uuid:session_id>/", AuthMiddlewareStack(LiveConsumer.as_asgi())),
    ]
)
