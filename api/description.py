"""What openapi.json says beyond the operations: problems, headers, scopes, and what webhooks are sent."""

from typing import Any

from django.conf import settings
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema

from . import problems
from .bearer import SCOPE
from .messages import Message
from .models import EVENTS

INTRODUCTION = f"""\
What a teacher may see in Classpulse, for programs. Every request needs a token, which a teacher makes
under Account, API, in the header `Authorization: Bearer cp_...`. A token opens what its teacher may see at
the time of the request, with the small-group and consent rules of that time.

An observed expression is a signal, not a feeling. Numbers come with their coverage and their uncertainty;
what was not measured is null, with a reason. Nothing here is for grading or discipline.

Lists have `limit` and `offset`; `next` and the header `Link` have the address of the next page. Reads have
an ETag and answer 304 to If-None-Match. Errors are problem+json (RFC 9457). Times in a request need an
offset. A query parameter that is not described is ignored; in a body it is refused. A token may make
{settings.API_REQUESTS} requests, {settings.API_REPORTS} of them about what happened in a session (s: a
second, m: a minute, h: an hour). Within v1, fields and endpoints may be added; nothing is renamed or removed.
"""
# The errors of every operation, beside its own answers.
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


def _header(description: str, kind: str = "string") -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}}


ETAG = {"ETag": _header("Send it as the header If-None-Match with the next request.")}
LINK = {"Link": _header('The next page: <address>; rel="next". Not on the last one.')}
LOCATION = {"Location": _header("The address of what was made.")}
FILE_NAME = {"Content-Disposition": _header("The name of the file.")}
CHALLENGE = {"WWW-Authenticate": _header("Bearer, and which scope is missing.")}
WAIT = {"Retry-After": _header("How many seconds to wait.", "integer")}
HEADERS_OF_PROBLEMS = {401: CHALLENGE, 403: CHALLENGE, 429: WAIT, 503: WAIT}
SIGNED = {
    "webhook-id": "Names the message. The same in every attempt.",
    "webhook-timestamp": "When it was sent, in seconds since 1970. Refuse old ones.",
    "webhook-signature": "v1, and the base64 of the HMAC-SHA256 of {webhook-id}.{webhook-timestamp}.{body}. "
    "Its key is the base64 after whsec_ in the secret.",
}


def completed(schema: OpenAPISchema) -> OpenAPISchema:
    """Ninja's description with all that it cannot know."""
    for model in (problems.ProblemDetails, Message):
        described = model.model_json_schema(ref_template=REF_TEMPLATE)
        schema["components"]["schemas"] |= described.pop("$defs", {}) | {model.__name__: described}
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            _complete(method, operation)
    schema["webhooks"] = {str(event): {"post": _webhook(event.value, str(event.label))} for event in EVENTS}
    return schema


def _complete(method: str, operation: dict[str, Any]) -> None:
    scope = operation.pop(SCOPE, None)
    if scope:
        operation["security"] = [{"Bearer": [scope]}]
        operation["description"] = f"{operation.get('description', '')}\n\nScope: `{scope}`.".strip()
    if method == "get":
        operation["responses"][304] = {"description": "Not changed since the ETag in If-None-Match."}
    _describe_problems(method, operation)
    _describe_headers(method, operation)


def _describe_problems(method: str, operation: dict[str, Any]) -> None:
    content = {problems.PROBLEM_JSON: {"schema": {"$ref": REF_TEMPLATE.format(model="ProblemDetails")}}}
    names_something = "requestBody" in operation or any(
        one["in"] == "path" for one in operation["parameters"]
    )
    described = PROBLEMS | ({404: NOT_FOUND} if names_something else {})
    described |= {409: CONFLICT} if method == "post" else {}
    for status, description in described.items():
        operation["responses"].setdefault(status, {"description": description})
    for status, answer in operation["responses"].items():
        if status >= 400:
            answer.setdefault("content", content)


def _describe_headers(method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    for status, headers in HEADERS_OF_PROBLEMS.items():
        responses[status]["headers"] = headers
    if method == "post":
        responses[202 if 202 in responses else 201]["headers"] = LOCATION
    if method == "get":
        is_list = any(one["name"] == "limit" for one in operation["parameters"])
        is_file = bool(responses[200]["content"].keys() - {"application/json"})
        responses[200]["headers"] = ETAG | (LINK if is_list else {}) | (FILE_NAME if is_file else {})
        responses[304]["headers"] = ETAG


def _webhook(event: str, label: str) -> dict[str, Any]:
    """What a teacher's own server is sent, which openapi.json has apart from what it can be asked."""
    return {
        "operationId": event.replace(".", "_"),
        "summary": label,
        "description": "Sent to each webhook that asked for it. The signature shows who sent it.",
        "parameters": [
            {
                "in": "header",
                "name": name,
                "required": True,
                "schema": {"type": "string"},
                "description": text,
            }
            for name, text in SIGNED.items()
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": REF_TEMPLATE.format(model=Message.__name__)}}
            },
        },
        "responses": {
            "2XX": {
                "description": "It arrived. Any other answer, or none in five seconds: it is sent again."
            },
            "410": {"description": "The webhook is switched off at once."},
        },
    }
