"""Files that are made while the browser waits: those of a session, and a student's own page."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from classroom.access import TeacherRequest, session_for_teacher
from classroom.models import ClassSession, Participant
from classroom.receipts import receipt_required

from .formats import FORMATS, Order, file_name, is_made_at_once
from .forms import ExportForm, usual_choices
from .models import Export
from .own_page import own_page
from .presenting import attachment


@require_safe
@login_required
def session_file(
    request: TeacherRequest, session_id: uuid.UUID, format_: Export.Format, file: str = ""
) -> HttpResponse:
    """A file of a session. Of a large one, the page on which a worker can be asked for it."""
    session = session_for_teacher(request.user, session_id)
    asked = {**request.GET.dict(), "format": format_, "file": file}
    form = ExportForm(session, asked, usual=usual_choices(request))
    if not form.is_valid():
        raise Http404("This session has no such file.")
    if not is_made_at_once(session, format_):
        return redirect("exports", session.pk)
    return made_at_once(session, form)


def made_at_once(session: ClassSession, form: ExportForm) -> HttpResponse:
    now, options, format_ = timezone.now(), form.options(), Export.Format(form.cleaned_data["format"])
    content = FORMATS[format_].render(Order(session, options, now))
    name = file_name(session, format_, options, timezone.localdate(now))
    return attachment(content, FORMATS[format_].content_type, name)


@receipt_required
def my_page(request: HttpRequest, participant: Participant) -> HttpResponse:
    """All that is stored about a student, as a page to keep."""
    page = own_page(participant, timezone.now())
    return attachment(page.encode(), "text/html; charset=utf-8", "my-data.html")
