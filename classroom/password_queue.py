"""Pages that hash a password: few at once, in a fair order (classroom/fair_queue.py)."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .fair_queue import FairQueue
from .throttle import IPV6_OF_ONE_SITE, network

_queue = FairQueue(settings.PASSWORDS_AT_ONCE)


def queue_for_hashing(view: Callable[..., HttpResponse]) -> Callable[..., Coroutine[Any, Any, HttpResponse]]:
    """async, because who waits for a turn occupies no thread and no database connection."""
    answer = sync_to_async(view)

    @wraps(view)
    async def waited(request: HttpRequest, *args: object, **place: object) -> HttpResponse:
        if request.method != "POST":
            return await answer(request, *args, **place)
        # Without a name it is somebody who is signed in.
        account = request.POST.get("username") or request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        async with _queue.turn(network(request, IPV6_OF_ONE_SITE), account.casefold()):
            return await answer(request, *args, **place)

    return waited
