"""Presence and answers as xAPI statements of the virtual-classroom profile. Never an expression.

The profile is BigBlueButton's, https://w3id.org/xapi/virtual-classroom. A student is an account whose name
says nothing: it is of this session alone, and only this site can tell whose it is.
"""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from activities.models import Answer, Kind
from dashboards.report.questions import AskedQuestion, labels_of
from dashboards.report.report import Report

PROFILE = "https://w3id.org/xapi/virtual-classroom"
CLASSROOM = f"{PROFILE}/activity-types/virtual-classroom"
PROFILE_TYPE = "http://adlnet.gov/expapi/activities/profile"
INTERACTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
JOINED, LEFT = "http://activitystrea.ms/join", "http://activitystrea.ms/leave"
ASKED, ANSWERED = "http://adlnet.gov/expapi/verbs/asked", "http://adlnet.gov/expapi/verbs/answered"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
SESSION_ID = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
PLANNED_DURATION = "http://id.tincanapi.com/extension/planned-duration"
INTERACTION_TYPES = {
    Kind.CHOICE: "choice",
    Kind.SCALE: "likert",
    Kind.WORD: "fill-in",
    Kind.TEXT: "long-fill-in",
}

Statement = dict[str, Any]


def xapi_document(report: Report) -> str:
    return json.dumps(list(statements(report)), ensure_ascii=False, indent=1)


def statements(report: Report) -> Iterator[Statement]:
    """Return the statements of those who are in the report. Anonymous answers are nobody's: none is there."""
    for student in report.students:
        for visit in student.visits:
            yield _presence(report, student.entry.id, JOINED, visit.begin, {PLANNED_DURATION: None})
            if visit.end < report.until or not report.session.is_open:
                yield _presence(report, student.entry.id, LEFT, visit.end, {})
    for asked in report.asked:
        opened = asked.question.opened_at
        yield _about_question(report, asked, _account("teacher"), ASKED, opened)
        if asked.question.is_anonymous:
            continue
        for answer in asked.question.answers.all():
            if answer.participant_id in report.names and answer.answered_at:
                actor = _account(pseudonym(answer.participant_id))
                made = _about_question(report, asked, actor, ANSWERED, answer.answered_at)
                yield {**made, "result": {"response": _response(answer)}}


def voiding(statement_id: uuid.UUID) -> Statement:
    """Return the statement that makes another one void. It is always the same one, without a time."""
    return {
        "id": str(uuid.uuid5(statement_id, VOIDED)),
        "actor": _account("classpulse"),
        "verb": {"id": VOIDED},
        "object": {"objectType": "StatementRef", "id": str(statement_id)},
    }


def pseudonym(participant_id: uuid.UUID) -> str:
    """Return a student's account name. A participant is one entry in one session, so it is of that alone."""
    return salted_hmac("exports.xapi", participant_id.hex, algorithm="sha256").hexdigest()[:32]


def _account(name: str) -> Statement:
    return {"objectType": "Agent", "account": {"homePage": settings.PUBLIC_URL, "name": name}}


def _presence(
    report: Report, participant_id: uuid.UUID, verb: str, at: datetime, extensions: Statement
) -> Statement:
    actor = _account(pseudonym(participant_id))
    name = {"en": report.session.title}
    classroom = {"id": _address(report), "definition": {"type": CLASSROOM, "name": name}}
    return _statement(report, actor, verb, at, classroom, _context(report, extensions))


def _about_question(
    report: Report, asked: AskedQuestion, actor: Statement, verb: str, at: datetime
) -> Statement:
    question = asked.question
    definition: Statement = {
        "type": INTERACTION,
        "description": {"en": question.text},
        "interactionType": INTERACTION_TYPES[Kind(question.kind)],
    }
    if question.kind in (Kind.CHOICE, Kind.SCALE):
        first = 0 if question.kind == Kind.CHOICE else 1
        labels = enumerate(labels_of(question), start=first)
        key = "choices" if question.kind == Kind.CHOICE else "scale"
        definition[key] = [{"id": str(place), "description": {"en": label}} for place, label in labels]
    activity = {"id": f"{_address(report)}/questions/{asked.number}", "definition": definition}
    context = _context(report, {})
    context["contextActivities"]["parent"] = [{"id": _address(report), "definition": {"type": CLASSROOM}}]
    return _statement(report, actor, verb, at, activity, context)


def _response(answer: Answer) -> str:
    if answer.chosen:
        # As xAPI 1.0.3 separates the choices of one response (appendix C).
        return "[,]".join(map(str, answer.chosen))
    return answer.text if answer.value is None else str(answer.value)


def _statement(
    report: Report, actor: Statement, verb: str, at: datetime, object_: Statement, context: Statement
) -> Statement:
    # The same of the same facts: an LRS keeps a statement that it gets twice once.
    what = f"{actor['account']['name']} {verb} {object_['id']} {at.isoformat()}"
    return {
        "id": str(uuid.uuid5(report.session.pk, what)),
        "actor": actor,
        "verb": {"id": verb},
        "object": object_,
        "context": context,
        "timestamp": at.isoformat(),
    }


def _context(report: Report, extensions: Statement) -> Statement:
    profile = {"id": PROFILE, "definition": {"type": PROFILE_TYPE}}
    return {
        "registration": str(report.session.pk),
        "contextActivities": {"category": [profile]},
        "extensions": {SESSION_ID: str(report.session.pk), **extensions},
    }


def _address(report: Report) -> str:
    return f"{settings.PUBLIC_URL}/xapi/activities/{report.session.pk}"
