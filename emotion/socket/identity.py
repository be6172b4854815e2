"""Who a client says it is: read from the URL and the signed cookie, without a query."""

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.core.exceptions import TooManyFieldsSent
from django.http import Http404, QueryDict, parse_cookie

from classroom.models import Participant
from classroom.seat_cookie import is_page_of, participant_id_from_cookie

if TYPE_CHECKING:
    from channels.consumer import _ChannelScope

# What a query that Django refuses to parse is read as: no page of ours sends this mark.
FOREIGN_PAGE = QueryDict("seat=")


class Identity(NamedTuple):
    """The claim of one connection; whether the participant exists is for the database to say."""

    session_id: UUID
    # The participant whom a valid seat cookie of this session names.
    participant_id: UUID | None
    # False where somebody else has joined in this browser since the page was opened.
    is_own_page: bool


def read_identity(scope: "_ChannelScope") -> Identity:
    session_id = scope["url_route"]["kwargs"]["session_id"]
    cookies = parse_cookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    try:
        participant_id = participant_id_from_cookie(cookies, session_id)
    except Http404:
        return Identity(session_id, None, is_own_page=False)
    return Identity(session_id, participant_id, is_page_of(Participant(pk=participant_id), _query(scope)))


def _query(scope: "_ChannelScope") -> QueryDict:
    try:
        return QueryDict(scope.get("query_string", b""))
    except TooManyFieldsSent:
        return FOREIGN_PAGE
