"""A student's way in and out: code, decision, room, and what is kept. Known by a seat, not by an account."""

import uuid
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from .. import throttle
from ..access import give_seat, is_page_of, participant_in_seat, seat_here, take_seat_back
from ..answers import answer, wants_json
from ..codes import typed_code
from ..consenting import facts_of_the_decision
from ..forms import CameraForm, JoinForm, ReceiptForm
from ..models import CONSENT_TEXT_VERSION, ClassSession, Participant
from ..names import isolated


@never_cache
def join(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and (seat := _seat_behind_link(request)):
        return redirect("room", seat.session_id)
    from_link = {name: request.GET.get(name, "") for name in ("code", "key")}
    form = JoinForm(request.POST or None, initial=from_link, request=request)
    if request.method == "POST" and form.is_valid():
        session, name = form.cleaned_data["code"], form.cleaned_data["display_name"]
        seat = seat_here(request.COOKIES, session.pk)
        if seat and seat.goes_by(name) and seat.come_back():
            return redirect("room", session.pk)
        if seat and Participant.objects.filter(pk=seat.pk, was_removed=True).exists():
            form.add_error(None, _("Your teacher removed you from this class."))
        elif participant := session.admit(name):
            return _sit_down(participant, leaving=seat)
        else:
            form.add_error(None, _("This class is full, or it has just ended."))
    return _show_door(request, "classroom/join.html", form)


def _seat_behind_link(request: HttpRequest) -> Participant | None:
    """Who opens the link again goes back to the same seat."""
    session = ClassSession.objects.with_code(typed_code(request.GET.get("code", ""))).first()
    seat = session and seat_here(request.COOKIES, session.pk)
    return seat if seat and seat.may_be_in_class else None


def _sit_down(participant: Participant, *, leaving: Participant | None) -> HttpResponse:
    if leaving:
        leaving.leave()  # another name on the same device is another person, who decides for themselves
    response = redirect("before-you-start", participant.session_id)
    give_seat(response, participant)
    return response


def _show_door(request: HttpRequest, template: str, form: JoinForm | ReceiptForm) -> HttpResponse:
    is_refused = form.is_bound and throttle.is_shut(request, form.door)
    return render(request, template, {"form": form}, status=429 if is_refused else 200)


@never_cache
def before_you_start(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    participant = participant_in_seat(request.COOKIES, session_id)
    if not participant.may_be_in_class:
        return redirect("my-session", session_id)
    if request.method == "POST" and not is_page_of(participant, request.GET):
        return _refuse_page(request, redirect("before-you-start", session_id))
    form = CameraForm(request.POST or None)
    has_decided_now = request.method == "POST" and form.is_valid()
    if has_decided_now:
        _decide(participant, form)
    if has_decided_now or participant.entered_at:
        return redirect("room", session_id)
    context = {
        "session": participant.session,
        "participant": participant,
        "former": participant.active_consent(),  # of who left and came back
    }
    return render(request, "classroom/before_you_start.html", context | facts_of_the_decision())


def _decide(participant: Participant, form: CameraForm) -> None:
    says_yes = form.cleaned_data["camera"] == "yes"
    if says_yes and participant.entered_at:
        return  # what was decided in another tab stands; the room has its own way to say yes
    if says_yes and participant.session.uses_camera:
        participant.give_consent(form.level(participant.session), CONSENT_TEXT_VERSION)
    else:
        participant.withdraw_consent()  # of who left and came back, or said yes in another tab
    participant.enter()


@never_cache
@ensure_csrf_cookie
def room(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    participant = participant_in_seat(request.COOKIES, session_id)
    if not participant.may_be_in_class:
        return redirect("my-session", session_id)
    if not participant.entered_at:
        return redirect("before-you-start", session_id)
    # A decision may outlive the mode that the deployment allows.
    consent = participant.active_consent() if participant.session.uses_camera else None
    context = {"session": participant.session, "participant": participant, "consent": consent}
    config = _room_config(participant, consent.level if consent else None)
    return render(request, "room/room.html", context | facts_of_the_decision() | {"config": config})


def _room_config(participant: Participant, consent: str | None) -> dict:
    mark = f"?seat={participant.page_mark}"

    def url(name: str) -> str:
        return reverse(name, args=[participant.session_id])

    return {
        "socketUrl": f"/ws/room/{participant.session_id}/{mark}",
        "urls": {
            "consent": url("room-consent") + mark,
            "withdraw": url("room-withdraw") + mark,
            "leave": url("room-leave") + mark,
            "erase": url("room-erase") + mark,
            "summary": url("my-session"),
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
        participant = participant_in_seat(request.COOKIES, session_id)
        if not is_page_of(participant, request.GET):
            return _refuse_page(request, redirect("my-session", session_id))
        return act(request, participant)

    return view


def _refuse_page(request: HttpRequest, page: HttpResponse) -> HttpResponse:
    reason = _("Nothing was changed: in this browser you sit in this class under another name now.")
    if not wants_json(request):
        messages.error(request, reason)
    return answer(request, {"error": reason}, page, status=409)


@_from_own_page
def room_consent(request: HttpRequest, participant: Participant) -> HttpResponse:
    form = CameraForm({"camera": "yes", "own_line": request.POST.get("own_line")})
    form.full_clean()
    consent = participant.session.uses_camera and participant.give_consent(
        form.level(participant.session), CONSENT_TEXT_VERSION
    )
    room = redirect("room", participant.session_id)
    if not consent:
        reason = _("The camera cannot be switched on here any more.")
        return answer(request, {"error": reason}, room, status=409)
    return answer(request, {"consent": consent.level}, room)


@_from_own_page
def room_withdraw(request: HttpRequest, participant: Participant) -> HttpResponse:
    participant.withdraw_consent()
    return answer(request, {"consent": None}, redirect("room", participant.session_id))


@_from_own_page
def room_leave(request: HttpRequest, participant: Participant) -> HttpResponse:
    participant.leave()
    summary = reverse("my-session", args=[participant.session_id])
    return answer(request, {"next": summary}, redirect(summary))


@_from_own_page
def room_erase(request: HttpRequest, participant: Participant) -> HttpResponse:
    return _erase(request, participant)


def _erase(request: HttpRequest, participant: Participant) -> HttpResponse:
    sits_here = seat_here(request.COOKIES, participant.session_id) == participant
    participant.erase()
    messages.success(request, _("Everything about you in this class has been erased."))
    response = answer(request, {"next": reverse("home")}, redirect("home"))
    if sits_here:  # with the receipt it may be another's browser
        take_seat_back(response, participant.session_id)
    return response


@never_cache
def my_data(request: HttpRequest) -> HttpResponse:
    form = ReceiptForm(request.POST or None, request=request)
    if request.method != "POST" or not form.is_valid():
        return _show_door(request, "classroom/my_data.html", form)
    participant = form.cleaned_data["receipt_code"]
    match request.POST.get("action"):
        case "erase":
            return _erase(request, participant)
        case "open" if sitting := _other_in_class(request, participant):
            taken = _(
                "In this browser you are in class as %(name)s. Leave there first, or use another browser."
            )
            messages.error(request, taken % {"name": isolated(sitting.display_name)})
        case "open":
            response = redirect("my-session", participant.session_id)
            give_seat(response, participant)
            return response
    context = {
        "participant": participant,
        "consents": participant.consents.with_reading_count(timezone.now()),
        "presences": participant.presences.count(),
        "pulses": participant.pulses.count(),
    }
    return render(request, "classroom/my_data_found.html", context | facts_of_the_decision())


def _other_in_class(request: HttpRequest, participant: Participant) -> Participant | None:
    """Whose room may be open in this browser: given another's seat it would go on as theirs, and film."""
    sitting = seat_here(request.COOKIES, participant.session_id)
    return sitting if sitting and sitting != participant and sitting.may_be_in_class else None
