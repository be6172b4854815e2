"""One participant's session as a strip: measured time, gaps, and the own line where it is shared."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dashboards.aggregates.arrays import Floats, Ints
from dashboards.aggregates.coverage import MEASURED, PRESENT
from dashboards.aggregates.own_cells import OwnCells
from dashboards.aggregates.time_table import BY_COLUMN, COLUMN_OF, NO_GAP, TimeUse, main_gaps, mostly_measured
from dashboards.charts.strips import HEIGHT, WIDTH


@dataclass(frozen=True)
class Run:
    """Buckets one after another with the same thing to say."""

    reason: str
    first: int
    last: int


@dataclass(frozen=True)
class Bar:
    run: Run
    x: str
    width: str


@dataclass(frozen=True)
class Strip:
    """Numbers for an SVG: x in 0..WIDTH over the session, y in 0..HEIGHT with the best score on top.

    They are text in plain digits: a localised template would write a comma into the drawing.
    """

    bars: list[Bar]
    # Points of polylines: of buckets that were mostly measured, and of the others.
    lines: list[str]
    thin_lines: list[str]

    @classmethod
    def of(cls, used: TimeUse, cells: OwnCells, *, first: int, last: int, shows_line: bool) -> "Strip":
        scale = WIDTH / (last - first + 1)
        bars = [
            Bar(run, _n((run.first - first) * scale), _n((run.last - run.first + 1) * scale))
            for run in runs(used, cells)
        ]
        lines, thin_lines = _lines(used, cells, first, scale) if shows_line else ([], [])
        return cls(bars=bars, lines=lines, thin_lines=thin_lines)


def runs(used: TimeUse, cells: OwnCells) -> list[Run]:
    buckets, seconds = used.known()
    if not len(buckets):
        return []
    reasons = _reasons(seconds, buckets, cells)
    ends = np.append(np.flatnonzero((np.diff(reasons) != 0) | (np.diff(buckets) != 1)), len(buckets) - 1)
    begins = np.append(0, ends[:-1] + 1)
    names, first, last = reasons[begins].tolist(), buckets[begins].tolist(), buckets[ends].tolist()
    return [Run(BY_COLUMN[name], begin, end) for name, begin, end in zip(names, first, last, strict=True)]


def _reasons(seconds: Floats, buckets: Ints, cells: OwnCells) -> Ints:
    """The column (T,) of the reason that each bucket is drawn with."""
    gaps = main_gaps(seconds)
    is_present = seconds[:, COLUMN_OF[PRESENT]] > 0
    without_gap = np.where(is_present, COLUMN_OF[PRESENT], COLUMN_OF[MEASURED])
    is_measured = ~np.isnan(cells.scores_at(buckets)) & mostly_measured(seconds)
    return np.where(is_measured, COLUMN_OF[MEASURED], np.where(gaps == NO_GAP, without_gap, gaps))


def _lines(used: TimeUse, cells: OwnCells, first: int, scale: float) -> tuple[list[str], list[str]]:
    """Of buckets that were mostly measured, and of the others."""
    scored = cells.scored
    if not len(scored):
        return [], []
    begin = int(scored.buckets[0])
    seconds = used.within(begin, int(scored.buckets[-1]) - begin + 1)[scored.buckets - begin]
    whole = mostly_measured(seconds)
    lines, thin_lines = (
        [_polyline(x, y, first, scale) for x, y in _pieces(scored.buckets[kind], scored.scores[kind])]
        for kind in (whole, ~whole)
    )
    return lines, thin_lines


def _pieces(buckets: Ints, scores: Floats) -> Iterator[tuple[Ints, Floats]]:
    """The scores, cut wherever a bucket has none: a line over a gap would say something about it."""
    cuts = np.flatnonzero(np.diff(buckets) != 1) + 1
    if len(buckets):
        yield from zip(np.split(buckets, cuts), np.split(scores, cuts), strict=True)


def _polyline(buckets: Ints, scores: Floats, first: int, scale: float) -> str:
    """A single bucket becomes a dash of its own width."""
    x = np.concatenate([buckets[:1], buckets + 0.5, buckets[-1:] + 1])
    y = np.concatenate([scores[:1], scores, scores[-1:]])
    points = np.stack([(x - first) * scale, (1 - y) * HEIGHT], axis=1)
    # One format for all: a report has a hundred thousand of them.
    return " ".join(["%.2f,%.2f"] * len(points)) % tuple(points.ravel().tolist())


def _n(value: float) -> str:
    return f"{value:.2f}"
