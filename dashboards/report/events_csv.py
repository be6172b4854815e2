"""What happened in a session as CSV: rows of visits, questions, answers, hands, markers and feedback.

It says what the report says: the buttons as numbers without names, an anonymous question as its result. Times
are of the site's time zone, as a spreadsheet reads them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta

from django.utils import timezone

from classroom.models import ClassSession

from .csv_format import BOM, CsvFormat, as_typed, csv_lines, notice
from .parts import PULSE_STEP_SECONDS, visits
from .questions import AskedQuestion
from .report import Report


@dataclass(frozen=True)
class EventRow:
    """Empty where a kind of event has no such value."""

    event: str
    at: datetime | None = None
    until: datetime | None = None
    participant: str = ""
    # The same student's in every row: two may have given the same name.
    seat: int | None = None
    # The question, or what was said.
    text: str = ""
    answer: str = ""
    count: int | None = None
    of: int | None = None
    note: str = ""


ABOUT = ("time_zone", "session", "course", "legal_mode", "notice")
COLUMNS = (*(field.name for field in fields(EventRow)), "seconds", *ABOUT)


def session_events_csv(report: Report, csv_format: CsvFormat) -> str:
    return written(_events(report), report.session, csv_format)


def written(rows: Iterable[EventRow], session: ClassSession, csv_format: CsvFormat) -> str:
    about = _about(session)
    ordered = sorted(rows, key=_place)
    return BOM + "".join(csv_lines([COLUMNS, *(_cells(row, about) for row in ordered)], csv_format))


def _about(session: ClassSession) -> list[str]:
    names = (as_typed(session.title), as_typed(session.course.name))
    return [timezone.get_current_timezone_name(), *names, session.mode, notice(session)]


def _place(row: EventRow) -> tuple[bool, float]:
    """Sort rows by time. A row without a name has no time; it comes last, in its order."""
    return (row.at is None, row.at.timestamp() if row.at else 0.0)


def _cells(row: EventRow, about: list[str]) -> list[object]:
    seconds = round((row.until - row.at).total_seconds()) if row.at and row.until else None
    return [*map(_cell, astuple(row)), "" if seconds is None else seconds, *about]


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    return "" if value is None else value


def _events(report: Report) -> Iterator[EventRow]:
    yield from _visits(report)
    for asked in report.asked:
        yield from _question(report, asked)
    yield from _feedback(report)
    yield from _hands(report)
    for one in report.acknowledgements:
        yield EventRow("got_it", one.at, count=one.count)
    for marker in report.markers:
        yield EventRow("marker", marker.at, text=as_typed(marker.label))
    yield from _students_questions(report)


def _visits(report: Report) -> Iterator[EventRow]:
    for entry in report.timeline.roster:
        name, seat = as_typed(entry.name), report.timeline.numbers[entry.id]
        note = "removed" if entry.was_removed else ""
        for begin, end in visits(entry, report.timeline.until):
            yield EventRow("in_class", begin, end, name, seat, note=note)


def _question(report: Report, asked: AskedQuestion) -> Iterator[EventRow]:
    question, text = asked.question, as_typed(asked.question.text)
    note = question.role or ("anonymous" if question.is_anonymous else "with names")
    at, until = question.opened_at, question.closed_at
    yield EventRow("question", at, until, text=text, count=asked.answered, of=asked.present, note=note)
    for bar in asked.bars:
        right = "right" if bar.is_right else ""
        answer = as_typed(bar.label)
        yield EventRow(
            "result", until, text=text, answer=answer, count=bar.count, of=asked.answered, note=right
        )
    for word, count in asked.words:
        yield EventRow("result", until, text=text, answer=as_typed(word), count=count, of=asked.answered)
    if question.is_anonymous:
        for said, count in asked.texts:
            yield EventRow("result", until, text=text, answer=as_typed(said), count=count, of=asked.answered)
    for own in asked.answers:
        if own.at:
            seat = report.timeline.numbers[own.participant]
            yield EventRow("answer", own.at, None, as_typed(own.name), seat, text, as_typed(own.text))


def _feedback(report: Report) -> Iterator[EventRow]:
    for step in report.pulses:
        until = min(step.since + timedelta(seconds=PULSE_STEP_SECONDS), report.until)
        for opinion, count in step.said.items():
            yield EventRow("feedback", step.since, until, text=opinion, count=count)


def _hands(report: Report) -> Iterator[EventRow]:
    for hand in report.hands.all:
        seat = report.timeline.numbers[hand.participant]
        note = "still up" if hand.is_up else "lowered by teacher" if hand.by_teacher else "lowered by student"
        yield EventRow(
            "hand", hand.raised_at, hand.raised_at + hand.waited, as_typed(hand.name), seat, note=note
        )


def _students_questions(report: Report) -> Iterator[EventRow]:
    for one in report.students_questions:
        yield EventRow(
            "student_question",
            one.asked_at,
            participant=as_typed(one.name),
            text=as_typed(one.text),
            count=one.votes,
            note=one.status,
        )
