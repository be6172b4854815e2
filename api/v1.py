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
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema

from . import problems
from .bearer import SCOPE
from .endpoints import courses, exports, files, sessions, webhooks

# Of every operation, beside its own answers.
PROBLEMS = {
    400: "The request cannot be read.",
    401: "There is no token, it is unknown or revoked, or it has ended.",
    403: "The token lacks the scope.",
    413: "The request is too large.",
    422: "A value was refused; `errors` says which and why.",
    429: "The token has made too many requests; Retry-After says how many seconds to wait.",
    503: "The server cannot answer now; Retry-After says when to try again.",
}
NOT_FOUND = "There is no such thing, or the token does not open it."
CONFLICT = "There are as many as there may be, or it cannot be made now; `detail` says which."
DESCRIPTION = """\
What a teacher may see in Classpulse, for programs. Every request needs a token, which a teacher makes
under Account, API, in the header `Authorization: Bearer cp_...`. A token opens what its teacher may see at
the time of the request, with the small-group and consent rules of that time.

An observed expression is a signal, not a feeling. Numbers come with their coverage and their uncertainty;
what was not measured is null, with a reason. Nothing here is for grading or discipline.

Lists have `limit` and `offset`; `next` and the header `Link` have the address of the next page. Reads have
an ETag and answer 304 to If-None-Match. Errors are problem+json (RFC 9457). Within v1, fields and endpoints
may be added; nothing is renamed or removed.
"""


class Api(NinjaAPI):
    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        return problems.of_exception(exc)

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Ninja's description, with the problems, the scopes and what conditional requests answer."""
        schema = super().get_openapi_schema(**options)
        model = problems.ProblemDetails.model_json_schema(ref_template=REF_TEMPLATE)
        schema["components"]["schemas"] |= model.pop("$defs") | {"ProblemDetails": model}
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _complete(method, operation)
        return schema


def _complete(method: str, operation: dict[str, Any]) -> None:
    scope = operation.pop(SCOPE, None)
    if scope:
        operation["security"] = [{"Bearer": [scope]}]
        operation["description"] = f"{operation.get('description', '')}\n\nScope: `{scope}`.".strip()
    content = {problems.PROBLEM_JSON: {"schema": {"$ref": REF_TEMPLATE.format(model="ProblemDetails")}}}
    names_something = "requestBody" in operation or any(
        one["in"] == "path" for one in operation["parameters"]
    )
    described = PROBLEMS | ({404: NOT_FOUND} if names_something else {})
    described |= {409: CONFLICT} if method == "post" else {}
    for status, description in described.items():
        operation["responses"].setdefault(status, {"description": description, "content": content})
    for status, answer in operation["responses"].items():
        if status >= 400:
            answer.setdefault("content", content)
    if method == "get":
        operation["responses"][304] = {"description": "Not changed since the ETag in If-None-Match."}


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
    description=DESCRIPTION,
    servers=[{"url": settings.PUBLIC_URL}],
    docs_url=None,
)
api.add_decorator(in_common, mode="view")
api.add_router("", courses.router)
api.add_router("", sessions.router)
api.add_router("", files.router)
api.add_router("", exports.router)
api.add_router("", webhooks.router)
