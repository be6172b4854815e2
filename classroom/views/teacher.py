"""A teacher's pages before, around and after a session. The live page itself belongs to the dashboards."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config import locales

from .. import events, throttle
from ..access import TeacherRequest, session_for_teacher
from ..forms import ClassSessionForm, MarkerForm
from ..invitation import invitation
from ..measuring import pause_measuring, resume_measuring
from ..models import ClassSession, Course, Mode, Presence, Pulse
from ..names import isolated
from ..responses import error_response, json_or_page, wants_json

# Sessions of each course; the course's own page lists all of them.
LATEST_ON_HOME = 5


def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(
            request,
            "home.html",
            {"signup_open": settings.SIGNUP_OPEN, "is_demo": bool(settings.DEMO_TEACHER)},
        )
    courses = _courses_with_sessions(request.user)
    context = {
        "courses": courses,
        "has_own_course": any(not course.is_example for course, _sessions in courses),
        "invitations": request.user.teacher_invitations.select_related("course", "invited_by"),
    }
    return render(request, "classroom/my_sessions.html", context)


def _courses_with_sessions(teacher: User) -> list[tuple[Course, list[ClassSession]]]:
    """Return courses with their latest sessions; those with open sessions first, and these first in each."""
    courses = list(teacher.courses.all())
    sessions = ClassSession.objects.taught_by(teacher.pk).latest_of_each_course(LATEST_ON_HOME)
    by_course: dict[int, list[ClassSession]] = {course.pk: [] for course in courses}
    for session in sessions.with_attendance().open_first():
        by_course[session.course_id].append(session)
    courses.sort(
        key=lambda course: (not any(session.is_open for session in by_course[course.pk]), course.is_example)
    )
    return [(course, by_course[course.pk]) for course in courses]


@login_required
def new_session(request: TeacherRequest) -> HttpResponse:
    courses = list(request.user.courses.filter(is_example=False))
    if not courses:
        messages.info(request, _("Every session belongs to a course. Please create one first."))
        return redirect("course-new")
    initial = _suggestions(courses, asked_for=request.GET.get("course"))
    form = ClassSessionForm(request.POST or None, teacher=request.user, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        if throttle.allow(request, "SESSIONS_OF_ONE_TEACHER", key=str(request.user.pk)):
            return redirect("invite", ClassSession.objects.open_new(**form.cleaned_data).pk)
        form.add_error(None, _("You have opened too many sessions. Please try again in an hour."))
        status = 429
    return render(request, "classroom/session_new.html", {"form": form}, status=status)


def _suggestions(courses: list[Course], *, asked_for: str | None) -> dict[str, object]:
    course = next((course for course in courses if str(course.pk) == asked_for), courses[0])
    modes = [course.default_mode, *Mode]
    mode = next((mode for mode in modes if course.may_use(mode)), None)
    return {"course": course, "mode": mode, "title": locales.title_text(timezone.now())}


@login_required
def invite(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    counts = session.participants.head_count()
    if wants_json(request):
        return JsonResponse(counts | {"open": session.is_open, "door": _admission(session)})
    throttle.remember_network(request, session.pk)
    context = {"session": session, "counts": counts, "invitation": invitation(session)}
    return render(request, "classroom/invite.html", context)


@login_required
@require_POST
def change_admission(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    """Lock or unlock a session, or give it a new code."""
    session = session_for_teacher(request.user, session_id)
    match request.POST.get("do"):
        case "lock":
            session.lock(timezone.now())
        case "open":
            session.unlock()
        case "renew" if session.is_open:
            session.renew_code()
    return json_or_page(request, _admission(session), redirect("invite", session.pk))


def _admission(session: ClassSession) -> dict[str, object]:
    return {"code": session.join_code, "locked": session.is_locked}


@login_required
@require_POST
def change_cameras(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    """Pause or resume the cameras of all students."""
    session = session_for_teacher(request.user, session_id)
    if not session.is_open or not session.uses_camera:
        return error_response(request, _("No cameras are used now."), redirect(session), status=409)
    match request.POST.get("do"):
        case "pause":
            pause_measuring(session)
        case "resume":
            resume_measuring(session)
    return json_or_page(request, {"paused": not session.is_measuring}, redirect(session))


@login_required
@require_POST
def close_session(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    session.close()
    return redirect("report", session.pk)


@login_required
def delete_session(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    if request.method != "POST":
        context = {"session": session, "counts": _deletion_counts(session)}
        return render(request, "classroom/session_delete.html", context)
    session.erase()
    deleted = _("“%(title)s” and everything recorded in it has been deleted.") % {
        "title": isolated(session.title)
    }
    messages.success(request, deleted)
    return redirect(session.course)


def _deletion_counts(session: ClassSession) -> dict[str, int]:
    return {
        "students": session.participants.count(),
        "presences": Presence.objects.filter(participant__session=session).count(),
        "pulses": Pulse.objects.filter(participant__session=session).count(),
        "markers": session.markers.count(),
        "questions": session.questions.count(),
        "student_questions": session.student_questions.count(),
        "hands": session.participants.aggregate(n=Count("hands"))["n"],
    }


@login_required
@require_POST
def remove_participant(
    request: TeacherRequest, session_id: uuid.UUID, participant_id: uuid.UUID
) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    participant = get_object_or_404(session.participants, pk=participant_id)
    participant.leave(removed=True)
    return json_or_page(request, {"removed": str(participant.pk)}, redirect(session))


@login_required
@require_POST
def add_marker(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    if not session.is_open:
        reason = _("This session has ended: no more markers can be set.")
        return error_response(request, reason, redirect(session), status=409)
    if session.markers.count() >= settings.MOST_MARKERS:
        reason = _("This session has the maximum number of markers.")
        return error_response(request, reason, redirect(session), status=409)
    form = MarkerForm(request.POST)
    if not form.is_valid():
        return error_response(request, str(form.errors["label"][0]), redirect(session), status=400)
    marker = session.mark(request.user, form.cleaned_data["label"])
    if marker is None:
        raise Http404
    created = {"id": marker.pk, "at": marker.at.isoformat(), "label": marker.label}
    return json_or_page(request, created, redirect(session), status=201)


@login_required
@require_POST
def rename_marker(request: TeacherRequest, session_id: uuid.UUID, marker_id: int) -> HttpResponse:
    """Give a marker another note, also after class."""
    session = session_for_teacher(request.user, session_id)
    marker = get_object_or_404(session.markers, pk=marker_id)
    form = MarkerForm(request.POST)
    if not form.is_valid():
        return error_response(request, str(form.errors["label"][0]), redirect(session), status=400)
    marker.rename(form.cleaned_data["label"])
    events.publish_annotations_changed(session.pk)
    report = f"{reverse('report', args=[session.pk])}#markers"
    return json_or_page(request, {"id": marker_id, "label": marker.label}, redirect(report))


@login_required
@require_POST
def remove_marker(request: TeacherRequest, session_id: uuid.UUID, marker_id: int) -> HttpResponse:
    """Delete a marker, also after class: it is in the report, which teachers keep."""
    session = session_for_teacher(request.user, session_id)
    get_object_or_404(session.markers, pk=marker_id).erase()
    events.publish_annotations_changed(session.pk)
    report = f"{reverse('report', args=[session.pk])}#markers"
    return json_or_page(request, {"removed": marker_id}, redirect(report))
