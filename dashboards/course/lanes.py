"""Charts of a course: one column for each session, in the same place in every chart.

Places are percentages of the width, as text in plain digits, so that texts keep their size at any width
(docs/decisions/0110). Nothing is drawn between two sessions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.report.questions import AskedQuestion

from .answers import Series
from .overview import Row

# Pixels: of the part with the bars, and of the dates below it.
HEIGHT, DATES = 96, 22
# The share of a column that its bar takes.
BAR = 0.6
# So many dates fit beside each other on a phone.
MOST_DATES = 6


@dataclass(frozen=True)
class Column:
    """The place of a session."""

    row: Row
    x: str
    middle: str
    width: str
    # The others have their date in the table.
    has_date: bool


@dataclass(frozen=True)
class Bar:
    column: Column
    y: str
    height: str
    # What it stands for, as a number.
    count: int
    # The place of an answer among all answers: 1 is the first. 0 where there are none.
    step: int = 0
    label: str = ""


@dataclass(frozen=True)
class AnswerLane:
    series: Series
    bars: list[Bar]
    # Sessions in which it was asked, and too few answered to show what.
    hidden: list[Column]


@dataclass(frozen=True)
class Lanes:
    columns: list[Column]
    repeated: Sequence[Series]

    @classmethod
    def of(cls, rows: Sequence[Row], repeated: Sequence[Series]) -> "Lanes":
        share = 1 / max(len(rows), 1)
        every = -(-len(rows) // MOST_DATES)
        return cls(
            [
                Column(
                    row,
                    x=_percent((place + (1 - BAR) / 2) * share),
                    middle=_percent((place + 0.5) * share),
                    width=_percent(BAR * share),
                    has_date=place % max(every, 1) == 0,
                )
                for place, row in enumerate(rows)
            ],
            repeated,
        )

    @property
    def most_students(self) -> int:
        return max((column.row.figures.students for column in self.columns), default=0)

    @property
    def students(self) -> list[Bar]:
        return [self._of_students(column, column.row.figures.students) for column in self.columns]

    @property
    def lost(self) -> list[Bar]:
        """On the scale of the students: how many of them said that they were lost."""
        return [
            self._of_students(column, column.row.figures.lost)
            for column in self.columns
            if column.row.figures.lost
        ]

    def _of_students(self, column: Column, count: int) -> Bar:
        height = HEIGHT * count / max(self.most_students, 1)
        return Bar(column, _pixels(HEIGHT - height), _pixels(height), count)

    @property
    def coverage(self) -> list[Bar]:
        bars = []
        for column in self.columns:
            camera = column.row.figures.camera
            if camera and camera.coverage is not None:
                height = HEIGHT * camera.coverage
                bars.append(
                    Bar(column, _pixels(HEIGHT - height), _pixels(height), round(100 * camera.coverage))
                )
        return bars

    @property
    def answers(self) -> list[AnswerLane]:
        """Of each repeated question the shares of its answers, the first answer at the bottom."""
        return [self._answers(series, place) for place, series in enumerate(self.repeated)]

    def _answers(self, series: Series, place: int) -> AnswerLane:
        asked = [(column, column.row.asked[place]) for column in self.columns]
        given = [(column, one) for column, one in asked if one]
        return AnswerLane(
            series,
            bars=[bar for column, one in given for bar in _stacked(column, one)],
            hidden=[column for column, one in given if one.hidden],
        )


def _stacked(column: Column, asked: AskedQuestion) -> list[Bar]:
    total = sum(bar.count for bar in asked.bars)
    bars, below = [], 0
    for step, bar in enumerate(asked.bars, start=1):
        if bar.count:
            below += bar.count
            y, height = HEIGHT * (1 - below / total), HEIGHT * bar.count / total
            bars.append(Bar(column, _pixels(y), _pixels(height), bar.count, step, bar.label))
    return bars


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _pixels(value: float) -> str:
    return f"{value:.1f}"
