import uuid

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from classroom import throttle
from classroom.access import session_for_teacher
from classroom.consent_text import consent_text_context
from classroom.models import Participant
from classroom.receipts import receipt_required
from dashboards.aggregates.small_groups import MARGIN
from dashboards.aggregates.timeline import Timeline

from .report import exports, model_facts, reports, sheets

# Plotly makes an empty style element and adds its rules to it, and one for the maps that we never draw. Their
# hashes let these two in and nothing else. The second changes with Plotly's version: a browser test tells.
PLOTLY_STYLES = [
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='",
]
draws_with_plotly = csp_update({"style-src": [SELF, *PLOTLY_STYLES]})


@require_safe
@login_required
@draws_with_plotly
def live(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    if not session.is_open:
        return redirect("report", session.pk)
    throttle.remember_network(request, session.pk)
    facts = {
        "session": session,
        "smallest_group": settings.SMALLEST_GROUP,
        "formula": model_facts.formula(),
    }
    return render(request, "dashboards/live.html", facts)


@require_safe
@login_required
@draws_with_plotly
def report(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    facts = reports.report(session, timezone.now()) | _csv_choice(request)
    return render(request, "dashboards/report.html", facts)


@require_safe
@login_required
def report_csv(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    timeline = Timeline.of_class(session, timezone.now())
    lines = exports.session_csv(timeline, sheets.chosen_marks(request))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"{slugify(session.title) or 'session'}-{timezone.localtime(session.opened_at):%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
def engagement_explained(request: HttpRequest) -> HttpResponse:
    facts = {
        "formula": model_facts.formula(),
        **consent_text_context(),
        "twice_smallest_group": 2 * settings.SMALLEST_GROUP,
        "usual_group": settings.SMALLEST_GROUP + MARGIN,
        **model_facts.model(),
    }
    return render(request, "dashboards/engagement.html", facts)


@receipt_required
def my_session(request: HttpRequest, participant: Participant) -> HttpResponse:
    facts = reports.own_report(participant, timezone.now()) | _csv_choice(request)
    return render(request, "dashboards/my_session.html", facts)


@receipt_required
def my_session_download(request: HttpRequest, participant: Participant) -> HttpResponse:
    if request.POST.get("format") == "json":
        answer = JsonResponse(exports.own_data(participant, timezone.now()), json_dumps_params={"indent": 1})
        answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
        return answer
    text = exports.own_csv(participant, timezone.now(), sheets.chosen_marks(request))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="my-readings.csv"'
    return answer


def _csv_choice(request: HttpRequest) -> dict:
    return {"csv_choices": sheets.CHOICES, "csv_usual": sheets.usual_marks(request)}
