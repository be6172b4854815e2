import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()  # loads the apps: everything that touches a model is imported after it

from channels.routing import ProtocolTypeRouter  # noqa: E402

from .bodies import bounded_bodies  # noqa: E402
from .routing import websocket  # noqa: E402

application = ProtocolTypeRouter({"http": bounded_bodies(http), "websocket": websocket})
