import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Loads the apps: what imports a model has to be imported after it.
http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402

from .bodies import bounded_bodies  # noqa: E402
from .routing import websocket  # noqa: E402

application = ProtocolTypeRouter({"http": bounded_bodies(http), "websocket": websocket})
