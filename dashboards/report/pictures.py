"""From a report's numbers to its charts, and to the moments that stand out in them."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from classroom.models import Pulse
from dashboards.aggregates.class_history import COUNTED, ClassHistory, class_history
from dashboards.aggregates.roster import Period, RosterEntry
from dashboards.aggregates.trend import dips
from dashboards.charts.class_charts import ClassPoints
from dashboards.charts.lesson import Asked, Lesson, Step, milliseconds
from dashboards.times import to_datetime, to_milliseconds
from emotion.buckets import STEP_SECONDS, bucket_of

from .lost import lost_by_step
from .moments import Event, HandUp, LostStep, Moment, Seen, moments, question_event

if TYPE_CHECKING:
    from .report import Report
    from .speaking import RaisedHand

# Steps of the lesson's chart that a phone can show beside each other, and their shortest, in seconds.
MOST_STEPS, MINUTE = 120, 60


def history_of(
    roster: Iterable[RosterEntry],
    pulses: Iterable[Pulse],
    seen_lost: Sequence[float],
    hands: Iterable["RaisedHand"],
    begin: float,
    until: float,
) -> ClassHistory:
    """The counts that live pages showed, by the same rule."""
    up = [Period(hand.raised_at.timestamp(), (hand.raised_at + hand.waited).timestamp()) for hand in hands]
    return class_history(roster, pulses, seen_lost=seen_lost, hands=up, first=bucket_of(begin), until=until)


def lesson_steps(
    history: ClassHistory, lost: Sequence[Sequence[Period]], begin: float, until: float
) -> list[Step]:
    """The most of everything in each minute of the clock, or in longer steps of a long class."""
    size = MINUTE * max(1, math.ceil((until - begin) / MINUTE / MOST_STEPS))
    lost_in = lost_by_step(lost, size)
    steps = []
    for place in range(int(begin // size), math.ceil(until / size)):
        first, last = max(place * size, begin), min((place + 1) * size, until)
        counts = _most(history, bucket_of(first), bucket_of(last - 1)) | {"lost": lost_in[place]}
        steps.append(Step(to_milliseconds(first), to_milliseconds(last), counts))
    return steps


def _most(history: ClassHistory, first: int, last: int) -> dict[str, int]:
    """Return the largest value of each count in these buckets."""
    within = slice(max(first - history.first, 0), max(last - history.first + 1, 0))
    return {name: int(history.counts[name][within].max(initial=0)) for name in COUNTED}


def lesson_of(report: "Report") -> Lesson:
    begin, until = report.begin, report.timeline.until
    return Lesson(
        begin=to_milliseconds(begin),
        end=to_milliseconds(until),
        steps=lesson_steps(report.history, report.lost_periods, begin, until),
        questions=[
            Asked(
                str(one.number),
                one.question.text,
                milliseconds(one.question.opened_at),
                milliseconds(one.question.closed_at or to_datetime(until)),
            )
            for one in report.asked
        ],
        got_it=[milliseconds(seen.at) for seen in report.acknowledgements],
        markers=[milliseconds(marker.at) for marker in report.markers],
        moments=[(1000 * one.begin, 1000 * one.end, str(one.number)) for one in report.moments],
        average=class_points(report) if report.shows_numbers else None,
    )


def class_points(report: "Report") -> ClassPoints:
    chart = report.chart
    return ClassPoints(
        points=chart["points"],
        step=chart["step"] * 1000,
        begin=chart["from"],
        end=chart["now"],
        breaks=[formula["at"] for formula in chart["formulas"][1:]],
        markers=[marker["at"] for marker in chart["markers"]],
    )


def moments_of(report: "Report") -> list[Moment]:
    until = report.timeline.until
    questions = [question_event(one.number, one.question, until) for one in report.asked]
    markers = [_event(marker.at.timestamp(), _("Marker “%s”") % marker.label) for marker in report.markers]
    seen = [_event(one.at.timestamp(), _("Got it")) for one in report.acknowledgements]
    has_one_formula = len(report.timeline.eras) < 2
    return moments(
        Seen(
            lost=_lost_steps(report),
            questions=report.asked,
            hands=[
                HandUp(hand.raised_at.timestamp(), (hand.raised_at + hand.waited).timestamp())
                for hand in report.hands.all
            ],
            dips=dips(report.timeline.points(), until) if report.shows_numbers and has_one_formula else [],
            events=[*questions, *markers, *seen],
        )
    )


def _event(at: float, text: str) -> Event:
    return Event(at, at, text)


def _lost_steps(report: "Report") -> list[LostStep]:
    history = report.history
    per_minute = MINUTE // STEP_SECONDS
    return [
        LostStep(
            minute * MINUTE,
            (minute + 1) * MINUTE,
            count,
            _most(history, minute * per_minute, (minute + 1) * per_minute - 1)["present"],
        )
        for minute, count in sorted(report.lost_by_minute.items())
    ]
