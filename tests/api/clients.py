"""Programs that ask the API with a token."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from api.models import ApiToken, Scope


def token(teacher: User, *scopes: Scope, **fields: Any) -> tuple[ApiToken, str]:
    """A token of a teacher and its text; with all scopes, if none is named."""
    fields = {"name": "Script", "valid_until": timezone.localdate() + timedelta(days=30)} | fields
    return ApiToken.objects.create_with_text(teacher=teacher, scopes=list(scopes or Scope), **fields)


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


class Program:
    """A program of a teacher's own, which has nothing but a token."""

    def __init__(self, text: str) -> None:
        self.client = Client(headers={"authorization": f"Bearer {text}"}, raise_request_exception=False)

    @classmethod
    def of(cls, teacher: User, *scopes: Scope, **fields: Any) -> "Program":
        return cls(token(teacher, *scopes, **fields)[1])

    @classmethod
    def in_browser(cls, browser: Client) -> "Program":
        """Who has cookies and no token."""
        program = cls("")
        program.client = browser
        return program

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> HttpResponse:
        return self.client.get(f"/api/v1{path}", query, headers=headers or None)

    def post(self, path: str, body: Any = None, **options: Any) -> HttpResponse:
        options = {"content_type": "application/json"} | options
        return self.client.post(f"/api/v1{path}", body, **options)

    def delete(self, path: str) -> HttpResponse:
        return self.client.delete(f"/api/v1{path}")
