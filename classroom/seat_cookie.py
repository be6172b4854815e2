"""The signed cookies by which a browser holds a participant's place in one session.

The seat cookie names the participant for the length of a school day. The confirmation cookie says that the
person at this browser has just said who they are, so that the next page does not ask again.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404

from .models import Participant

SEAT_LIFETIME = timedelta(hours=12)
SEAT_SIGNER = signing.TimestampSigner(salt="classroom.seat")
# Long enough for a slow phone to load the page that the button opens.
CONFIRMATION_LIFETIME = timedelta(seconds=30)
CONFIRMATION_SIGNER = signing.TimestampSigner(salt="classroom.press")


def seat_cookie_name(session_id: uuid.UUID) -> str:
    return f"seat-{session_id}"


def confirmation_cookie_name(session_id: uuid.UUID) -> str:
    return f"press-{session_id}"


def set_seat_cookie(response: HttpResponse, participant: Participant) -> None:
    value = SEAT_SIGNER.sign(str(participant.pk))
    _set_cookie(response, seat_cookie_name(participant.session_id), value, SEAT_LIFETIME)


def set_confirmation_cookie(response: HttpResponse, participant: Participant) -> None:
    value = CONFIRMATION_SIGNER.sign(participant.page_token)
    name = confirmation_cookie_name(participant.session_id)
    _set_cookie(response, name, value, CONFIRMATION_LIFETIME)


def _set_cookie(response: HttpResponse, name: str, value: str, lifetime: timedelta) -> None:
    response.set_cookie(name, value, max_age=lifetime, httponly=True, samesite="Lax", secure=settings.HTTPS)


def delete_seat_cookie(response: HttpResponse, session_id: uuid.UUID) -> None:
    response.delete_cookie(seat_cookie_name(session_id), samesite="Lax")


def delete_confirmation_cookie(response: HttpResponse, session_id: uuid.UUID) -> None:
    response.delete_cookie(confirmation_cookie_name(session_id), samesite="Lax")


def participant_id_from_cookie(cookies: Mapping[str, str], session_id: uuid.UUID) -> uuid.UUID:
    """Return the id that the seat cookie names, without a query. Raise Http404 if there is none."""
    signed = cookies.get(seat_cookie_name(session_id), "")
    try:
        return uuid.UUID(SEAT_SIGNER.unsign(signed, max_age=SEAT_LIFETIME))
    except signing.BadSignature as error:
        raise Http404("No seat in this session.") from error


def participant_from_cookie(cookies: Mapping[str, str], session_id: uuid.UUID) -> Participant:
    """Return the participant of this session whom the seat cookie names. Raise Http404 if there is none."""
    return get_object_or_404(
        Participant.objects.select_related("session__course", "session__approval"),
        pk=participant_id_from_cookie(cookies, session_id),
        session_id=session_id,
    )


def participant_from_cookie_or_none(cookies: Mapping[str, str], session_id: uuid.UUID) -> Participant | None:
    """Return None where `participant_from_cookie` raises: most who open the join page have no seat yet."""
    try:
        return participant_from_cookie(cookies, session_id)
    except Http404:
        return None


def has_confirmed_identity(cookies: Mapping[str, str], participant: Participant) -> bool:
    """Whether the person at this browser has just said that they are this participant."""
    signed = cookies.get(confirmation_cookie_name(participant.session_id), "")
    try:
        mark = CONFIRMATION_SIGNER.unsign(signed, max_age=CONFIRMATION_LIFETIME)
    except signing.BadSignature:
        return False
    return mark == participant.page_token


def is_page_of(participant: Participant, query: QueryDict) -> bool:
    """Whether the page that sent this query belongs to the participant whose seat the browser holds now.

    On a shared computer somebody else may have joined since the page was opened. A client that sends no mark
    has no page and passes.
    """
    return query.get("seat", participant.page_token) == participant.page_token
