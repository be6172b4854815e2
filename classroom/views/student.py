"""A student's way in and out: code, decision, room, and what is kept. Known by a seat, not by an account."""

import asyncio
import uuid
from collections.abc import Callable
from functools import wraps

import redis
from asgiref.sync import sync_to_async
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from .. import events, throttle
from ..codes import typed_code
from ..consent_text import consent_text_context
from ..forms import CameraForm, JoinForm
from ..models import CONSENT_TEXT_VERSION, ClassSession, Participant, TooManyDecisions
from ..receipts import receipt_required
from ..responses import json_or_page, wants_json
from ..seat_cookie import (
    delete_confirmation_cookie,
    delete_seat_cookie,
    has_confirmed_identity,
    is_page_of,
    participant_from_cookie,
    participant_from_cookie_or_none,
    set_confirmation_cookie,
    set_seat_cookie,
)

OTHER = "other"  # an answer to "Are you ...?"


async def join(request: HttpRequest) -> HttpResponse:
    """async, because who waits in line for a seat occupies no thread."""
    wait = await sync_to_async(_seconds_in_line)(request)
    if wait is None:
        return await sync_to_async(_show_line)(request)
    await asyncio.sleep(wait)
    return await sync_to_async(_join)(request)


def _seconds_in_line(request: HttpRequest) -> float | None:
    """Asks nothing of the database: no connection of it is held by who waits."""
    if request.method != "POST":
        return 0.0
    try:
        return throttle.join_delay(request, typed_code(request.POST.get("code", "")))
    except redis.RedisError:
        return 0.0  # who comes by the link is let in all the same; codes are refused in JoinForm


def _show_line(request: HttpRequest) -> HttpResponse:
    """What was typed stays; nothing was looked at."""
    form = JoinForm(initial=request.POST.dict(), request=request)
    return render(request, "classroom/join.html", {"form": form, "is_crowded": True}, status=429)


def _join(request: HttpRequest) -> HttpResponse:
    from_link = {name: request.GET.get(name, "") for name in ("code", "key", "who")}
    form = JoinForm(request.POST or None, initial=from_link, request=request)
    if request.method == "GET" and (seat := _seat_behind_link(request)):
        return _ask_who(request, seat, form)
    if request.method == "POST" and form.is_valid():
        session, name = form.cleaned_data["code"], form.cleaned_data["display_name"]
        seat = participant_from_cookie_or_none(request.COOKIES, session.pk)
        if seat and seat.was_removed:
            form.add_error(None, _("Your teacher removed you from this class."))
        elif seat and seat.is_deciding and seat.has_name(name):
            return redirect("before-you-start", session.pk)  # pressed twice
        elif seat and seat.may_be_in_class and form.cleaned_data["who"] != OTHER:
            return _ask_who(request, seat, form)
        elif participant := session.admit(name):
            throttle.remember_network(request, session.pk)
            return _sit_down(participant, leaving=seat)
        else:
            form.add_error(None, _why_not_admitted(session))
    return render(request, "classroom/join.html", {"form": form}, status=429 if form.is_refused else 200)


def _why_not_admitted(session: ClassSession) -> str:
    now = ClassSession.objects.open().filter(pk=session.pk).first()
    if now and now.is_locked:
        return _("Your teacher has locked the door of this class. Ask them to open it.")
    if now and now.join_code != session.join_code:
        return _("This class has a new code. Please ask your teacher for it.")
    return _("This class is full, or it has just ended.")


def _seat_behind_link(request: HttpRequest) -> Participant | None:
    """Whose seat this browser holds in the class of the link, unless somebody said that it is another's."""
    if request.GET.get("who") == OTHER:
        return None
    session = ClassSession.objects.with_code(typed_code(request.GET.get("code", ""))).first()
    seat = session and participant_from_cookie_or_none(request.COOKIES, session.pk)
    return seat if seat and seat.may_be_in_class else None


def _ask_who(request: HttpRequest, seat: Participant, form: JoinForm) -> HttpResponse:
    """A computer may be shared: nobody goes on as the one before without saying so."""
    context = {"seat": seat, "session": seat.session, "form": form, "films": seat.films}
    return render(request, "classroom/who.html", context)


def _sit_down(participant: Participant, *, leaving: Participant | None) -> HttpResponse:
    if leaving:
        leaving.leave()  # another name on the same device is another person, who decides for themselves
    response = redirect("before-you-start", participant.session_id)
    set_seat_cookie(response, participant)
    return response


def before_you_start(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    participant = participant_from_cookie(request.COOKIES, session_id)
    if not participant.may_be_in_class:
        return _show_out(request, participant)
    if request.method == "POST" and not is_page_of(participant, request.GET):
        return _refuse_page(request, redirect("before-you-start", session_id))
    form = CameraForm(request.POST or None)
    has_decided_now = request.method == "POST" and form.is_valid()
    if has_decided_now:
        try:
            _decide(participant, form)
        except TooManyDecisions:
            return _refuse_decision(request, redirect("before-you-start", session_id))
    if has_decided_now or participant.entered_at:
        response = redirect("room", session_id)
        if has_decided_now:
            set_confirmation_cookie(response, participant)
        return response
    context = {"session": participant.session, "participant": participant}
    return render(request, "classroom/before_you_start.html", context | consent_text_context())


def _decide(participant: Participant, form: CameraForm) -> None:
    says_yes = form.cleaned_data["camera"] == "yes"
    if says_yes and participant.entered_at:
        return  # what was decided in another tab stands; the room has its own way to say yes
    if says_yes and participant.session.uses_camera:
        participant.give_consent(form.level(participant.session), CONSENT_TEXT_VERSION)
    else:
        participant.withdraw_consent()  # of who said yes in another tab
    participant.enter()


def _show_out(request: HttpRequest, participant: Participant) -> HttpResponse:
    """After class, or after leaving it, this browser shows nothing of it: the next person sits here."""
    reason = _("You are no longer in this class. Your receipt code opens what is stored about you.")
    messages.info(request, reason)
    response = redirect("my-data")
    if not participant.was_removed:  # whose browser is not let in again
        delete_seat_cookie(response, participant.session_id)
    return response


@ensure_csrf_cookie
def room(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    participant = participant_from_cookie(request.COOKIES, session_id)
    if not participant.may_be_in_class:
        return _show_out(request, participant)
    if not participant.entered_at:
        return redirect("before-you-start", session_id)
    _note_life(participant)
    # A decision may outlive the mode that the deployment allows.
    consent = participant.active_consent() if participant.session.uses_camera else None
    context = {"session": participant.session, "participant": participant, "consent": consent}
    config = _room_config(participant, consent.level if consent else None)
    config["wasPressed"] = has_confirmed_identity(request.COOKIES, participant)
    response = render(request, "room/room.html", context | consent_text_context(consent) | {"config": config})
    delete_confirmation_cookie(response, session_id)
    return response


def _room_config(participant: Participant, consent: str | None) -> dict:
    mark = f"?seat={participant.page_token}"

    def url(name: str) -> str:
        return reverse(name, args=[participant.session_id])

    return {
        "socketUrl": f"/ws/room/{participant.session_id}/{mark}",
        "urls": {
            "consent": url("room-consent") + mark,
            "withdraw": url("room-withdraw") + mark,
            "leave": url("room-leave") + mark,
            "back": url("room-back") + mark,
            "erase": url("room-erase") + mark,
            "engagement": reverse("engagement"),
        },
        "mode": participant.session.mode_in_force,
        "consent": consent,
        "state": participant.camera_state(),
    }


def _from_own_page(act: Callable[[HttpRequest, Participant], HttpResponse]) -> Callable[..., HttpResponse]:
    """A POST of a page about one student. Another may have taken the seat in this browser meanwhile, and what
    was asked there must not happen to them.
    """

    @require_POST
    @wraps(act)
    def view(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
        participant = participant_from_cookie(request.COOKIES, session_id)
        if not is_page_of(participant, request.GET):
            return _refuse_page(request, redirect("my-data"))
        return act(request, participant)

    return view


def _refuse_page(request: HttpRequest, page: HttpResponse) -> HttpResponse:
    reason = _("Nothing was changed: this browser is now in the class under another name.")
    if not wants_json(request):
        messages.error(request, reason)
    return json_or_page(request, {"error": reason}, page, status=409)


def _refuse_decision(request: HttpRequest, page: HttpResponse) -> HttpResponse:
    reason = _("You have changed your choice too often. Please wait a minute.")
    if not wants_json(request):
        messages.error(request, reason)
    return json_or_page(request, {"error": reason}, page, status=429)


@_from_own_page
def room_consent(request: HttpRequest, participant: Participant) -> HttpResponse:
    form = CameraForm({"camera": "yes", "own_line": request.POST.get("own_line")})
    form.full_clean()
    room = redirect("room", participant.session_id)
    try:
        consent = participant.session.uses_camera and participant.give_consent(
            form.level(participant.session), CONSENT_TEXT_VERSION
        )
    except TooManyDecisions:
        return _refuse_decision(request, room)
    if not consent:
        reason = _("The camera can no longer be turned on here.")
        return json_or_page(request, {"error": reason}, room, status=409)
    return json_or_page(request, {"consent": consent.level}, room)


@_from_own_page
def room_withdraw(request: HttpRequest, participant: Participant) -> HttpResponse:
    participant.withdraw_consent()
    return json_or_page(request, {"consent": None}, redirect("room", participant.session_id))


@_from_own_page
def room_here(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Said by a page that has no socket: "Before you start"."""
    if not participant.may_be_in_class:
        reason = _("You are no longer in this class.")
        return json_or_page(request, {"error": reason}, redirect("join"), status=409)
    _note_life(participant)
    return json_or_page(request, {"here": True}, redirect("room", participant.session_id))


def _note_life(participant: Participant) -> None:
    if participant.record_seen():
        events.publish_participants_changed([(participant.session_id, participant.pk)])


@_from_own_page
def room_leave(request: HttpRequest, participant: Participant) -> HttpResponse:
    participant.leave()
    response = json_or_page(request, {"next": reverse("my-data")}, redirect("my-data"))
    delete_seat_cookie(response, participant.session_id)
    return response


@_from_own_page
def room_back(request: HttpRequest, participant: Participant) -> HttpResponse:
    """ "Yes, I am ...": back into the room, which goes on where it was."""
    response = redirect("room", participant.session_id)
    set_confirmation_cookie(response, participant)
    return response


@_from_own_page
def room_erase(request: HttpRequest, participant: Participant) -> HttpResponse:
    return _erase(request, participant)


def _erase(request: HttpRequest, participant: Participant) -> HttpResponse:
    sits_here = participant_from_cookie_or_none(request.COOKIES, participant.session_id) == participant
    participant.erase()
    messages.success(request, _("Everything about you in this class has been erased."))
    response = json_or_page(request, {"next": reverse("home")}, redirect("home"))
    if sits_here:  # with the receipt it may be another's browser
        delete_seat_cookie(response, participant.session_id)
    return response


@receipt_required
def my_data(request: HttpRequest, participant: Participant) -> HttpResponse:
    if request.POST.get("action") == "erase":
        return _erase(request, participant)
    context = {
        "participant": participant,
        "consents": participant.consents.with_reading_count(timezone.now()),
        "presences": participant.presences.count(),
        "pulses": participant.pulses.count(),
    }
    return render(
        request, "classroom/my_data_found.html", context | consent_text_context(participant.active_consent())
    )
