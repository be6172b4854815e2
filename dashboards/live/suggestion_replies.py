"""The teacher's word to a suggestion: not for some minutes, or not useful in this session."""

import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from activities.models import SuggestionReply
from classroom.access import TeacherRequest, session_for_teacher
from classroom.events import publish_annotations_changed
from classroom.responses import json_or_page
from dashboards.aggregates.suggestions import CODES


@login_required
@require_POST
def reply(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    code = request.POST.get("code")
    if code not in CODES:
        raise Http404
    snoozes = request.POST.get("do") == "snooze"
    until = timezone.now() + settings.SUGGESTION_SNOOZE if snoozes else None
    SuggestionReply.objects.hide(session, request.user.pk, code, until)
    # The teacher's other pages hide it, too.
    publish_annotations_changed(session.pk)
    return json_or_page(request, {"hidden": code}, redirect(session))
