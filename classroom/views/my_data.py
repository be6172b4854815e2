"""What is stored about a student, for whoever has the receipt code, and its erasure."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ..consent_text import consent_text_context
from ..models import Participant
from ..receipts import receipt_required
from ..responses import json_or_page
from ..seat_cookie import delete_seat_cookie, participant_from_cookie_or_none


@receipt_required
def my_data(request: HttpRequest, participant: Participant) -> HttpResponse:
    if request.POST.get("action") == "erase":
        return erase(request, participant)
    context = {
        "participant": participant,
        "session": participant.session,
        "named": participant.answers.count() + participant.student_questions.count(),
        "consents": participant.consents.with_reading_count(timezone.now()),
        "presences": participant.presences.count(),
        "pulses": participant.pulses.count(),
    }
    context |= consent_text_context(participant.active_consent())
    return render(request, "classroom/my_data_found.html", context)


def erase(request: HttpRequest, participant: Participant) -> HttpResponse:
    # A receipt code can be used in the browser of another participant, who keeps their seat.
    is_in_own_browser = (
        participant_from_cookie_or_none(request.COOKIES, participant.session_id) == participant
    )
    participant.erase()
    messages.success(request, _("Everything about you in this class has been erased."))
    response = json_or_page(request, {"next": reverse("home")}, redirect("home"))
    if is_in_own_browser:
        delete_seat_cookie(response, participant.session_id)
    return response
