"""Courses: their settings, owners, teachers and invitations."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import throttle
from ..access import TeacherRequest, course_for_teacher
from ..account_forms import InviteTeacherForm
from ..forms import CourseForm
from ..models import Course
from ..names import isolated

SESSIONS_A_PAGE = 30


@login_required
def new_course(request: TeacherRequest) -> HttpResponse:
    form = CourseForm(request.POST or None)
    if (
        request.method == "POST"
        and request.user.owned_courses.filter(is_example=False).count() >= settings.MOST_COURSES
    ):
        form.add_error(None, _("You have reached the maximum number of courses."))
    if request.method == "POST" and form.is_valid():
        return redirect(Course.objects.create_with_owner(request.user, **form.cleaned_data))
    return render(request, "classroom/course_new.html", {"form": form})


@login_required
def course_page(request: TeacherRequest, course_id: int) -> HttpResponse:
    course = course_for_teacher(request.user, course_id)
    form = CourseForm(request.POST or None, instance=course)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(course)
    return _show_course(request, course, form=form)


def _show_course(request: TeacherRequest, course: Course, **forms: object) -> HttpResponse:
    sessions = Paginator(course.sessions.with_attendance().open_first(), SESSIONS_A_PAGE)
    # Read again: a form that was refused may have written its values into the other object.
    stored = Course.objects.select_related("owner").get(pk=course.pk)
    context = {
        "course": stored,
        "is_owner": stored.owner_id == request.user.pk,
        "teachers": course.teachers.order_by("username"),
        "invitations": course.invitations.select_related("invited"),
        "page": sessions.get_page(request.GET.get("page")),
        "form": CourseForm(instance=course),
        "invite_form": InviteTeacherForm(course=course, owner=request.user),
    }
    return render(request, "classroom/course.html", context | forms)


def owner_action(act: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view of a POST that only a course's owner may send. Its other teachers get a message."""

    @login_required
    @require_POST
    @wraps(act)
    def view(request: TeacherRequest, course_id: int, **ids: int) -> HttpResponse:
        course = course_for_teacher(request.user, course_id)
        if course.owner_id == request.user.pk:
            return act(request, course, **ids)
        messages.error(request, _("Only the owner of the course can do this."))
        return redirect(course)

    return view


@owner_action
def invite_teacher(request: TeacherRequest, course: Course) -> HttpResponse:
    form = InviteTeacherForm(request.POST, course=course, owner=request.user)
    if not throttle.allow(request, "INVITATIONS_OF_ONE_TEACHER", key=str(request.user.pk)):
        form.add_error(None, _("You have sent too many invitations. Please try again in an hour."))
    if not form.is_valid():
        return _show_course(request, course, invite_form=form)
    invited = form.cleaned_data["who"]
    course.invitations.get_or_create(invited=invited, defaults={"invited_by": request.user})
    message = _("%(name)s has been invited and sees nothing of this course until they accept.")
    messages.success(request, message % {"name": isolated(invited.get_username())})
    return redirect(course)


@owner_action
def cancel_invitation(request: TeacherRequest, course: Course, invitation_id: int) -> HttpResponse:
    course.invitations.filter(pk=invitation_id).delete()
    return redirect(course)


@owner_action
def hand_over(request: TeacherRequest, course: Course, teacher_id: int) -> HttpResponse:
    if not course.hand_over(teacher_id):
        messages.error(request, _("A course can only be handed over to one of its teachers."))
    return redirect(course)


@login_required
@require_POST
def remove_teacher(request: TeacherRequest, course_id: int, teacher_id: int) -> HttpResponse:
    """Remove a teacher, as the owner, or leave a course, as anybody else."""
    course = course_for_teacher(request.user, course_id)
    is_leaving = teacher_id == request.user.pk
    if not is_leaving and course.owner_id != request.user.pk:
        messages.error(request, _("Only the owner of the course can do this."))
        return redirect(course)
    teacher = get_object_or_404(course.teachers, pk=teacher_id)
    if not course.remove_teacher(teacher.pk):
        messages.error(request, _("Hand the course over to another teacher first."))
        return redirect(course)
    return redirect("home" if is_leaving else course)


@login_required
@require_POST
def answer_invitation(request: TeacherRequest, invitation_id: int) -> HttpResponse:
    invitation = get_object_or_404(request.user.teacher_invitations, pk=invitation_id)
    if request.POST.get("answer") != "accept":
        invitation.delete()
        return redirect("home")
    if not invitation.accept():
        raise Http404
    return redirect(invitation.course)
