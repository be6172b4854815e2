"""The origin check of WebSockets: a browser sends cookies with a socket that any page on the web opens."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.http.request import split_domain_port, validate_host

if TYPE_CHECKING:
    from asgiref.typing import WebSocketScope


def is_our_origin(scope: "WebSocketScope") -> bool:
    """Whether the page comes from the public address, or from the host that the request went to."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    if origin == settings.PUBLIC_URL.lower():
        return True
    host = headers.get(b"host", b"").decode("latin-1").lower()
    is_same_host = origin in (f"http://{host}", f"https://{host}")
    return is_same_host and validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
