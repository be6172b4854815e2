"""What the live page does: ask, close, lower hands, approve, set the timer, choose, make groups."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classroom.access import TeacherRequest, session_for_teacher
from classroom.models import ClassSession
from classroom.responses import error_response, json_or_page

from .. import ready
from ..forms import GroupsForm, QuestionForm, TimerForm, ToolsForm
from ..models import (
    Acknowledgement,
    ClassTools,
    Grouping,
    Hand,
    Pick,
    PreparedQuestion,
    Question,
    StudentQuestion,
)
from ..offers import offered
from ..state import teacher_state

TeacherView = Callable[..., HttpResponse]


def teacher_action(act: TeacherView) -> TeacherView:
    """Make a view of a POST from the live page. It gets the session, if the user teaches it."""

    @login_required
    @require_POST
    @wraps(act)
    def view(request: TeacherRequest, session_id: uuid.UUID, **ids: object) -> HttpResponse:
        return act(request, session_for_teacher(request.user, session_id), **ids)

    return view


def done(request: HttpRequest, session: ClassSession, **data: object) -> HttpResponse:
    return json_or_page(request, {"done": True, **data}, redirect(session))


def refuse(request: HttpRequest, session: ClassSession, reason: str, *, status: int = 409) -> HttpResponse:
    return error_response(request, reason, redirect(session), status=status)


def refuse_form(request: HttpRequest, session: ClassSession, form: BaseForm) -> HttpResponse:
    reason = next(iter(form.errors.values()))[0]
    return refuse(request, session, str(reason), status=400)


@login_required
def activities(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    """Return the teacher's state, as the live socket sends it."""
    session = session_for_teacher(request.user, session_id)
    return JsonResponse(teacher_state(session, timezone.now()))


@login_required
def offers(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    """Return the prepared questions of the course."""
    return JsonResponse(offered(session_for_teacher(request.user, session_id)))


@teacher_action
def ask(request: HttpRequest, session: ClassSession) -> HttpResponse:
    """Ask a ready question (`ready`), a prepared one (`prepared`), or the one that the form holds."""
    content: dict | None
    prepared = None
    if "ready" in request.POST:
        content = ready.content(request.POST["ready"])
        if content is None:
            raise Http404
    elif "prepared" in request.POST:
        wanted = request.POST["prepared"]
        prepared = get_object_or_404(
            PreparedQuestion, pk=wanted if wanted.isdecimal() else None, course=session.course_id
        )
        content = prepared.content()
    else:
        form = QuestionForm(request.POST)
        if not form.is_valid():
            return refuse_form(request, session, form)
        content = form.content()
    question = Question.objects.ask(session, prepared=prepared, **content)
    if question is None:
        return refuse(request, session, _("This session takes no more questions."))
    return json_or_page(request, {"id": str(question.pk)}, redirect(session), status=201)


@teacher_action
def change_question(request: HttpRequest, session: ClassSession, question_id: uuid.UUID) -> HttpResponse:
    question = get_object_or_404(session.questions, pk=question_id)
    word = request.POST.get("word", "")
    match request.POST.get("do"):
        case "close":
            question.close()
        case "show_right":
            question.show_right()
        case "put_away":
            question.put_away()
        case "erase":
            question.erase()
        case "hide_word" if word:
            question.hide_word(word)
        case "show_word" if word:
            question.hide_word(word, hidden=False)
        case _unknown:
            return refuse(request, session, _("Nothing was changed."), status=400)
    return done(request, session)


@teacher_action
def lower_hands(request: HttpRequest, session: ClassSession) -> HttpResponse:
    """Lower the hand of one participant, or all."""
    whose = request.POST.get("participant")
    try:
        condition: dict[str, Any] = {"participant": uuid.UUID(whose)} if whose else {}
    except ValueError as error:
        raise Http404 from error
    lowered = Hand.objects.lower(session.pk, by_teacher=True, **condition)
    return done(request, session, lowered=lowered)


@teacher_action
def acknowledge_lost(request: HttpRequest, session: ClassSession) -> HttpResponse:
    """Say "Got it" to the students who are lost."""
    if not session.is_open:
        return refuse(request, session, _("This session has ended."))
    seen = Acknowledgement.objects.acknowledge(session.pk)
    return done(request, session, count=seen.count)


@teacher_action
def change_student_question(
    request: HttpRequest, session: ClassSession, question_id: uuid.UUID
) -> HttpResponse:
    question = get_object_or_404(session.student_questions, pk=question_id)
    wanted = request.POST.get("do")
    if wanted == "erase":
        question.erase()
    elif wanted in StudentQuestion.Status.values:
        question.set_status(wanted)
    else:
        return refuse(request, session, _("Nothing was changed."), status=400)
    return done(request, session)


@teacher_action
def change_tools(request: HttpRequest, session: ClassSession) -> HttpResponse:
    if not session.is_open:
        return refuse(request, session, _("This session has ended."))
    form = ToolsForm(request.POST)
    if not form.is_valid():
        return refuse_form(request, session, form)
    ClassTools.objects.change(session.pk, **form.cleaned_data)
    if not form.cleaned_data["hands_are_allowed"]:
        Hand.objects.lower(session.pk, by_teacher=True)
    return done(request, session)


@teacher_action
def set_timer(request: HttpRequest, session: ClassSession) -> HttpResponse:
    """Start a timer, or stop it with `do=stop`."""
    if request.POST.get("do") == "stop":
        ClassTools.objects.change(session.pk, timer_label="", timer_started_at=None, timer_seconds=None)
        return done(request, session)
    if not session.is_open:
        return refuse(request, session, _("This session has ended."))
    form = TimerForm(request.POST)
    if not form.is_valid():
        return refuse_form(request, session, form)
    ClassTools.objects.change(
        session.pk,
        timer_label=form.cleaned_data["label"] or "",
        timer_started_at=timezone.now(),
        timer_seconds=form.cleaned_data["seconds"],
    )
    return done(request, session)


@teacher_action
def pick(request: HttpRequest, session: ClassSession) -> HttpResponse:
    """Choose somebody who was not chosen yet. `do=again` lets everybody be chosen again."""
    if request.POST.get("do") == "again":
        Pick.objects.start_again(session.pk)
        return done(request, session)
    if not session.is_open:
        return refuse(request, session, _("This session has ended."))
    if Pick.objects.choose(session) is None:
        return refuse(request, session, _("Everybody who is here has been asked."))
    return done(request, session)


@teacher_action
def group(request: HttpRequest, session: ClassSession) -> HttpResponse:
    """Make groups, or dissolve them with `do=clear`."""
    if request.POST.get("do") == "clear":
        Grouping.objects.clear(session.pk)
        return done(request, session)
    form = GroupsForm(request.POST)
    if not form.is_valid():
        return refuse_form(request, session, form)
    if Grouping.objects.make(session, form.cleaned_data["size"]) is None:
        return refuse(request, session, _("This session has ended."))
    return done(request, session)
