"""What every answer under /api/ has in common, also those that Django gives before or instead of a view."""

from collections.abc import Callable

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from .problems import as_problem

PREFIX = "/api/"


@sync_and_async_middleware
def api_answers(get_response: Callable) -> Callable:
    """Answer errors of the API as problems, and HEAD like GET."""
    if iscoroutinefunction(get_response):

        async def answer_soon(request: HttpRequest) -> HttpResponseBase:
            if not request.path_info.startswith(PREFIX):
                return await get_response(request)
            _head_is_get(request)
            return as_problem(await get_response(request))

        return answer_soon

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return get_response(request)
        _head_is_get(request)
        return as_problem(get_response(request))

    return answer


def _head_is_get(request: HttpRequest) -> None:
    # The server leaves the body out. Ninja knows only the methods of the description, which has no HEAD.
    if request.method == "HEAD":
        request.method = "GET"
