"""Answers to a question that was asked again, over the sessions of a course.

A session in which it was not asked has no answer, and nothing is drawn through it.
"""

import uuid
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from activities.models import Kind, Question, Role
from classroom.models import ClassSession
from dashboards.report.questions import AskedQuestion, labels_of, result_of

# Those whose answers can be compared without reading them.
COMPARABLE = (Kind.CHOICE, Kind.SCALE)


@dataclass(frozen=True)
class Series:
    """One question that several sessions were asked: a check-in, an exit ticket or a prepared one."""

    # The question as it was asked last.
    question: Question
    # What was answered, by session.
    asked: Mapping[uuid.UUID, AskedQuestion]

    @property
    def labels(self) -> list[str]:
        return labels_of(self.question)

    @property
    def is_scale(self) -> bool:
        return self.question.kind == Kind.SCALE


def repeated_questions(sessions: Sequence[ClassSession]) -> list[Series]:
    """Check-ins, then exit tickets, then prepared questions that were asked in two sessions or more."""
    return [
        Series(same[-1], {question.session_id: _summed_up(question) for question in same})
        for same in _asked_again(_closed_questions(sessions))
    ]


def _closed_questions(sessions: Iterable[ClassSession]) -> list[Question]:
    asked = Question.objects.filter(session__in=[session.pk for session in sessions], kind__in=COMPARABLE)
    ended = asked.filter(closed_at__isnull=False).exclude(role=Role.NONE, prepared=None)
    return list(ended.order_by("opened_at").prefetch_related("answers"))


def _asked_again(questions: Iterable[Question]) -> list[list[Question]]:
    """Group the questions that ask the same, oldest first."""
    same: dict[Hashable, list[Question]] = defaultdict(list)
    for question in questions:
        # A prepared question whose text was mended is the same; other answers make it another one.
        which = question.role or question.prepared_id
        same[(which, question.kind, tuple(question.options))].append(question)
    order = [Role.CHECK_IN, Role.EXIT_TICKET, Role.NONE]
    kept = [found for found in same.values() if found[0].role or len({one.session_id for one in found}) > 1]
    return sorted(kept, key=lambda found: order.index(Role(found[0].role)))


def _summed_up(question: Question) -> AskedQuestion:
    return AskedQuestion(question, number=0, result=result_of(question), answers=[])
