"""The teacher's live page and report, the page about the engagement score, and a student's own session."""

import uuid
from collections.abc import Callable
from typing import TypeVar, cast

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from activities.forms import QuestionForm
from classroom import throttle
from classroom.access import TeacherRequest, session_for_teacher
from classroom.consent_text import consent_text_context
from classroom.models import Participant
from classroom.receipts import receipt_required
from dashboards.aggregates.small_groups import MARGIN

from .aggregates.timeline import end_of_time
from .live.wire import WIRE_VERSION
from .models import KeptReport
from .report.csv_format import CHOICES, chosen_format, usual_format
from .report.keeping import report_body
from .report.model_facts import Formula, model_facts
from .report.own_data import own_csv, own_data
from .report.own_events import own_events_csv
from .report.own_report import OwnReport
from .times import to_datetime

# Plotly makes an empty style element and adds its rules to it. The hash lets that one in and nothing else.
PLOTLY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def draws_with_plotly(view: View) -> View:
    return cast(View, csp_update({"style-src": [SELF, PLOTLY_STYLE]})(view))


def framed_by_our_pages(view: View) -> View:
    framed: Callable[..., HttpResponseBase] = xframe_options_sameorigin(view)
    return cast(View, csp_replace({"frame-ancestors": [SELF]})(framed))


@require_safe
@login_required
@draws_with_plotly
def live(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    return _live_page(request, session_id)


@require_safe
@login_required
@draws_with_plotly
@framed_by_our_pages
def live_compact(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    """A small window beside a call: the live page opens it as a picture in picture, in a frame."""
    return _live_page(request, session_id, is_compact=True)


def _live_page(request: TeacherRequest, session_id: uuid.UUID, *, is_compact: bool = False) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    if not session.is_open:
        return redirect("report", session.pk)
    throttle.remember_network(request, session.pk)
    KeptReport.objects.remember(session)
    context = {
        "session": session,
        "wire_version": WIRE_VERSION,
        "smallest_group": settings.SMALLEST_GROUP,
        "formula": Formula(),
        "question_form": QuestionForm(auto_id="ask-%s"),
        "is_compact": is_compact,
    }
    return render(request, "dashboards/live.html", context)


@require_safe
@login_required
@draws_with_plotly
def report(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    session, now = session_for_teacher(request.user, session_id), timezone.now()
    until = to_datetime(end_of_time(session, now.timestamp()))
    context = {
        "session": session,
        "until": until,
        "duration": until - session.begins_at,
        "body": report_body(session, now),
        **_csv_choice(request),
    }
    return render(request, "dashboards/report.html", context)


@require_safe
def engagement_explained(request: HttpRequest) -> HttpResponse:
    context = {
        "formula": Formula(),
        **consent_text_context(),
        "twice_smallest_group": 2 * settings.SMALLEST_GROUP,
        "usual_group": settings.SMALLEST_GROUP + MARGIN,
        "model": model_facts(),
    }
    return render(request, "dashboards/engagement.html", context)


@receipt_required
def my_session(request: HttpRequest, participant: Participant) -> HttpResponse:
    made = OwnReport.of(participant, timezone.now())
    context = {"report": made, "session": made.session, "participant": participant, **_csv_choice(request)}
    return render(request, "dashboards/my_session.html", context)


@receipt_required
def my_session_download(request: HttpRequest, participant: Participant) -> HttpResponse:
    now = timezone.now()
    response: HttpResponse
    asked_for = request.POST.get("format")
    if asked_for == "json":
        response = JsonResponse(own_data(participant, now), json_dumps_params={"indent": 1})
        response["Content-Disposition"] = 'attachment; filename="my-data.json"'
        return response
    write, name = (own_events_csv, "my-words") if asked_for == "words" else (own_csv, "my-readings")
    text = write(participant, now, chosen_format(request))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _csv_choice(request: HttpRequest) -> dict[str, object]:
    return {"csv_choices": CHOICES, "csv_usual": usual_format(request)}
