"""What pages are told: one state for all students, one of each student's own, one for the teacher and one for
the projector. docs/protocol.md describes them. Times are milliseconds since 1970.
"""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from classroom.models import ClassSession, Participant, Pulse

from .models import Acknowledgement, Answer, ClassTools, Grouping, Hand, Kind, Pick, Question, StudentQuestion
from .results import Result, cloud, current_result
from .times import milliseconds

Message = dict[str, Any]


def shared_state(session_id: uuid.UUID) -> Message:
    """Return what every student of the session sees: nobody's name, and no result of an open question."""
    tools = ClassTools.objects.of(session_id)
    question = Question.objects.shown(session_id)
    return {
        "type": "activities",
        "revision": tools.revision,
        "server_time": milliseconds(timezone.now()),
        "question": question and _question(question, None if question.is_open else current_result(question)),
        "timer": _timer(tools),
        "hands": {"allowed": tools.hands_are_allowed, "up": Hand.objects.up(session_id).count()},
        "asked": {
            "allowed": tools.questions != ClassTools.Questions.OFF,
            "anonymous": tools.questions == ClassTools.Questions.ANONYMOUS,
            "moderated": tools.questions_are_moderated,
            "questions": [_asked(one) for one in _visible_questions(session_id)],
        },
        "seen_lost": _seen_lost(session_id),
        "grouped": Grouping.objects.filter(session=session_id).exists(),
    }


def own_state(participant: Participant) -> Message:
    """Return what only this student's page is told. It is read on load and after a reconnect."""
    session_id = participant.session_id
    question = Question.objects.shown(session_id)
    answer = Answer.objects.of_participant(question, participant) if question else None
    pick = Pick.objects.filter(participant=participant, state=Pick.State.ASKED).first()
    grouping = Grouping.objects.filter(session=session_id).first()
    own = StudentQuestion.objects.filter(session=session_id, participant=participant)
    return {
        "type": "own",
        "answer": answer and _answer(answer),
        "hand": Hand.objects.up(session_id).filter(participant=participant).exists(),
        "votes": [str(pk) for pk in participant.upvotes.values_list("question", flat=True)],
        "asked": [_asked(one) for one in own],
        "pick": pick and pick.state,
        "group": grouping and grouping.number_of(participant),
        "said": _said(participant, timezone.now()),
    }


def _said(participant: Participant, now: datetime) -> Message:
    """Return what this student's buttons have said lately and have not taken back."""
    lately = participant.pulses.filter(at__gt=now - settings.PULSE_LASTS).order_by("at", "pk")
    newest = {kind: (value, at) for kind, value, at in lately.values_list("kind", "value", "at")}
    value, at = newest.get(Pulse.Kind.LOST, (0, now))
    seen = Acknowledgement.objects.newest(participant.session_id)
    is_lost = value is None and (seen is None or at > seen.at)
    said: Message = {kind: newest[kind][0] for kind in ("pace", "difficulty") if kind in newest}
    return {"lost": is_lost, **said}


def teacher_state(session: ClassSession, now: datetime) -> Message:
    """Return all that the live page shows of activities, in one query where there was none so far."""
    tools = ClassTools.objects.of(session.pk)
    if not tools.revision:
        return _nothing(tools)
    question = Question.objects.shown(session.pk)
    return _nothing(tools) | {
        "question": question and _question_for_teacher(question, now),
        "timer": _timer(tools),
        "hands": [
            {"participant": str(pk), "since": milliseconds(since)}
            for pk, since in Hand.objects.up(session.pk).values_list("participant", "raised_at")
        ],
        "asked": [
            {**_asked(one), "participant": one.participant_id and str(one.participant_id)}
            for one in StudentQuestion.objects.with_votes(session.pk)
        ],
        "pick": _pick(session.pk, now),
        "groups": _groups(session.pk),
        "seen_lost": _seen_lost(session.pk),
    }


def _nothing(tools: ClassTools) -> Message:
    return {
        "revision": tools.revision,
        "question": None,
        "timer": None,
        "hands": [],
        "asked": [],
        "pick": None,
        "groups": None,
        "seen_lost": None,
        "settings": {
            "hands": tools.hands_are_allowed,
            "questions": tools.questions,
            "moderated": tools.questions_are_moderated,
        },
    }


def projector_state(session: ClassSession, now: datetime) -> Message:
    """Return what the second screen shows: no name, and a result only where the class may see it."""
    tools = ClassTools.objects.of(session.pk)
    question = Question.objects.shown(session.pk)
    top = _visible_questions(session.pk).first()
    return {
        "type": "projector",
        "server_time": milliseconds(now),
        "revision": tools.revision,
        "present": session.participants.here(now).count(),
        "door": {"code": session.join_code, "locked": session.is_locked},
        "question": question
        and {
            **_question(question, _result_for_class(question)),
            **_answered_of_asked(question, now),
        },
        "timer": _timer(tools),
        "top_question": top and _asked(top),
        "ended": not session.is_open,
    }


def _result_for_class(question: Question) -> Result | None:
    return current_result(question) if question.shows_results_live or not question.is_open else None


def _question(question: Question, result: Result | None) -> Message:
    return {
        "id": str(question.pk),
        "kind": question.kind,
        "text": question.text,
        "options": question.options,
        "several": question.allows_several,
        "anonymous": question.is_anonymous,
        "role": question.role,
        "open": question.is_open,
        "closes_at": milliseconds(question.closes_at) if question.closes_at else None,
        "result": _public_result(question, result) if result else None,
        "right": question.right_options if question.right_is_shown else None,
    }


def _public_result(question: Question, result: Result) -> Message:
    """Leave out what not everybody may read: open texts, rare and hidden words."""
    public: Message = {name: result[name] for name in ("count", "counts", "hidden") if name in result}
    if question.kind == Kind.WORD and "words" in result:
        public["cloud"] = cloud(question, result)
    return public


def _question_for_teacher(question: Question, now: datetime) -> Message:
    waiting = [] if question.is_anonymous or not question.is_open else question.not_answered(now)
    result = current_result(question)
    return {
        **_question(question, result),
        "live": question.shows_results_live,
        "right": question.right_options,
        "right_is_shown": question.right_is_shown,
        "opened_at": milliseconds(question.opened_at),
        **_answered_of_asked(question, now),
        "waiting": [str(pk) for pk in waiting],
        "hidden_words": question.hidden_words,
        **_answers_for_teacher(question, result),
    }


def _answers_for_teacher(question: Question, result: Result) -> Message:
    """Add what the class does not see: the texts, and with names who answered what."""
    answers: list[Message] = []
    if not question.is_anonymous:
        own = question.answers.order_by("answered_at")
        answers = [{**_answer(one), "participant": str(one.participant_id)} for one in own]
    # A word that one student said may point to them.
    fewest = settings.FEWEST_OF_ONE_WORD if question.is_anonymous else 1
    return {
        "texts": result.get("texts", []),
        "words": [word for word in result.get("words", []) if word[2] >= fewest],
        "answers": answers,
    }


def _answered_of_asked(question: Question, now: datetime) -> Message:
    """How many have answered, and of how many: those in class now, or who were there when it closed."""
    answered, present = question.answered, question.present
    if present is None:
        present = question.session.participants.here(now).count()
    return {"answered": answered, "asked": max(present, answered)}


def _answer(answer: Answer) -> Message:
    return {"chosen": answer.chosen, "value": answer.value, "text": answer.text}


def _timer(tools: ClassTools) -> Message | None:
    if tools.timer_ends_at is None:
        return None
    return {
        "label": tools.timer_label,
        "seconds": tools.timer_seconds,
        "ends_at": milliseconds(tools.timer_ends_at),
    }


def _visible_questions(session_id: uuid.UUID) -> Any:
    asked = StudentQuestion.objects.with_votes(session_id)
    return asked.filter(status=StudentQuestion.Status.SHOWN)


def _asked(question: StudentQuestion) -> Message:
    return {
        "id": str(question.pk),
        "text": question.text,
        "status": question.status,
        "votes": getattr(question, "votes", 0),
    }


def _seen_lost(session_id: uuid.UUID) -> Message | None:
    seen = Acknowledgement.objects.newest(session_id)
    return {"at": milliseconds(seen.at), "count": seen.count} if seen else None


def _pick(session_id: uuid.UUID, now: datetime) -> Message | None:
    """Name the student once they have accepted or have not replied for a while, and never who passed."""
    pick = Pick.objects.newest(session_id)
    if pick is None:
        return None
    is_late = pick.state == Pick.State.ASKED and now - pick.asked_at >= settings.PICK_PATIENCE
    is_named = pick.state in (Pick.State.ACCEPTED, Pick.State.MISSED) or is_late
    return {
        "id": pick.pk,
        "state": Pick.State.MISSED if is_late else pick.state,
        "participant": str(pick.participant_id) if is_named else None,
        "asked_at": milliseconds(pick.asked_at),
    }


def _groups(session_id: uuid.UUID) -> Message | None:
    grouping = Grouping.objects.filter(session=session_id).first()
    if grouping is None:
        return None
    members = grouping.members.values_list("number", "participant")
    return {
        "size": grouping.size,
        "members": [{"number": number, "participant": str(pk)} for number, pk in members],
    }
