"""Views that hash a password take turns: hashing is slow on purpose, and few can run at once."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from .fair_queue import FairQueue
from .throttle import IPV6_OF_ONE_SITE, network

_queue = FairQueue(settings.PASSWORDS_AT_ONCE)


def queue_for_hashing(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., Coroutine[Any, Any, HttpResponseBase]]:
    """Make POST requests to a view wait for their turn.

    The result is async, so that those who wait occupy no thread and no database connection.
    """
    answer = sync_to_async(view)

    @wraps(view)
    async def queued(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method != "POST":
            return await answer(request, *args, **kwargs)
        # A form without a username is of somebody who is signed in.
        account = request.POST.get("username") or request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        async with _queue.turn(network(request, IPV6_OF_ONE_SITE), account.casefold()):
            return await answer(request, *args, **kwargs)

    return queued
