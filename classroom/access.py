"""Who may look: the first line of every view and of every connect()."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core import signing
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404

from .models import ClassSession, Course, Participant

SEAT_LIFETIME = timedelta(hours=12)
SEAT_SIGNER = signing.TimestampSigner(salt="classroom.seat")
PRESS_LIFETIME = timedelta(seconds=30)  # from the button to the page that it opens
PRESS_SIGNER = signing.TimestampSigner(salt="classroom.press")


def user_signed_in(session_key: str) -> AbstractBaseUser | AnonymousUser:
    """As it is now: a password that was changed, an account that was closed and a sign-out end what began
    before, also a socket that is open.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return get_user(SimpleNamespace(session=store))


def course_for_teacher(user: AbstractBaseUser, course_id: int) -> Course:
    return get_object_or_404(Course, pk=course_id, teachers=user.pk)


def session_for_teacher(user: AbstractBaseUser, session_id: uuid.UUID) -> ClassSession:
    """The session, or 404 for everybody but its teachers: a stranger does not learn that it exists."""
    sessions = ClassSession.objects.select_related("course", "approval")
    return get_object_or_404(sessions.taught_by(user.pk), pk=session_id)


def seat_cookie(session_id: uuid.UUID) -> str:
    return f"seat-{session_id}"


def give_seat(response: HttpResponse, participant: Participant) -> None:
    response.set_cookie(
        seat_cookie(participant.session_id),
        SEAT_SIGNER.sign(str(participant.pk)),
        max_age=SEAT_LIFETIME,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )


def take_seat_back(response: HttpResponse, session_id: uuid.UUID) -> None:
    response.delete_cookie(seat_cookie(session_id), samesite="Lax")


def press_cookie(session_id: uuid.UUID) -> str:
    return f"press-{session_id}"


def note_press(response: HttpResponse, participant: Participant) -> None:
    """Somebody just said who they are: the room that opens next does not ask again."""
    response.set_cookie(
        press_cookie(participant.session_id),
        PRESS_SIGNER.sign(participant.page_mark),
        max_age=PRESS_LIFETIME,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )


def was_pressed(cookies: Mapping[str, str], participant: Participant) -> bool:
    try:
        mark = PRESS_SIGNER.unsign(
            cookies.get(press_cookie(participant.session_id), ""), max_age=PRESS_LIFETIME
        )
    except signing.BadSignature:
        return False
    return mark == participant.page_mark


def forget_press(response: HttpResponse, session_id: uuid.UUID) -> None:
    """One press opens one page."""
    response.delete_cookie(press_cookie(session_id), samesite="Lax")


def participant_named(cookies: Mapping[str, str], session_id: uuid.UUID) -> uuid.UUID:
    """Whom the signed cookie names, by its word alone; otherwise 404."""
    try:
        return uuid.UUID(SEAT_SIGNER.unsign(cookies.get(seat_cookie(session_id), ""), max_age=SEAT_LIFETIME))
    except signing.BadSignature as error:
        raise Http404("No seat in this session.") from error


def participant_in_seat(cookies: Mapping[str, str], session_id: uuid.UUID) -> Participant:
    """The participant whom the signed cookie names, in this very session; otherwise 404."""
    return get_object_or_404(
        Participant.objects.select_related("session__approval"),
        pk=participant_named(cookies, session_id),
        session_id=session_id,
    )


def is_page_of(participant: Participant, address: QueryDict) -> bool:
    """Whether who opened the page sits in this browser still. A client that names nobody has no page."""
    return address.get("seat", participant.page_mark) == participant.page_mark


def seat_here(cookies: Mapping[str, str], session_id: uuid.UUID) -> Participant | None:
    """For the join page, where having no seat yet is the usual thing."""
    try:
        return participant_in_seat(cookies, session_id)
    except Http404:
        return None
