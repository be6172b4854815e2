"""Errors of the API as RFC 9457 has them: application/problem+json."""

import json
import math
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Field, Schema
from ninja.errors import HttpError, ValidationError

PROBLEM_JSON = "application/problem+json"
# Words for statuses whose phrase alone would leave a program's author guessing.
DETAILS = {
    400: "The request cannot be read.",
    401: "A token is needed, in the header: Authorization: Bearer cp_...",
    404: "There is nothing at this address, or nothing that this token opens.",
    405: "This address does not know the method.",
    413: "The request is too large.",
    500: "The server failed. It has been logged.",
    503: "The server cannot answer now. Please try again.",
}
# Seconds after which a server that has lost Redis or its database is worth another try.
TRY_AGAIN_AFTER = 10

# Headers that stay when the content of an error page is replaced.
KEPT = ("Content-Security-Policy",)


class InvalidValue(Schema):
    """One value that was refused."""

    place: str = Field(description="Where it was: query, path or body.")
    name: str = Field(description="Its name, with dots inside the body.")
    detail: str = Field(description="What is wrong with it.")


class ProblemDetails(Schema):
    """An error (RFC 9457)."""

    type: str = Field("about:blank", description="Always about:blank: the status says what kind it is.")
    title: str = Field(description="The phrase of the status.")
    status: int = Field(description="The status of the answer.")
    detail: str = Field(description="What is wrong, in a sentence.")
    errors: list[InvalidValue] | None = Field(
        None, description="With status 422: the values that were refused."
    )


class Problem(HttpError):
    """An error with headers."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(status, detail)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class TooManyRequests(Problem):
    def __init__(self, seconds: float) -> None:
        wait = max(1, math.ceil(seconds))
        detail = f"This token has made too many requests. Please wait {wait} s."
        super().__init__(429, detail, Retry_After=str(wait))


def problem(
    status: int,
    detail: str = "",
    *,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    title = HTTPStatus(status).phrase
    content: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    content["detail"] = detail or DETAILS.get(status, f"{title}.")
    if errors is not None:
        content["errors"] = errors
    response = HttpResponse(json.dumps(content), status=status, content_type=PROBLEM_JSON, headers=headers)
    if status == 401 and not response.has_header("WWW-Authenticate"):
        response["WWW-Authenticate"] = "Bearer"
    if status == 503 and not response.has_header("Retry-After"):
        response["Retry-After"] = str(TRY_AGAIN_AFTER)
    return response


def as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """Return a problem in the place of an error page. Others pass, also problems and redirects."""
    if response.status_code < 400 or response.get("Content-Type", "").startswith(PROBLEM_JSON):
        return response
    kept = {
        name: value for name, value in response.items() if not name.startswith("Content-") or name in KEPT
    }
    return problem(response.status_code, headers=kept)


def of_exception(error: Exception) -> HttpResponse:
    """Return the answer to an error of an operation. Raise it again where it is the server's own."""
    match error:
        case Problem():
            return problem(error.status_code, error.message, headers=error.headers)
        case HttpError():
            # Ninja says no more than "Unauthorized".
            return problem(error.status_code)
        case Http404():
            return problem(404)
        case ValidationError():
            return _of_invalid_values(error)
    # Django logs it, and `api.middleware` makes a problem of its error page.
    raise error


def _of_invalid_values(error: ValidationError) -> HttpResponse:
    errors = [_invalid_value(one) for one in error.errors]
    names = ", ".join(dict.fromkeys(one["name"] or one["place"] for one in errors))
    return problem(422, f"Not valid: {names}.", errors=errors)


def _invalid_value(error: dict[str, Any]) -> dict[str, str]:
    place, *names = error["loc"]
    # Ninja puts the name of its own argument first.
    if place == "body":
        names = names[1:]
    return {
        "place": place,
        "name": ".".join(map(str, names)),
        "detail": error["msg"].removeprefix("Value error, "),
    }
