"""The questions that a course's teachers have prepared."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from classroom.access import TeacherRequest, course_for_teacher
from classroom.models import Course

from ..forms import QuestionForm, initial_of
from ..models import PreparedQuestion


@login_required
def prepared_questions(request: TeacherRequest, course_id: int) -> HttpResponse:
    """List the questions of a course, and add one."""
    course = course_for_teacher(request.user, course_id)
    form = QuestionForm(request.POST or None, initial={"anonymous": True})
    if request.method == "POST" and form.is_valid():
        count = course.prepared_questions.count()
        if count < settings.MOST_PREPARED_QUESTIONS:
            course.prepared_questions.create(position=count, **form.content())
            return redirect("prepared-questions", course_id)
        form.add_error(None, _("This course has the maximum number of questions."))
    context = {
        "course": course,
        "form": form,
        "questions": course.prepared_questions.all(),
        "sources": _sources(request.user, course),
    }
    return render(request, "activities/prepared_questions.html", context)


def _sources(user: User, course: Course) -> QuerySet[Course]:
    """Return the other courses of a teacher that have questions to copy."""
    others = Course.objects.filter(teachers=user, prepared_questions__isnull=False).exclude(pk=course.pk)
    return others.distinct().order_by("name", "pk")


@login_required
@require_POST
def copy_prepared_questions(request: TeacherRequest, course_id: int) -> HttpResponse:
    """Add the questions of another course that the user teaches (`course`)."""
    course = course_for_teacher(request.user, course_id)
    wanted = request.POST.get("course", "")
    source = get_object_or_404(_sources(request.user, course), pk=wanted if wanted.isdecimal() else None)
    count = PreparedQuestion.objects.copy(source, course)
    text = ngettext("%(count)d question was added.", "%(count)d questions were added.", count)
    messages.success(request, text % {"count": count})
    return redirect("prepared-questions", course_id)


@login_required
def edit_prepared_question(request: TeacherRequest, course_id: int, question_id: int) -> HttpResponse:
    question = _question(request, course_id, question_id)
    form = QuestionForm(request.POST or None, initial=initial_of(question))
    if request.method == "POST" and form.is_valid():
        PreparedQuestion.objects.filter(pk=question.pk).update(**form.content())
        return redirect("prepared-questions", course_id)
    context = {"course": question.course, "form": form, "question": question}
    return render(request, "activities/prepared_question.html", context)


@login_required
@require_POST
def change_prepared_question(request: TeacherRequest, course_id: int, question_id: int) -> HttpResponse:
    """Move a question up or down, or delete it. What was asked of it in a session stays there."""
    question = _question(request, course_id, question_id)
    match request.POST.get("do"):
        case "up":
            question.move(-1)
        case "down":
            question.move(1)
        case "delete":
            question.delete()
            messages.success(request, _("The question was deleted."))
    return redirect("prepared-questions", course_id)


def _question(request: TeacherRequest, course_id: int, question_id: int) -> PreparedQuestion:
    course = course_for_teacher(request.user, course_id)
    return get_object_or_404(course.prepared_questions.select_related("course"), pk=question_id)
