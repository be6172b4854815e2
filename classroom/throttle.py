"""How often somebody may be wrong before the door stays shut for a while. Who is right costs nothing.

A door is named by the setting that holds its rate. Behind a proxy the address is the proxy's, unless uvicorn
is told whom to believe (FORWARDED_ALLOW_IPS).
"""

from django.conf import settings
from django.http import HttpRequest
from django_ratelimit.core import is_ratelimited


def is_shut(request: HttpRequest, door: str) -> bool:
    return is_ratelimited(request, group=door, key="ip", rate=getattr(settings, door), increment=False)


def note_failure(request: HttpRequest, door: str) -> None:
    is_ratelimited(request, group=door, key="ip", rate=getattr(settings, door), increment=True)
