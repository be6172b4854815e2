"""Rows about questions: those to the class with their answers, and those that students asked.

An anonymous question has results, and no row of a person.
"""

from activities.models import Kind, Role
from activities.models import StudentQuestion as Asked
from dashboards.report.questions import AskedQuestion
from dashboards.report.report import Report

from . import schema, words
from .class_rows import rounded
from .clock import local, local_or_none
from .words import english

HIDDEN = {"few": words.FEW_ANSWERS, "open": words.WHEN_CLOSED, "soon": words.WHEN_CLOSED}


def questions(report: Report) -> list[schema.Question]:
    return [_question(report, asked) for asked in report.asked]


def _question(report: Report, asked: AskedQuestion) -> schema.Question:
    question = asked.question
    return schema.Question(
        session_id=report.session.pk,
        question=asked.number,
        asked_at=local(question.opened_at),
        closed_at=local_or_none(question.closed_at),
        text=question.text,
        kind=english(Kind(question.kind).label),
        role=english(Role(question.role).label),
        is_anonymous=question.is_anonymous,
        answered=asked.answered,
        present=asked.present,
        share_answered=rounded(asked.share_answered),
        average=rounded(asked.mean),
        answers_not_shown=asked.other_words,
        note=HIDDEN.get(asked.hidden, ""),
    )


def results(report: Report) -> list[schema.Result]:
    return [row for asked in report.asked for row in _results(report, asked)]


def _results(report: Report, asked: AskedQuestion) -> list[schema.Result]:
    question = asked.question
    has_right = bool(question.right_options) and not question.is_open
    found = [(bar.label, bar.count, bar.is_right if has_right else None) for bar in asked.bars]
    found += [(answer, count, None) for answer, count in (*asked.words, *asked.texts)]
    return [
        schema.Result(
            session_id=report.session.pk,
            question=asked.number,
            answer=answer,
            count=count,
            share=round(count / max(asked.answered, 1), 6),
            is_right=is_right,
        )
        for answer, count, is_right in found
    ]


def answers(report: Report) -> list[schema.Answer]:
    return [
        schema.Answer(
            session_id=report.session.pk,
            question=asked.number,
            participant=report.timeline.numbers[own.participant],
            answered_at=local_or_none(own.at),
            answer=own.text,
        )
        for asked in report.asked
        for own in asked.answers
    ]


def student_questions(report: Report) -> list[schema.StudentQuestion]:
    numbers = report.timeline.numbers
    return [
        schema.StudentQuestion(
            session_id=report.session.pk,
            number=number,
            text=one.text,
            votes=one.votes,
            status=english(Asked.Status(one.status).label),
            participant=numbers[one.participant] if one.participant else None,
            asked_at=local_or_none(one.asked_at),
        )
        for number, one in enumerate(report.students_questions, start=1)
    ]
