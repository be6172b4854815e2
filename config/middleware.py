import logging
from collections.abc import Callable
from contextlib import suppress

import redis
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

TRY_AGAIN = 1013

logger = logging.getLogger(__name__)


class RedisIsDown(MiddlewareMixin):
    """Where a page needs Redis (who guesses too often is counted there), its absence is said, and passes."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, redis.RedisError):
            return None
        return render(request, "503.html", status=503)


class SocketNeedsRedis:
    """Around the sockets: one that the channel layer cannot serve is closed, without a traceback for each."""

    def __init__(self, app: Callable) -> None:
        self._app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        try:
            await self._app(scope, receive, send)
        except redis.RedisError as error:
            logger.warning("A socket could not be served: %s", error)
            with suppress(OSError, RuntimeError):  # the client is gone, or has been told
                await send({"type": "websocket.close", "code": TRY_AGAIN})
