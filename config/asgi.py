"""The ASGI application that uvicorn runs: pages and sockets."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Loads the apps: what imports a model has to be imported after it.
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter  # noqa: E402

from . import garbage  # noqa: E402
from .bodies import bounded_bodies  # noqa: E402
from .handler import OneHopHandler  # noqa: E402
from .request_threads import RequestThreads  # noqa: E402
from .routing import websocket  # noqa: E402

application = ProtocolTypeRouter(
    {"http": bounded_bodies(RequestThreads(OneHopHandler())), "websocket": websocket}
)
garbage.settle()
