"""Files of a session or a course: ask for one, watch it being made, download it, delete it."""

import uuid
from datetime import timedelta
from typing import NamedTuple

import redis
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from classroom import throttle
from classroom.access import TeacherRequest, course_for_teacher, session_for_teacher
from classroom.models import ClassSession
from classroom.templatetags.times import time_as
from config import liveness
from config.locales import region_of
from dashboards.course.views import TermForm

from . import tasks
from .formats import Subject, is_made_at_once
from .forms import ExportForm, usual_choices
from .models import Export, ExportQuerySet
from .presenting import file_response, note, title
from .views import made_at_once

# A waiting file needs no explanation before.
WAITS_LONG = timedelta(seconds=10)


@login_required
def exports(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    if request.method == "POST":
        return _ordered(request, session)
    form = ExportForm(session, usual=usual_choices(request), auto_id="export-%s")
    context = {"session": session, "form": form, **_context(request, session)}
    return render(request, "exports/exports.html", context)


def _ordered(request: TeacherRequest, session: ClassSession) -> HttpResponse:
    """The file at once, or the page that shows how far a worker is with it."""
    # A button sends one name: for a table that of its file.
    asked = {"format": Export.Format.TABLE, **request.POST.dict()}
    form = ExportForm(session, asked, usual=usual_choices(request))
    if not form.is_valid():
        refusal = _("There is no such format.")
        return HttpResponseBadRequest(refusal, content_type="text/plain; charset=utf-8")
    if is_made_at_once(session, form.cleaned_data["format"]):
        return made_at_once(session, form)
    return _request(request, session, form.cleaned_data["format"], form.options())


@login_required
def course_exports(request: TeacherRequest, course_id: int) -> HttpResponse:
    """A term of a course as a workbook."""
    course = course_for_teacher(request.user, course_id)
    if request.method == "POST":
        return _request(request, course, Export.Format.TERM, TermForm(request.POST).term.as_texts())
    context = {"course": course, "form": TermForm(), **_context(request, course)}
    return render(request, "exports/course_exports.html", context)


def _page_of(subject: Subject) -> str:
    return reverse("exports" if isinstance(subject, ClassSession) else "course-exports", args=[subject.pk])


def _as_field(subject: Subject) -> dict[str, Subject]:
    return {"session" if isinstance(subject, ClassSession) else "course": subject}


def _context(request: TeacherRequest, subject: Subject) -> dict[str, object]:
    now = timezone.now()
    found = list(_own(request, subject).exclude(expires_at__lte=now))
    return {
        "page": _page_of(subject),
        "rows": _rows(found),
        "is_waiting": any(export.is_under_way for export in found),
        "hours": round(settings.EXPORT_LIFETIME.total_seconds() / 3600),
    }


def _own(request: TeacherRequest, subject: Subject) -> ExportQuerySet:
    own = Export.objects.filter(teacher=request.user, **_as_field(subject))
    return own.select_related("file").defer("file__content")


class Row(NamedTuple):
    export: Export
    title: str
    note: str

    @property
    def line(self) -> str:
        """The note for a page without scripts, which shows the moment in the site's time zone."""
        until = self.export.expires_at
        return format_html(self.note, time=time_as(until, "moment") if until else "")


def _rows(found: list[Export]) -> list[Row]:
    now = timezone.now()
    waits_long = [
        export.state == Export.State.WAITING and now - export.requested_at > WAITS_LONG for export in found
    ]
    why = _why_waiting() if any(waits_long) else ""
    return [
        Row(export, title(export), note(export, now, why_waiting=why if waits else ""))
        for export, waits in zip(found, waits_long, strict=True)
    ]


def _why_waiting() -> str:
    with redis.Redis.from_url(settings.REDIS_URL, **settings.REDIS_PATIENCE) as client:
        try:
            problem = liveness.problems(client)["export_worker"]
        except redis.RedisError:
            return _("Waiting. A part of the server does not answer at the moment.")
    return _("Waiting. The part of the server that makes files is not running.") if problem else ""


def _request(
    request: TeacherRequest, subject: Subject, format_: str, options: dict[str, str]
) -> HttpResponse:
    page = _page_of(subject)
    try:
        is_allowed = throttle.allow(request, "EXPORTS_OF_ONE_TEACHER", key=str(request.user.pk))
    except redis.RedisError:
        messages.error(request, _("No file can be made at the moment. Please try again in a minute."))
        return redirect(page)
    if not is_allowed:
        messages.error(request, _("You have made many files. Please try again in an hour."))
        return redirect(page)
    export = Export.objects.request(
        teacher_id=request.user.pk,
        format_=format_,
        options={"language": get_language() or "", "region": _region(request), **options},
        **_as_field(subject),
    )
    if export.called_at is None and not tasks.call_worker(export.pk):
        messages.warning(request, _("The file is made as soon as the server answers again."))
    return redirect(page)


def _region(request: HttpRequest) -> str:
    return region_of(request.headers.get("Accept-Language", ""), get_language())


@require_safe
@login_required
def states(request: TeacherRequest, session_id: uuid.UUID) -> JsonResponse:
    """What the page asks for every second while a file is made."""
    return _states(request, session_for_teacher(request.user, session_id))


@require_safe
@login_required
def course_states(request: TeacherRequest, course_id: int) -> JsonResponse:
    return _states(request, course_for_teacher(request.user, course_id))


def _states(request: TeacherRequest, subject: Subject) -> JsonResponse:
    rows = _rows(list(_own(request, subject)))
    return JsonResponse({"exports": {str(row.export.pk): _state(row) for row in rows}})


def _state(row: Row) -> dict[str, object]:
    export = row.export
    return {
        "state": export.state,
        "progress": export.progress,
        "note": row.note,
        "until": export.expires_at,
    }


def _export_of(request: TeacherRequest, export_id: uuid.UUID) -> Export:
    """Return the teacher's own export, of a session or course that they still teach."""
    own = Export.objects.filter(teacher=request.user)
    export = get_object_or_404(own.select_related("session__approval", "course"), pk=export_id)
    if export.session_id:
        session_for_teacher(request.user, export.session_id)
    if export.course_id:
        course_for_teacher(request.user, export.course_id)
    return export


@require_safe
@login_required
def export_file(request: TeacherRequest, export_id: uuid.UUID) -> HttpResponse:
    export = _export_of(request, export_id)
    response = file_response(export, timezone.now())
    if response is None:
        why = _("This file is not ready yet.") if export.is_under_way else _("This file is no longer there.")
        messages.warning(request, why)
        return redirect(export.subject_page)
    return response


@require_POST
@login_required
def delete_export(request: TeacherRequest, export_id: uuid.UUID) -> HttpResponse:
    export = _export_of(request, export_id)
    export.delete()
    return redirect(export.subject_page)
