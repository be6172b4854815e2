"""What a student's page does: answer, raise a hand, ask, vote, and say yes or pass."""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from classroom import throttle
from classroom.models import Participant
from classroom.responses import error_response, json_or_page
from classroom.seat_cookie import is_page_of, participant_from_cookie
from classroom.views.room import participant_action

from .. import anonymity
from ..forms import AnswerForm, StudentQuestionForm
from ..models import ClassTools, Hand, Pick, Question, StudentQuestion
from ..state import own_state, shared_state


def activities(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Return the shared state and what is this student's own."""
    participant = participant_from_cookie(request.COOKIES, session_id)
    if not participant.may_be_in_class or not is_page_of(participant, request.GET):
        return JsonResponse({"error": _("You are no longer in this class.")}, status=409)
    return JsonResponse({"shared": shared_state(session_id), "own": own_state(participant)})


def done(request: HttpRequest, participant: Participant, **data: object) -> HttpResponse:
    return json_or_page(request, {"done": True, **data}, redirect("room", participant.session_id))


def refuse(request: HttpRequest, participant: Participant, reason: str, *, status: int = 409) -> HttpResponse:
    return error_response(request, reason, redirect("room", participant.session_id), status=status)


def why_not(request: HttpRequest, participant: Participant) -> str:
    """Say why this participant may do nothing now. Empty if they may."""
    if not participant.may_be_in_class:
        return _("You are no longer in this class.")
    if participant.entered_at is None:
        return _("Please choose on the page before the class first.")
    if not throttle.allow(request, "ACTIVITIES_OF_ONE_STUDENT", key=str(participant.pk)):
        return _("That was too often. Please wait a moment.")
    return ""


@participant_action
def answer(request: HttpRequest, participant: Participant) -> HttpResponse:
    if reason := why_not(request, participant):
        return refuse(request, participant, reason)
    question = get_object_or_404(Question, pk=_id(request, "question"), session=participant.session_id)
    form = AnswerForm(request.POST, question=question)
    if not form.is_valid():
        reason = str(next(iter(form.errors.values()))[0])
        return refuse(request, participant, reason, status=400)
    try:
        is_saved = question.save_answer(participant, **form.content())
    except anonymity.KeyLost:
        # Two answers of one student could no longer be told from those of two.
        question.close()
        is_saved = False
    if not is_saved:
        return refuse(request, participant, _("This question is closed."))
    return done(request, participant, answer=form.content())


@participant_action
def raise_hand(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Raise the hand (`up=1`) or lower it."""
    if reason := why_not(request, participant):
        return refuse(request, participant, reason)
    if request.POST.get("up") != "1":
        Hand.objects.lower(participant.session_id, by_teacher=False, participant=participant)
        return done(request, participant, hand=False)
    if not ClassTools.objects.of(participant.session_id).hands_are_allowed:
        return refuse(request, participant, _("Your teacher takes no hands now."))
    Hand.objects.raise_hand(participant)
    return done(request, participant, hand=True)


@participant_action
def ask(request: HttpRequest, participant: Participant) -> HttpResponse:
    if reason := why_not(request, participant):
        return refuse(request, participant, reason)
    form = StudentQuestionForm(request.POST)
    if not form.is_valid():
        return refuse(request, participant, str(form.errors["text"][0]), status=400)
    if not throttle.allow(request, "QUESTIONS_OF_ONE_STUDENT", key=str(participant.pk)):
        return refuse(request, participant, _("You have asked many questions. Please wait a few minutes."))
    question = StudentQuestion.objects.ask(participant.session, participant, form.cleaned_data["text"])
    if question is None:
        return refuse(request, participant, _("Your teacher takes no questions now."))
    return done(request, participant, id=str(question.pk), status=question.status)


@participant_action
def vote(request: HttpRequest, participant: Participant, question_id: uuid.UUID) -> HttpResponse:
    """Vote for a student's question (`up=1`), or take the vote back."""
    if reason := why_not(request, participant):
        return refuse(request, participant, reason)
    asked = StudentQuestion.objects.filter(session=participant.session_id)
    question = get_object_or_404(asked, pk=question_id)
    if not question.is_votable:
        return refuse(request, participant, _("This question is no longer open."))
    question.vote(participant, up=request.POST.get("up") == "1")
    return done(request, participant)


@participant_action
def reply_to_pick(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Say yes to being chosen (`do=accept`), or pass."""
    if reason := why_not(request, participant):
        return refuse(request, participant, reason)
    pick = Pick.objects.filter(participant=participant, state=Pick.State.ASKED).first()
    if pick is None or not pick.reply(accepts=request.POST.get("do") == "accept"):
        return refuse(request, participant, _("That is over."))
    return done(request, participant)


def _id(request: HttpRequest, name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get(name, ""))
    except ValueError:
        return None
