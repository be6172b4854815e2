"""Rows about the class as a whole."""

from collections import Counter
from datetime import timedelta
from typing import Any

from activities.models import Acknowledgement
from classroom.models import ClassSession, Mode
from classroom.models import Marker as TeachersMarker
from dashboards.aggregates.class_line import ClassNumber, Exactness, Numbers, exactness
from dashboards.aggregates.formula_versions import leading
from dashboards.report.parts import PULSE_STEP_SECONDS, Gap
from dashboards.report.report import Report
from emotion.vision.labels import EXPRESSIONS

from . import schema, words
from .clock import MINUTE, MINUTE_STEPS, Clock, local, local_or_none, minutes_of
from .words import english

NOTES = {
    Exactness.BLURRED: words.BLURRED,
    Exactness.COARSE: words.COARSE,
    Exactness.HIDDEN: words.TOO_FEW,
    Exactness.MISSING: words.NO_DATA,
}
# The fields of a row that stand for a class number.
NOTHING: dict[str, Any] = {
    "average": None,
    "average_low": None,
    "average_high": None,
    "students_with_data": None,
    "students_counted": None,
}


def rounded(share: float | None) -> float | None:
    """Six digits: a page's whole percent of it are those of the number itself."""
    return None if share is None else round(share, 6)


def session_row(report: Report, time_zone: str) -> schema.Session:
    session, hands = report.session, report.hands
    shows_class = session.teacher_sees_readings and not report.readings_expired
    return schema.Session(
        session_id=session.pk,
        title=session.title,
        course=session.course.name,
        mode=english(Mode(session.mode).label),
        notice=words.INVENTED if session.is_invented else words.NOT_FOR_GRADING,
        begins_at=local(session.begins_at),
        ends_at=None if session.closed_at is None else local(report.until),
        time_zone=time_zone,
        duration_seconds=round(report.duration.total_seconds()),
        students=report.joined,
        erased_students=session.erased_participants,
        questions=len(report.asked),
        typical_share_answered=rounded(report.typical_share_answered),
        most_lost=report.most_lost,
        most_lost_at=local_or_none(report.most_lost_at),
        hands=len(hands.all),
        typical_wait_seconds=hands.typical_wait.total_seconds() if hands.all else None,
        longest_wait_seconds=hands.longest_wait.total_seconds() if hands.all else None,
        with_camera=report.with_camera if session.had_camera else None,
        coverage=rounded(report.coverage) if shows_class else None,
        **_class_average(report),
        formula=", ".join(report.formulas),
        model=", ".join(sorted({made_by.recogniser for made_by in report.versions})),
        **_approval(session),
    )


def _class_average(report: Report) -> dict[str, Any]:
    if (why := why_nothing(report)) is not None:
        return {**NOTHING, "average_note": why}
    if report.whole is None:
        return {**NOTHING, "average_note": words.TWO_FORMULAS}
    return _of_number(report.whole)


def why_nothing(report: Report) -> str | None:
    """Why no number about expressions is shown of this session; empty where there was no camera."""
    if not report.session.had_camera:
        return ""
    if not report.session.teacher_sees_readings:
        return words.NOT_SHOWN
    return words.ERASED if report.readings_expired else None


def _of_number(number: ClassNumber) -> dict[str, Any]:
    return {
        "average": number.mean,
        "average_low": number.low,
        "average_high": number.high,
        "average_note": _note(number.exactness, number.measured, number.counted, number.low),
        "students_with_data": number.measured,
        "students_counted": number.counted,
    }


def _note(exact: Exactness, measured: int, counted: int, low: float | None) -> str:
    if exact is not Exactness.EXACT:
        return NOTES[exact]
    if counted < measured:
        return words.LEFT_OUT
    return words.NO_RANGE if low is None else ""


def _approval(session: ClassSession) -> dict[str, Any]:
    approval = session.confirmed_approval
    return {
        "approver": approval.approver if approval else "",
        "approval_document": approval.document if approval else "",
        "approved_from": approval.valid_from if approval else None,
        "approved_until": approval.valid_until if approval else None,
    }


def averages(report: Report) -> list[schema.Average]:
    """The class's number by each version of the formula, in the order of time."""
    if why_nothing(report) is not None:
        return []
    found = [(era.version, era.since, era.number) for era in report.eras]
    if report.whole is not None:
        found = [(version, report.session.begins_at, report.whole) for version in report.formulas]
    return [
        schema.Average(
            session_id=report.session.pk,
            participant=None,
            formula=version,
            begins_at=local(since),
            usual=None,
            **_of_number(number),
        )
        for version, since, number in found
    ]


def minutes(report: Report, clock: Clock) -> list[schema.Minute]:
    """Numbers of the class line are those of the published steps of ten seconds, put together."""
    in_class = Counter(minute for used in clock.uses.values() for minute in used)
    hands = _hands_up(report)
    points = {point["at"] // (MINUTE * 1000): point for point in report.timeline.points(MINUTE_STEPS)}
    made_by = leading(report.timeline.versions, MINUTE_STEPS)
    why = why_nothing(report)
    return [
        schema.Minute(
            session_id=report.session.pk,
            begins_at=begins_at,
            in_class=in_class[minute],
            lost=report.lost_by_minute[minute],
            hands=hands[minute],
            coverage=points[minute]["coverage"] if why is None else None,
            **_average_of_minute(points[minute], why),
            **_mix(points[minute] if why is None else None),
            formula=made_by.get(minute, "") if why is None else "",
        )
        for minute, begins_at in clock.begins.items()
    ]


def _average_of_minute(point: Numbers, why: str | None) -> dict[str, Any]:
    if why is not None:
        return {**NOTHING, "average_note": why}
    measured, counted, low = point["measured"], point["counted"], point.get("low")
    return {
        "average": point.get("mean"),
        "average_low": low,
        "average_high": point.get("high"),
        "average_note": _note(exactness(point), measured, counted, low),
        "students_with_data": measured,
        "students_counted": counted,
    }


def _mix(point: Numbers | None) -> dict[str, Any]:
    shares: list[Any] = (point and point.get("mix")) or [None] * len(EXPRESSIONS)
    return dict(zip(EXPRESSIONS, shares, strict=True))


def _hands_up(report: Report) -> Counter[int]:
    """How many students had a hand up in each minute."""
    up = {
        (minute, hand.participant)
        for hand in report.hands.all
        for minute in minutes_of(hand.raised_at, hand.raised_at + hand.waited)
    }
    return Counter(minute for minute, _participant in up)


def feedback(report: Report) -> list[schema.Feedback]:
    return [
        schema.Feedback(
            session_id=report.session.pk,
            begins_at=local(step.since),
            ends_at=local(min(step.since + timedelta(seconds=PULSE_STEP_SECONDS), report.until)),
            said=words.SAID[opinion],
            students=count,
        )
        for step in report.pulses
        for opinion, count in step.said.items()
    ]


def markers(report: Report) -> list[schema.Marker]:
    """Return markers and each "Got it" of the teacher, in the order of time."""
    rows = [*map(_marker, report.markers), *map(_got_it, report.acknowledgements)]
    return sorted(rows, key=lambda row: row.at)


def _marker(marker: TeachersMarker) -> schema.Marker:
    at = local(marker.at)
    return schema.Marker(
        session_id=marker.session_id, at=at, kind=words.MARKER, label=marker.label, lost=None
    )


def _got_it(said: Acknowledgement) -> schema.Marker:
    at = local(said.at)
    return schema.Marker(session_id=said.session_id, at=at, kind=words.GOT_IT, label="", lost=said.count)


def gaps(report: Report) -> list[schema.Gap]:
    if not report.session.had_camera:
        return []
    return [gap_row(report, gap, None) for gap in report.gaps]


def gap_row(report: Report, gap: Gap, participant: int | None) -> schema.Gap:
    return schema.Gap(
        session_id=report.session.pk,
        participant=participant,
        reason=words.reason(gap.reason),
        seconds=gap.time.total_seconds(),
        share=round(gap.share, 6),
    )
