"""The join page: a code and a name become a participant with a seat cookie."""

import asyncio

import redis
from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import throttle
from ..codes import normalized_code
from ..forms import JoinForm
from ..models import ClassSession, Participant
from ..models.participants import JUST_JOINED
from ..seat_cookie import participant_from_cookie_or_none, set_confirmation_cookie, set_seat_cookie

# The form's answer to "Are you ...?" on a shared computer.
SOMEBODY_ELSE = "other"


async def join(request: HttpRequest) -> HttpResponse:
    """Show the join page or admit a participant.

    It is async, so that those who wait in the queue of their network occupy no thread.
    """
    delay = await sync_to_async(_join_delay)(request)
    if delay is None:
        return await sync_to_async(_refuse_crowd)(request)
    await asyncio.sleep(delay)
    return await sync_to_async(_join)(request)


def _join_delay(request: HttpRequest) -> float | None:
    """Return the seconds until this request may be handled, or None if the queue is too long.

    It makes no query, so that nobody holds a database connection while waiting.
    """
    if request.method != "POST":
        return 0.0
    try:
        return throttle.join_delay(request, normalized_code(request.POST.get("code", "")))
    except redis.RedisError:
        # Those with the teacher's link get in without Redis; JoinForm refuses codes.
        return 0.0


def _refuse_crowd(request: HttpRequest) -> HttpResponse:
    form = JoinForm(initial=request.POST.dict(), request=request)
    return render(request, "classroom/join.html", {"form": form, "is_crowded": True}, status=429)


def _join(request: HttpRequest) -> HttpResponse:
    from_link = {name: request.GET.get(name, "") for name in ("code", "key", "who")}
    form = JoinForm(request.POST or None, initial=from_link, request=request)
    if request.method == "GET" and (current := _participant_behind_link(request)):
        return _ask_who(request, current, form)
    if request.method == "POST" and form.is_valid() and (response := _admit(request, form)):
        return response
    return render(request, "classroom/join.html", {"form": form}, status=429 if form.is_refused else 200)


def _admit(request: HttpRequest, form: JoinForm) -> HttpResponse | None:
    """Return the answer to a valid form, or add the reason of a refusal to it and return None."""
    session, name = form.cleaned_data["code"], form.cleaned_data["display_name"]
    current = participant_from_cookie_or_none(request.COOKIES, session.pk)
    if current and current.was_removed:
        form.add_error(None, _("Your teacher removed you from this class."))
        return None
    if current and _is_second_press(current, form):
        return _first_page(current)
    if current and current.may_be_in_class and form.cleaned_data["who"] != SOMEBODY_ELSE:
        return _ask_who(request, current, form)
    participant = session.admit(name)
    if participant is None:
        form.add_error(None, _why_not_admitted(session))
        return None
    throttle.remember_network(request, session.pk)
    if current:
        # Another name on the same device is another person, who decides for themselves.
        current.leave()
    response = _first_page(participant)
    set_seat_cookie(response, participant)
    return response


def _is_second_press(current: Participant, form: JoinForm) -> bool:
    """Return whether the form comes again from the person who has just sent it."""
    if current.display_name.casefold() != form.cleaned_data["display_name"].casefold():
        return False
    if form.cleaned_data["who"] != SOMEBODY_ELSE:
        return current.is_deciding or current.has_just_joined
    # A namesake who comes later is another person.
    return current.is_deciding and timezone.now() - current.joined_at < JUST_JOINED


def _first_page(participant: Participant) -> HttpResponse:
    """Lead to the room, or where there is a camera, to the decision about it."""
    if participant.entered_at is None:
        return redirect("before-you-start", participant.session_id)
    response = redirect("room", participant.session_id)
    set_confirmation_cookie(response, participant)
    return response


def _why_not_admitted(session: ClassSession) -> str:
    now = ClassSession.objects.open().filter(pk=session.pk).first()
    if now and now.is_locked:
        return _("Your teacher has locked the door of this class. Ask them to open it.")
    if now and now.join_code != session.join_code:
        return _("This class has a new code. Please ask your teacher for it.")
    return _("This class is full, or it has just ended.")


def _participant_behind_link(request: HttpRequest) -> Participant | None:
    """Return the participant of this browser in the class of the link, unless somebody else is joining."""
    if request.GET.get("who") == SOMEBODY_ELSE:
        return None
    session = ClassSession.objects.with_code(normalized_code(request.GET.get("code", ""))).first()
    current = session and participant_from_cookie_or_none(request.COOKIES, session.pk)
    return current if current and current.may_be_in_class else None


def _ask_who(request: HttpRequest, current: Participant, form: JoinForm) -> HttpResponse:
    """Ask who is at the computer: on a shared one, nobody continues as the person before."""
    context = {
        "participant": current,
        "session": current.session,
        "form": form,
        "camera_will_start": current.camera_will_start,
    }
    return render(request, "classroom/who.html", context)
