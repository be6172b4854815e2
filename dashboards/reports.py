"""The session report, from the database alone."""

from collections import Counter
from datetime import datetime, timedelta

from classroom.models import ClassSession, Pulse
from emotion.labels import EXPRESSIONS
from emotion.models import FrameTally, Reading

from . import coverage, model_facts, pulses, strips
from .baselines import baselines
from .seats import Seat
from .summaries import class_now
from .buckets import Cell, bucket_start
from .timeline import Timeline

PULSE_STEP = timedelta(minutes=5)


def report(session: ClassSession, now: datetime) -> dict:
    timeline = Timeline.of_class(session, now)
    return {
        "session": session,
        "until": timeline.until,
        "duration": timeline.until - session.opened_at,
        "attendance": len(timeline.seats),
        "with_camera": sum(_ever_on(seat) for seat in timeline.seats),
        "whole": timeline.whole_class(),
        "covered": coverage.share_measured(timeline.spent),
        "gaps": gap_rows(timeline.spent),
        "students": [student(timeline, seat) for seat in timeline.seats],
        "baselines": baselines(timeline.seats) if timeline.shows_readings else {},
        "markers": list(session.markers.all()),
        "pulses": pulse_rows(session),
        "chart": chart(timeline),
        "tally": FrameTally.objects.filter(session=session).first(),
        "versions": versions(session),
        "card": model_facts.card(),
        "readings_expired": session.opened_at.timestamp() < timeline.erased_before,
    }


def chart(timeline: Timeline) -> dict:
    """The class line with its band, coverage, mix and markers: drawn by the page, and its table too."""
    line = timeline.class_line(timeline.merge)
    spent = coverage.spent_by_class(timeline.accounts.values())
    covered: dict[int, Counter] = {}
    for bucket, seconds in spent.items():
        covered.setdefault(bucket // timeline.merge, Counter()).update(seconds)
    return {
        "step": line.step,
        "expressions": EXPRESSIONS,
        "markers": [
            {"at": round(marker.at.timestamp() * 1000), "label": marker.label}
            for marker in timeline.session.markers.all()
        ],
        "points": [
            {**point, "coverage": coverage.share_measured(covered.get(line.first + index, Counter()))}
            for index, point in enumerate(line.points)
        ],
    }


def student(timeline: Timeline, seat: Seat) -> dict:
    """One participant's row. Scores and the line only of those who share them."""
    spent, own = timeline.accounts[seat.id], timeline.cells_of(seat)
    seconds = coverage.total(spent)
    shares = timeline.shows_readings and seat.shares_own_line
    return {
        "seat": seat,
        "present": timedelta(seconds=round(sum(seconds.values()))),
        "covered": coverage.share_measured(seconds) if timeline.shows_readings else None,
        "gaps": gap_rows(seconds),
        "picture": strips.picture(spent, own, first=timeline.first, last=timeline.last, shows_line=shares),
        "mean": mean_score(own) if shares else None,
    }


def mean_score(cells: dict[int, Cell]) -> float | None:
    """A student's own mean over all their readings."""
    seen = sum(cell.faces["seen"] for cell in cells.values() if cell.score is not None)
    return sum(cell.score * cell.faces["seen"] for cell in cells.values() if cell.score is not None) / seen if seen else None


def gap_rows(seconds: Counter) -> list[dict]:
    """The reasons for what was not measured, longest first."""
    possible = sum(seconds.values())
    gaps = [(spent, reason) for reason, spent in seconds.items() if reason != coverage.MEASURED and spent >= 0.5]
    return [
        {"reason": reason, "label": coverage.REASONS[reason], "time": timedelta(seconds=round(spent)), "share": spent / possible}
        for spent, reason in sorted(gaps, reverse=True)
    ]


def pulse_rows(session: ClassSession) -> list[dict]:
    """What students said, in steps of five minutes: of each student the newest word of a kind."""
    steps: dict[int, list[Pulse]] = {}
    for pulse in pulses.pulses_since(session, session.opened_at):
        steps.setdefault((pulse.at - session.opened_at) // PULSE_STEP, []).append(pulse)
    return [
        {"from": session.opened_at + step * PULSE_STEP, "said": pulses.voices(steps[step])} for step in sorted(steps)
    ]


def versions(session: ClassSession) -> list[dict]:
    """Which model and which formula made the readings."""
    made = Reading.objects.filter(session=session).order_by()
    return list(made.values("recogniser_version", "engagement_version").distinct())


def _ever_on(seat: Seat) -> bool:
    return any(state == "measuring" for _, state in seat.states)
