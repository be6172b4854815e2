"""Answers to a question that was asked again, and attendance, over the sessions of a course.

A session in which it was not asked has no answer and gets no line drawn through it.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from activities.models import Kind, Question, Role
from classroom.models import ClassSession, Purpose

from .questions import AskedQuestion, labels_of, result_of

# Those whose answers can be compared without reading them.
COMPARABLE = (Kind.CHOICE, Kind.SCALE)


@dataclass(frozen=True)
class Part:
    """One answer's share of a bar. Places are percentages, in plain digits."""

    label: str
    count: int
    x: str
    width: str
    # Where it stands among all answers: 1 is the first.
    step: int


@dataclass(frozen=True)
class Point:
    """What one session answered."""

    asked: AskedQuestion

    @cached_property
    def parts(self) -> list[Part]:
        bars = self.asked.bars
        total = sum(bar.count for bar in bars)
        parts, before = [], 0
        for step, bar in enumerate(bars, start=1):
            if bar.count:
                x, width = (f"{100 * count / total:.2f}%" for count in (before, bar.count))
                parts.append(Part(bar.label, bar.count, x, width, step))
            before += bar.count
        return parts


@dataclass(frozen=True)
class Series:
    """The same question in several sessions."""

    question: Question

    @property
    def labels(self) -> list[str]:
        return labels_of(self.question)

    @property
    def is_scale(self) -> bool:
        return self.question.kind == Kind.SCALE


@dataclass(frozen=True)
class Row:
    session: ClassSession
    # Of each series, in its order: None where it was not asked.
    points: list[Point | None]
    series: list[Series]

    @property
    def with_series(self) -> list[tuple[Point | None, Series]]:
        return list(zip(self.points, self.series, strict=True))


@dataclass(frozen=True)
class CourseLine:
    series: list[Series]
    rows: list[Row]

    @property
    def most_students(self) -> int:
        return max((row.session.attendance for row in self.rows), default=0)


def course_line(sessions: Sequence[ClassSession]) -> CourseLine:
    """Of sessions with their attendance, in their order. Practice classes count in nothing."""
    sessions = [session for session in sessions if session.purpose != Purpose.PRACTICE]
    again = _asked_again(_questions(sessions))
    series = [Series(found[-1]) for found in again]
    answers = [{question.session_id: Point(_asked(question)) for question in found} for found in again]
    rows = [Row(session, [own.get(session.pk) for own in answers], series) for session in sessions]
    return CourseLine(series, rows)


def _questions(sessions: Iterable[ClassSession]) -> list[Question]:
    asked = Question.objects.filter(session__in=[session.pk for session in sessions], kind__in=COMPARABLE)
    ended = asked.filter(closed_at__isnull=False).exclude(role=Role.NONE, prepared=None)
    return list(ended.order_by("opened_at").prefetch_related("answers"))


def _asked_again(questions: Iterable[Question]) -> list[list[Question]]:
    """Questions that are the same, oldest first: check-ins, then exit tickets, then prepared ones."""
    same: dict[Hashable, list[Question]] = defaultdict(list)
    for question in questions:
        # A prepared question whose text was mended is the same; other answers make it another one.
        which = question.role or question.prepared_id
        same[(which, question.kind, tuple(question.options))].append(question)
    order = [Role.CHECK_IN, Role.EXIT_TICKET, Role.NONE]
    kept = [found for found in same.values() if found[0].role or _sessions(found) > 1]
    return sorted(kept, key=lambda found: order.index(Role(found[0].role)))


def _sessions(questions: Iterable[Question]) -> int:
    return len({question.session_id for question in questions})


def _asked(question: Question) -> AskedQuestion:
    return AskedQuestion(question, number=0, result=result_of(question), answers=[])
