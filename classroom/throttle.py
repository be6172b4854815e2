"""How often something may be tried before a door stays shut for a while.

At the doors where people guess only failures are noted: who is right costs nothing. A door is named by the
setting that holds its rate. Behind a proxy the address is the proxy's, unless uvicorn is told whom to believe
(FORWARDED_ALLOW_IPS).
"""

from django.conf import settings
from django.http import HttpRequest
from django_ratelimit.core import get_usage


def is_shut(request: HttpRequest, door: str, *, whose: str | None = None) -> bool:
    """For this network address, or for whatever else `whose` names."""
    usage = _usage(request, door, whose, increment=False)
    return usage["count"] >= usage["limit"]


def note(request: HttpRequest, door: str, *, whose: str | None = None) -> None:
    _usage(request, door, whose, increment=True)


def _usage(request: HttpRequest, door: str, whose: str | None, *, increment: bool) -> dict:
    key = "ip" if whose is None else lambda _group, _request: whose
    return get_usage(request, group=door, key=key, rate=getattr(settings, door), increment=increment)
