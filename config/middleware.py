"""Middleware of requests and sockets: a Redis that is down, delayed answers, caching, character sets."""

import asyncio
import codecs
import logging
import time
from collections.abc import Callable
from contextlib import suppress

import redis
from asgiref.sync import iscoroutinefunction, sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin

from classroom.throttle import response_delay

# The close code for "try again later".
TRY_AGAIN = 1013
# Python's names of the charsets in which forms may come.
CHARSETS = {"utf-8", "ascii"}

logger = logging.getLogger(__name__)


class RedisIsDown(MiddlewareMixin):
    """Answers 503 where a page needs Redis, which counts who guesses too often, and Redis is down."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, redis.RedisError):
            return None
        return render(request, "503.html", status=503)


class SocketNeedsRedis:
    """Closes sockets that the channel layer cannot serve, with one line in the log instead of a traceback."""

    def __init__(self, app: Callable) -> None:
        self._app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        try:
            await self._app(scope, receive, send)
        except redis.RedisError as error:
            logger.warning("A socket could not be served: %s", error)
            # The client is gone, or has been told already.
            with suppress(OSError, RuntimeError):
                await send({"type": "websocket.close", "code": TRY_AGAIN})


@sync_and_async_middleware
def delay_responses(get_response: Callable) -> Callable:
    """Delay each response as classroom.throttle decides, and hold no database connection meanwhile."""
    if not iscoroutinefunction(get_response):

        def answer(request: HttpRequest) -> HttpResponse:
            response = get_response(request)
            time.sleep(response_delay(request))
            return response

        return answer

    async def answer_later(request: HttpRequest) -> HttpResponse:
        response = await get_response(request)
        if seconds := response_delay(request):
            await sync_to_async(_release_database)()
            await asyncio.sleep(seconds)
        return response

    return answer_later


def _release_database() -> None:
    for connection in connections.all(initialized_only=True):
        # Only a test's connection is in a transaction here.
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


@sync_and_async_middleware
def forbid_caching(get_response: Callable) -> Callable:
    """Forbid browsers and proxies to store a page.

    On a shared computer, "back" after a sign-out would show it. Static files are answered before this.
    """
    return _around(get_response, after=_forbid_caching)


@sync_and_async_middleware
def require_utf8(get_response: Callable) -> Callable:
    """Refuse forms in another charset than UTF-8.

    Django parses such a form again for its error page, which ends in a second error and a long traceback.
    """
    return _around(get_response, before=_refuse_other_charsets)


def _around(
    get_response: Callable,
    *,
    before: Callable[[HttpRequest], HttpResponse | None] = lambda request: None,
    after: Callable[[HttpResponse], None] = lambda response: None,
) -> Callable:
    """Make a middleware, sync or async, of steps that are too quick to need a thread."""
    if iscoroutinefunction(get_response):

        async def answer_soon(request: HttpRequest) -> HttpResponse:
            response = before(request) or await get_response(request)
            after(response)
            return response

        return answer_soon

    def answer(request: HttpRequest) -> HttpResponse:
        response = before(request) or get_response(request)
        after(response)
        return response

    return answer


def _forbid_caching(response: HttpResponse) -> None:
    if not response.has_header("Cache-Control"):
        add_never_cache_headers(response)


def _refuse_other_charsets(request: HttpRequest) -> HttpResponse | None:
    charset = request.encoding
    # The request names no charset, or one that Python does not know.
    if charset is None:
        return None
    if codecs.lookup(charset).name not in CHARSETS:
        return HttpResponse("Please send UTF-8.", status=415, content_type="text/plain; charset=utf-8")
    # UTF-8 has several names, and Django knows only this one.
    request.encoding = "utf-8"
    return None
