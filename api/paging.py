"""Lists a page at a time: limit and offset, with the address of the next page in the body and in Link."""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import BaseModel, Field

Row = TypeVar("Row", bound=BaseModel)
Stored = TypeVar("Stored", bound=Model)

# The database counts no further.
LARGEST_OFFSET = 1_000_000


class PageOf(Schema):
    """Which part of a list is asked for."""

    limit: int = Field(
        settings.API_USUAL_PAGE, ge=1, le=settings.API_LARGEST_PAGE, description="How many rows at most."
    )
    offset: int = Field(0, ge=0, le=LARGEST_OFFSET, description="How many rows to skip.")


Asked = Annotated[PageOf, Query()]


class Page(BaseModel, Generic[Row]):
    """A part of a list."""

    items: list[Row]
    count: int = Field(description="How many rows the whole list has.")
    next: str | None = Field(description="The address of the next page; null on the last one.")


class Part(BaseModel, Generic[Row]):
    """A part of the rows of a term's sessions.

    It has no `count` of rows: only a session that was computed says how many it has, and that of all would
    take too long. Sessions are counted instead, and rows are complete where `next` is null.
    """

    items: list[Row]
    sessions: int = Field(description="How many sessions the term has.")
    sessions_left: int = Field(
        description="How many of them have rows after this part, or may have some; 0 on the last one."
    )
    next: str | None = Field(description="The address of the next part; null on the last one.")


def page_of(request: HttpRequest, rows: Sequence[Row], asked: PageOf) -> HttpResponse:
    """Answer with a part of a list that is in memory."""
    return _answer(request, rows[asked.offset : asked.offset + asked.limit], len(rows), asked)


def page_of_query(
    request: HttpRequest, query: QuerySet[Stored], row_of: Callable[[Stored], Row], asked: PageOf
) -> HttpResponse:
    """Answer with a part of a list that the database has."""
    found = query[asked.offset : asked.offset + asked.limit]
    return _answer(request, [row_of(one) for one in found], query.count(), asked)


def _answer(request: HttpRequest, rows: Sequence[Row], count: int, asked: PageOf) -> HttpResponse:
    following = _next_address(request, asked) if asked.offset + len(rows) < count and rows else None
    page: Page[BaseModel] = Page(items=list(rows), count=count, next=following)
    return with_link(json_answer(page), following)


def with_link(response: HttpResponse, following: str | None) -> HttpResponse:
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def _next_address(request: HttpRequest, asked: PageOf) -> str:
    return address(request, limit=str(asked.limit), offset=str(asked.offset + asked.limit))


def address(request: HttpRequest, **changed: str) -> str:
    """The address of this request with other parameters."""
    # Not the host of the request, which whoever asks can choose.
    return f"{settings.PUBLIC_URL}{request.path}?{urlencode(request.GET.dict() | changed)}"


def json_answer(content: BaseModel, *, status: int = 200, location: str = "") -> HttpResponse:
    # Pydantic writes it. Ninja would check every row again, and write it with Python's json.
    headers = {"Location": location} if location else None
    text = content.model_dump_json()
    return HttpResponse(text, status=status, content_type="application/json", headers=headers)
