"""/api/v1/: the endpoints, their description, and what all answers have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils import translation
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from . import description, problems
from .endpoints import courses, exports, files, sessions, terms, webhooks


class Api(NinjaAPI):
    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        return problems.of_exception(exc)

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Ninja's description, with what it cannot know."""
        return description.completed(super().get_openapi_schema(**options))


def in_common(operation: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse large bodies, give reads an ETag, and answer 304 to a client that has the same already."""
    condition = ConditionalGetMiddleware(lambda request: HttpResponse())

    @wraps(operation)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if len(request.body) > settings.API_MAX_BODY_BYTES:
            return problems.problem(413)
        # Of what is read by programs, the texts do not follow a browser's language.
        with translation.override(settings.LANGUAGE_CODE):
            response = operation(request, *args, **kwargs)
        if request.method != "GET" or response.status_code != 200:
            return response
        # A program may keep it and must ask whether it is still so: somebody may have withdrawn.
        response["Cache-Control"] = "private, no-cache"
        return condition.process_response(request, response)

    return run


api = Api(
    title="Classpulse",
    version="1",
    urls_namespace="api-v1",
    description=description.INTRODUCTION,
    servers=[{"url": settings.PUBLIC_URL}],
    docs_url=None,
)
api.add_decorator(in_common, mode="view")
api.add_router("", courses.router)
api.add_router("", sessions.router)
api.add_router("", terms.router)
api.add_router("", files.router)
api.add_router("", exports.router)
api.add_router("", webhooks.router)
