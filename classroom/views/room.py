"""A participant's pages in class: "Before you start", the room, and what its buttons do."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from .. import events
from ..consent_text import consent_text_context
from ..forms import CameraForm
from ..models import CONSENT_TEXT_VERSION, Participant, TooManyDecisions
from ..responses import error_response, json_or_page
from ..seat_cookie import (
    delete_confirmation_cookie,
    delete_seat_cookie,
    has_confirmed_identity,
    is_page_of,
    participant_from_cookie,
    set_confirmation_cookie,
)
from .my_data import erase

# What else the address of an action names.
Ids = ParamSpec("Ids")
# In the address of an upvote the page puts a question's id in its place.
ANY_QUESTION = uuid.UUID(int=0)
ACTIONS = ("consent", "withdraw", "leave", "back", "erase", "activities", "answer", "hand", "ask", "pick")


def before_you_start(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    participant = participant_from_cookie(request.COOKIES, session_id)
    if not participant.may_be_in_class:
        return _redirect_out(request, participant)
    this_page = redirect("before-you-start", session_id)
    if request.method == "POST" and not is_page_of(participant, request.GET):
        return _refuse_page(request, this_page)
    form = CameraForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(participant, form)
        except TooManyDecisions:
            return _refuse_decision(request, this_page)
        response = redirect("room", session_id)
        set_confirmation_cookie(response, participant)
        return response
    if participant.entered_at:
        return redirect("room", session_id)
    context = {"session": participant.session, "participant": participant}
    return render(request, "classroom/before_you_start.html", context | consent_text_context())


def _decide(participant: Participant, form: CameraForm) -> None:
    says_yes = form.cleaned_data["camera"] == "yes"
    if says_yes and participant.entered_at:
        # A decision in another tab stands. The room has its own button to turn the camera on.
        return
    if says_yes and participant.session.uses_camera:
        participant.give_consent(form.level(participant.session), CONSENT_TEXT_VERSION)
    else:
        # Another tab may have said yes.
        participant.withdraw_consent()
    participant.enter()


def _redirect_out(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Show nothing of a class that is over for this participant: somebody else may use the browser next."""
    reason = _("You are no longer in this class. Your receipt code opens what is stored about you.")
    messages.info(request, reason)
    response = redirect("my-data")
    # The cookie of a removed participant stays: the join page refuses it.
    if not participant.was_removed:
        delete_seat_cookie(response, participant.session_id)
    return response


@ensure_csrf_cookie
def room(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    participant = participant_from_cookie(request.COOKIES, session_id)
    if not participant.may_be_in_class:
        return _redirect_out(request, participant)
    if not participant.entered_at:
        return redirect("before-you-start", session_id)
    _record_seen(participant)
    # A decision may outlive the mode that the deployment allows.
    consent = participant.active_consent() if participant.session.uses_camera else None
    config = _room_config(participant, consent.level if consent else None)
    config["identityConfirmed"] = has_confirmed_identity(request.COOKIES, participant)
    context = {
        "session": participant.session,
        "participant": participant,
        "consent": consent,
        "config": config,
        **consent_text_context(consent),
    }
    response = render(request, "room/room.html", context)
    # A confirmation is good for one page.
    delete_confirmation_cookie(response, session_id)
    return response


def _room_config(participant: Participant, consent: str | None) -> dict[str, object]:
    query = f"?seat={participant.page_token}"
    session_id = participant.session_id
    urls = {name: reverse(f"room-{name}", args=[session_id]) + query for name in ACTIONS}
    urls["vote"] = reverse("room-vote", args=[session_id, ANY_QUESTION]) + query
    return {
        "socketUrl": f"/ws/room/{session_id}/{query}",
        "urls": urls | {"engagement": reverse("engagement")},
        "mode": participant.session.mode_in_force,
        "consent": consent,
        "state": participant.camera_state(),
        "pulseLastsMs": settings.PULSE_LASTS // timedelta(milliseconds=1),
    }


def participant_action(
    act: Callable[Concatenate[HttpRequest, Participant, Ids], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Make a view of a POST from a participant's page.

    The view refuses a page whose participant is not the one of this browser any more: what was asked there
    must not happen to somebody who joined since.
    """

    @require_POST
    @wraps(act)
    def view(request: HttpRequest, session_id: uuid.UUID, *args: Ids.args, **ids: Ids.kwargs) -> HttpResponse:
        participant = participant_from_cookie(request.COOKIES, session_id)
        if not is_page_of(participant, request.GET):
            return _refuse_page(request, redirect("my-data"))
        return act(request, participant, *args, **ids)

    return view


def _refuse_page(request: HttpRequest, page: HttpResponse) -> HttpResponse:
    reason = _("Nothing was changed: this browser is now in the class under another name.")
    return error_response(request, reason, page, status=409)


def _refuse_decision(request: HttpRequest, page: HttpResponse) -> HttpResponse:
    reason = _("You have changed your choice too often. Please wait a minute.")
    return error_response(request, reason, page, status=429)


@participant_action
def room_consent(request: HttpRequest, participant: Participant) -> HttpResponse:
    form = CameraForm({"camera": "yes", "own_line": request.POST.get("own_line")})
    form.full_clean()
    page = redirect("room", participant.session_id)
    consent = None
    if participant.session.uses_camera:
        try:
            consent = participant.give_consent(form.level(participant.session), CONSENT_TEXT_VERSION)
        except TooManyDecisions:
            return _refuse_decision(request, page)
    if consent is None:
        reason = _("The camera can no longer be turned on here.")
        return json_or_page(request, {"error": reason}, page, status=409)
    return json_or_page(request, {"consent": consent.level}, page)


@participant_action
def room_withdraw(request: HttpRequest, participant: Participant) -> HttpResponse:
    participant.withdraw_consent()
    return json_or_page(request, {"consent": None}, redirect("room", participant.session_id))


@participant_action
def room_here(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Record that "Before you start" is still open: that page has no socket."""
    if not participant.may_be_in_class:
        reason = _("You are no longer in this class.")
        return json_or_page(request, {"error": reason}, redirect("join"), status=409)
    _record_seen(participant)
    return json_or_page(request, {"here": True}, redirect("room", participant.session_id))


def _record_seen(participant: Participant) -> None:
    if participant.record_seen():
        events.publish_participants_changed([(participant.session_id, participant.pk)])


@participant_action
def room_leave(request: HttpRequest, participant: Participant) -> HttpResponse:
    participant.leave()
    response = json_or_page(request, {"next": reverse("my-data")}, redirect("my-data"))
    delete_seat_cookie(response, participant.session_id)
    return response


@participant_action
def room_back(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Answer "Yes, I am ..." with the room, which continues where it was."""
    response = redirect("room", participant.session_id)
    set_confirmation_cookie(response, participant)
    return response


@participant_action
def room_erase(request: HttpRequest, participant: Participant) -> HttpResponse:
    return erase(request, participant)
