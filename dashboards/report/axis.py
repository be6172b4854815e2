"""What was asked and said over a session, on one time axis: a drawing that needs no script.

Places are percentages of the width, as text in plain digits, so that the drawing's text keeps its size on a
phone and on paper. Time runs from left to right in every language.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.models import Acknowledgement, Question
from classroom.models import Marker, Pulse
from dashboards.aggregates.roster import RosterEntry
from dashboards.times import to_datetime

from .lost import lost_by_step, lost_periods
from .speaking import RaisedHand

# Bars that a phone can show beside each other.
MOST_BARS = 120
STEP = 60
# Between labels of the axis, in minutes, and how many of them fit.
TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 240)
MOST_TICKS = 7
# Pixels, of each lane with the space below it.
LOST_HEIGHT = 72
LOST_LANE, QUESTION_LANE, HAND_LANE, MARKER_LANE = 84, 36, 20, 40
TICK_LANE = 20


@dataclass(frozen=True)
class LostBar:
    since: datetime
    count: int
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True)
class Span:
    """Something that lasted: a question that was open, a hand that was up."""

    x: str
    width: str
    label: str


@dataclass(frozen=True)
class Mark:
    """A moment: "Got it", a marker, a label of the axis."""

    at: datetime
    x: str
    label: str = ""


@dataclass(frozen=True)
class Axis:
    lost: list[LostBar]
    most_lost: int
    lost_step: timedelta
    got_it: list[Mark]
    questions: list[Span]
    hands: list[Span]
    markers: list[Mark]
    ticks: list[Mark]
    acknowledgements: list[Acknowledgement]

    @property
    def is_empty(self) -> bool:
        return self.ticks_y == 0

    # Where each lane begins. One without anything in it takes no space.

    @property
    def questions_y(self) -> int:
        return LOST_LANE if self.lost or self.got_it else 0

    @property
    def hands_y(self) -> int:
        return self.questions_y + (QUESTION_LANE if self.questions else 0)

    @property
    def markers_y(self) -> int:
        return self.hands_y + (HAND_LANE if self.hands else 0)

    @property
    def ticks_y(self) -> int:
        return self.markers_y + (MARKER_LANE if self.markers else 0)

    @property
    def height(self) -> int:
        return self.ticks_y + TICK_LANE


@dataclass(frozen=True)
class Scale:
    begin: float
    end: float

    def x(self, moment: float) -> str:
        return f"{100 * self.share(moment):.2f}%"

    def width(self, begin: float, end: float) -> str:
        # As wide as can be seen, however short.
        return f"{max(100 * (self.share(end) - self.share(begin)), 0.3):.2f}%"

    def share(self, moment: float) -> float:
        return (min(max(moment, self.begin), self.end) - self.begin) / max(self.end - self.begin, 1.0)


def axis(
    begin: float,
    until: float,
    *,
    roster: Sequence[RosterEntry],
    pulses: Iterable[Pulse],
    acknowledgements: Sequence[Acknowledgement],
    questions: Iterable[tuple[str, Question]],
    hands: Iterable[RaisedHand],
    markers: Iterable[Marker],
) -> Axis:
    scale = Scale(begin, until)
    step = STEP * math.ceil((until - begin) / STEP / MOST_BARS) or STEP
    said = [one.at.timestamp() for one in acknowledgements]
    lost = lost_by_step(lost_periods(pulses, said, roster, until), step)
    return Axis(
        lost=[
            _lost_bar(scale, place, count, step, max(lost.values())) for place, count in sorted(lost.items())
        ],
        most_lost=max(lost.values(), default=0),
        lost_step=timedelta(seconds=step),
        got_it=[_mark(scale, one.at, str(one.count)) for one in acknowledgements],
        questions=[_span(scale, one.opened_at, one.closed_at, number) for number, one in questions],
        hands=[_span(scale, hand.raised_at, hand.raised_at + hand.waited, hand.name) for hand in hands],
        markers=[_mark(scale, one.at, str(number)) for number, one in enumerate(markers, start=1)],
        ticks=_ticks(scale),
        acknowledgements=list(acknowledgements),
    )


def _lost_bar(scale: Scale, place: int, count: int, step: float, most: int) -> LostBar:
    since = place * step
    height = LOST_HEIGHT * count / most
    return LostBar(
        since=to_datetime(since),
        count=count,
        x=scale.x(since),
        width=scale.width(since, since + step),
        y=f"{LOST_HEIGHT - height:.1f}",
        height=f"{height:.1f}",
    )


def _span(scale: Scale, begin: datetime, end: datetime | None, label: str) -> Span:
    start = begin.timestamp()
    stop = end.timestamp() if end else scale.end
    return Span(scale.x(start), scale.width(start, stop), label)


def _mark(scale: Scale, at: datetime, label: str = "") -> Mark:
    return Mark(at, scale.x(at.timestamp()), label)


def _ticks(scale: Scale) -> list[Mark]:
    """Round times of the clock, none so near to an end that its text would be cut off."""
    minutes = (scale.end - scale.begin) / 60
    every = 60 * next((tick for tick in TICKS if minutes / tick <= MOST_TICKS), TICKS[-1])
    first = math.ceil(scale.begin / every) * every
    moments = range(int(first), int(scale.end) + 1, every)
    return [_mark(scale, to_datetime(at)) for at in moments if 0.04 <= scale.share(at) <= 0.96]
