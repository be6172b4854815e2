"""Rows about single students. Of those who do not share their expressions only presence."""

from collections.abc import Mapping
from typing import Any

from dashboards.aggregates.coverage import MEASURED, Seconds, main_gap
from dashboards.aggregates.roster import RosterEntry
from dashboards.report.parts import StudentRow, mean_mix, scores_by_version
from dashboards.report.report import Report
from dashboards.report.speaking import RaisedHand
from emotion.buckets import Cell

from . import schema, words
from .class_rows import NOTHING, gap_row, rounded, why_nothing
from .clock import MINUTE_STEPS, Clock, local, local_or_none


def participants(report: Report) -> list[schema.Participant]:
    return [_participant(report, student) for student in report.students]


def _participant(report: Report, student: StudentRow) -> schema.Participant:
    entry, visits = student.entry, student.visits
    own = student.means[0] if len(student.means) == 1 else None
    return schema.Participant(
        session_id=report.session.pk,
        participant=report.timeline.numbers[entry.id],
        name=entry.name,
        joined_at=local_or_none(visits[0].begin if visits else None),
        left_at=local_or_none(visits[-1].end if visits else None),
        visits=len(visits),
        present_seconds=student.present.total_seconds(),
        was_removed=entry.was_removed,
        sharing=_sharing(report, entry),
        coverage=rounded(student.coverage),
        average=rounded(own.mean) if own else None,
        usual=rounded(own.usual) if own else None,
        average_note="" if own else _why_no_average(report, student),
        formula=own.version if own else "",
    )


def averages(report: Report) -> list[schema.Average]:
    """Return the averages of students who share their own line, for each version of the formula."""
    return [
        schema.Average(
            session_id=report.session.pk,
            participant=report.timeline.numbers[student.entry.id],
            formula=own.version,
            begins_at=None,
            usual=rounded(own.usual),
            average_note="",
            **NOTHING | {"average": rounded(own.mean)},
        )
        for student in report.students
        for own in student.means
    ]


def _sharing(report: Report, entry: RosterEntry) -> str:
    if not report.session.had_camera:
        return ""
    if entry.level is None:
        return words.NO_CAMERA
    return words.level(entry.level) if report.timeline.shows_readings else words.NOT_SHOWN


def _why_no_average(report: Report, student: StudentRow) -> str:
    why = why_nothing(report)
    if why is not None:
        return why
    if student.entry.is_class_only:
        return words.NOT_SHARED
    return words.TWO_FORMULAS if student.means else words.NO_DATA


def visits(report: Report) -> list[schema.Visit]:
    return [
        schema.Visit(
            session_id=report.session.pk,
            participant=report.timeline.numbers[student.entry.id],
            begins_at=local(visit.begin),
            ends_at=local(visit.end),
            seconds=round((visit.end - visit.begin).total_seconds()),
        )
        for student in report.students
        for visit in student.visits
    ]


def participant_minutes(report: Report, clock: Clock) -> list[schema.ParticipantMinute]:
    return [row for entry in report.timeline.roster for row in _minutes_of(report, clock, entry)]


def _minutes_of(report: Report, clock: Clock, entry: RosterEntry) -> list[schema.ParticipantMinute]:
    timeline = report.timeline
    shares = timeline.shows_readings and entry.shares_own_line
    shows_measured = timeline.shows_readings and not entry.is_class_only
    own = _by_minute(timeline.cells_of(entry)) if shares else {}
    number = timeline.numbers[entry.id]
    return [
        schema.ParticipantMinute(
            session_id=timeline.session.pk,
            participant=number,
            begins_at=clock.begins[minute],
            present_seconds=round(sum(seconds.values()), 1),
            seconds_with_data=round(seconds.get(MEASURED, 0.0), 1) if shows_measured else None,
            main_gap=_gap(seconds),
            **_own_values(own.get(minute, {})),
        )
        for minute, seconds in sorted(clock.uses[entry.id].items())
    ]


def _by_minute(cells: Mapping[int, Cell]) -> dict[int, dict[int, Cell]]:
    minutes: dict[int, dict[int, Cell]] = {}
    for bucket, cell in cells.items():
        minutes.setdefault(bucket // MINUTE_STEPS, {})[bucket] = cell
    return minutes


def _gap(seconds: Seconds) -> str:
    gap = main_gap(seconds)
    return "" if gap is None else words.reason(gap)


def _own_values(cells: Mapping[int, Cell]) -> dict[str, Any]:
    """Each ten seconds count the same; of several versions of the formula those of the most common."""
    scores = scores_by_version(cells)
    if not scores:
        return {"average": None, "expression": "", "formula": ""}
    version = max(scores, key=lambda made_by: (len(scores[made_by]), made_by))
    made = {bucket: cell for bucket, cell in cells.items() if cell.engagement_version == version}
    name, _share = max(mean_mix(made), key=lambda part: part[1])
    mean = sum(scores[version]) / len(scores[version])
    return {"average": round(mean, 3), "expression": name, "formula": version}


def hands(report: Report) -> list[schema.Hand]:
    return [
        schema.Hand(
            session_id=report.session.pk,
            participant=report.timeline.numbers[hand.participant],
            raised_at=local(hand.raised_at),
            lowered_at=None if hand.is_up else local(hand.raised_at + hand.waited),
            up_seconds=hand.waited.total_seconds(),
            lowered_by=_lowered_by(hand),
        )
        for hand in report.hands.all
    ]


def _lowered_by(hand: RaisedHand) -> str:
    if hand.is_up:
        return words.STILL_UP
    return words.BY_TEACHER if hand.by_teacher else words.BY_STUDENT


def gaps(report: Report) -> list[schema.Gap]:
    if not report.session.had_camera:
        return []
    return [
        gap_row(report, gap, report.timeline.numbers[student.entry.id])
        for student in report.students
        for gap in student.gaps
    ]
