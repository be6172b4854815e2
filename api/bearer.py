"""Who asks: a token in the Authorization header. No cookie is read, so that no other site can ask."""

import re
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from ninja.security.base import AuthBase

from classroom import throttle

from .models import ApiToken, Scope
from .problems import Problem, TooManyRequests

# A header that is longer is no token of ours.
HEADER = re.compile(r"bearer +(\S{1,100})", re.IGNORECASE)
# Where an operation's description keeps its scope until api/v1.py says it in words.
SCOPE = "x-scope"
IN_ADDRESS = (
    "A token in an address ends up in logs. Revoke this one, and send the next in the header: "
    "Authorization: Bearer cp_..."
)


class TokenRequest(HttpRequest):
    """A request behind Bearer, for type checkers."""

    auth: ApiToken


class Bearer(AuthBase):
    """Lets in valid tokens that have a scope, as often as a setting says."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "A token that its teacher made in Classpulse, under Account, API."

    def __init__(self, scope: Scope, *, rate: str = "API_REQUESTS") -> None:
        super().__init__()
        self.scope, self.rate = scope, rate

    def __call__(self, request: HttpRequest) -> ApiToken:
        token = self._token(request)
        if token.has_ended:
            raise _unauthorized(f"This token ended on {token.valid_until}.")
        self._throttle(request, token)
        if not token.allows(self.scope):
            needed = f'Bearer error="insufficient_scope", scope="{self.scope}"'
            detail = f"This token lacks the scope {self.scope}."
            raise Problem(403, detail, WWW_Authenticate=needed)
        token.note_use(timezone.now())
        return token

    @sensitive_variables("given", "match")
    def _token(self, request: HttpRequest) -> ApiToken:
        given = request.headers.get("Authorization", "")
        if not given:
            raise Problem(401, IN_ADDRESS if "cp_" in request.META.get("QUERY_STRING", "") else "")
        match = HEADER.fullmatch(given)
        token = ApiToken.objects.with_text(match[1]) if match else None
        if token is None:
            raise _unauthorized("This is no token of this site, or it has been revoked.")
        return token

    def _throttle(self, request: HttpRequest, token: ApiToken) -> None:
        for setting in dict.fromkeys(("API_REQUESTS", self.rate)):
            wait = throttle.seconds_to_wait(request, setting, key=token.prefix)
            if wait:
                raise TooManyRequests(wait)


def opened_by(scope: Scope, *, rate: str = "API_REQUESTS") -> dict[str, Any]:
    """Return the options of an operation that needs a token with this scope."""
    return {"auth": Bearer(scope, rate=rate), "openapi_extra": {SCOPE: str(scope)}}


def _unauthorized(detail: str) -> Problem:
    return Problem(401, detail, WWW_Authenticate='Bearer error="invalid_token"')
