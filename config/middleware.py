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

TRY_AGAIN = 1013
OUR_SIGNS = {"utf-8", "ascii"}  # as Python names them

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


@sync_and_async_middleware
def late_answers(get_response: Callable) -> Callable:
    """Answers as late as classroom.throttle says, and keeps no database connection meanwhile."""
    if not iscoroutinefunction(get_response):

        def answer(request: HttpRequest) -> HttpResponse:
            response = get_response(request)
            time.sleep(response_delay(request))
            return response

        return answer

    async def answer_later(request: HttpRequest) -> HttpResponse:
        response = await get_response(request)
        if seconds := response_delay(request):
            await sync_to_async(_let_go_of_database)()
            await asyncio.sleep(seconds)
        return response

    return answer_later


def _let_go_of_database() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:  # a test's
            connection.close_if_unusable_or_obsolete()


@sync_and_async_middleware
def kept_by_nobody(get_response: Callable) -> Callable:
    """No page is kept by a browser or on the way: on a shared computer, who presses "back" after a sign-out
    would see it again. Static files never come here.
    """
    return _around(get_response, after=_forbid_keeping)


@sync_and_async_middleware
def our_signs_only(get_response: Callable) -> Callable:
    """Forms come in UTF-8. Django looks at one in another charset again for its page about the error, which
    ends in a second error and a long traceback for each request.
    """
    return _around(get_response, before=_refuse_other_signs)


def _around(
    get_response: Callable,
    *,
    before: Callable[[HttpRequest], HttpResponse | None] = lambda request: None,
    after: Callable[[HttpResponse], None] = lambda response: None,
) -> Callable:
    """A middleware of quick steps, which need no thread of their own."""
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


def _forbid_keeping(response: HttpResponse) -> None:
    if not response.has_header("Cache-Control"):
        add_never_cache_headers(response)


def _refuse_other_signs(request: HttpRequest) -> HttpResponse | None:
    charset = request.encoding  # None where none is named, or one that nobody knows
    if charset is None:
        return None
    if codecs.lookup(charset).name not in OUR_SIGNS:
        return HttpResponse("Please send UTF-8.", status=415, content_type="text/plain; charset=utf-8")
    request.encoding = "utf-8"  # Django knows it under this name alone
    return None
