"""What charts are made of: shapes, lines and texts in panels that stand above each other on one axis.

The axis is of time, in milliseconds since 1970, or of places that have labels. A gap in the numbers is a gap
in the drawing: no line or area crosses it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from dashboards.times import to_datetime

XY = tuple[float, float]
Row = Sequence[object]


@dataclass(frozen=True)
class Panel:
    """A value axis. Its height is in pixels of the drawing."""

    key: str
    height: int
    low: float
    high: float
    # Values with their labels.
    ticks: tuple[tuple[float, str], ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Shape:
    """Closed outlines, filled with one colour."""

    panel: str
    outlines: list[list[XY]]
    colour: str
    name: str = ""
    opacity: float = 1.0


@dataclass(frozen=True)
class Line:
    """Pieces with gaps between them. One of a single point is drawn as a dot."""

    panel: str
    pieces: list[list[XY]]
    colour: str
    name: str = ""
    width: float = 2.5


@dataclass(frozen=True)
class Labels:
    """Short texts that stand in a panel, such as the number of a question."""

    panel: str
    texts: list[tuple[float, float, str]]
    colour: str = "ink-soft"


@dataclass(frozen=True)
class Rules:
    """Upright lines through all panels."""

    moments: list[float]
    colour: str
    name: str = ""
    dash: str = "4 3"


@dataclass(frozen=True)
class Stretches:
    """Stretches of time that are shaded through all panels, each with its label above them."""

    periods: list[tuple[float, float, str]]
    colour: str
    name: str = ""
    opacity: float = 0.14


@dataclass(frozen=True)
class Hints:
    """What a figure says under the pointer: moments with a value and a text, to which it adds the time."""

    panel: str
    points: list[tuple[float, float, str]]


Mark = Shape | Line | Labels | Rules | Stretches | Hints


@dataclass(frozen=True)
class Table:
    """A chart's numbers, to read. A cell that is a datetime is a time of day."""

    head: list[str]
    rows: Sequence[Row] = ()


@dataclass(frozen=True)
class Chart:
    # Names its parts on a page, and its picture.
    key: str
    title: str
    description: str
    begin: float
    end: float
    panels: tuple[Panel, ...]
    marks: tuple[Mark, ...]
    table: Table
    # What a reader has to know of these numbers, such as that they are blurred or that there are none.
    note: str = ""
    # Places with their labels. Empty: the axis is of time.
    labels: tuple[tuple[float, str], ...] = ()

    @property
    def legend(self) -> list[Shape | Line | Rules | Stretches]:
        """The marks that have a name."""
        kinds = (Shape, Line, Rules, Stretches)
        return [mark for mark in self.marks if isinstance(mark, kinds) and mark.name]


def pieces(values: Iterable[tuple[float, float | None]], breaks: Iterable[float] = ()) -> list[list[XY]]:
    """Points one after another, cut where a value is missing and at `breaks`."""
    found: list[list[XY]] = []
    last, cuts, is_new = None, sorted(breaks), True
    for x, value in values:
        crossed = last is not None and any(last < cut <= x for cut in cuts)
        if value is None:
            is_new = True
        else:
            if is_new or crossed:
                found.append([])
            found[-1].append((x, value))
            is_new = False
        last = x
    return found


def band(
    edges: Iterable[tuple[float, float | None, float | None]], step: float, breaks: Iterable[float] = ()
) -> list[list[XY]]:
    """The outline of each stretch that has both edges: the lower one forwards, the upper one backwards. One
    of a single step is as wide as it lasts."""
    edges = list(edges)
    high_at = {x: high for x, _low, high in edges}
    outlines = []
    for piece in pieces(((x, low if high_at[x] is not None else None) for x, low, _ in edges), breaks):
        shifts = (-step / 2, step / 2) if len(piece) == 1 else (0.0,)
        lower = [(x + shift, low) for x, low in piece for shift in shifts]
        upper = [(x + shift, high_at[x] or 0.0) for x, _low in piece for shift in shifts]
        outlines.append(lower + upper[::-1])
    return outlines


def stairs(steps: Iterable[tuple[float, float, float, float]]) -> list[list[XY]]:
    """Areas with upright sides, of steps (begin, end, low, high). One of no height is a gap."""
    outlines = []
    for run in _runs([step for step in steps if step[3] != step[2]]):
        upper = [corner for begin, end, _low, high in run for corner in ((begin, high), (end, high))]
        lower = [corner for begin, end, low, _high in run for corner in ((begin, low), (end, low))]
        outlines.append(_without_repeats(upper) + _without_repeats(lower[::-1]))
    return outlines


def _runs(
    steps: Sequence[tuple[float, float, float, float]],
) -> Iterator[list[tuple[float, float, float, float]]]:
    run = list(steps[:1])
    for before, step in pairwise(steps):
        if before[1] != step[0]:
            yield run
            run = []
        run.append(step)
    if run:
        yield run


def _without_repeats(corners: Sequence[XY]) -> list[XY]:
    """Corners between two others on the same height say nothing."""
    kept = list(corners[:1])
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        if not before[1] == corner[1] == after[1]:
            kept.append(corner)
    return kept + list(corners[-1:])


def moment(at: float) -> datetime:
    return to_datetime(at / 1000)
