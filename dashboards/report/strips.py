"""One participant's session as a strip: measured time, gaps, and the own line where it is shared."""

from dataclasses import dataclass

import numpy as np

from dashboards.aggregates.arrays import Floats, Ints
from dashboards.aggregates.coverage import MEASURED, PRESENT
from dashboards.aggregates.own_cells import OwnCells
from dashboards.aggregates.time_table import BY_COLUMN, COLUMN_OF, NO_GAP, TimeUse, main_gaps, mostly_measured
from dashboards.charts.strips import Bar, Line


@dataclass(frozen=True)
class Strip:
    # How many the session has.
    steps: int
    bars: list[Bar]
    # Of buckets that were mostly measured, and of the others.
    lines: list[Line]
    thin_lines: list[Line]

    @classmethod
    def of(cls, used: TimeUse, cells: OwnCells, *, first: int, last: int, shows_line: bool) -> "Strip":
        lines, thin_lines = _lines(used, cells, first) if shows_line else ([], [])
        bars = _bars(used, cells, first)
        return cls(steps=last - first + 1, bars=bars, lines=lines, thin_lines=thin_lines)


def _bars(used: TimeUse, cells: OwnCells, first: int) -> list[Bar]:
    """Buckets one after another with the same thing to say."""
    buckets, seconds = used.known()
    if not len(buckets):
        return []
    reasons = _reasons(seconds, buckets, cells)
    cuts = np.flatnonzero((np.diff(reasons) != 0) | (np.diff(buckets) != 1)) + 1
    begins = np.append(0, cuts)
    steps = np.diff(begins, append=len(buckets))
    names, begin = reasons[begins].tolist(), (buckets[begins] - first).tolist()
    return [Bar(BY_COLUMN[name], *bar) for name, *bar in zip(names, begin, steps.tolist(), strict=True)]


def _reasons(seconds: Floats, buckets: Ints, cells: OwnCells) -> Ints:
    """The column (T,) of the reason that each bucket is drawn with."""
    gaps = main_gaps(seconds)
    is_present = seconds[:, COLUMN_OF[PRESENT]] > 0
    without_gap = np.where(is_present, COLUMN_OF[PRESENT], COLUMN_OF[MEASURED])
    is_measured = ~np.isnan(cells.scores_at(buckets)) & mostly_measured(seconds)
    return np.where(is_measured, COLUMN_OF[MEASURED], np.where(gaps == NO_GAP, without_gap, gaps))


def _lines(used: TimeUse, cells: OwnCells, first: int) -> tuple[list[Line], list[Line]]:
    """Return the lines of the buckets that were mostly measured, and those of the others."""
    scored = cells.scored
    if not len(scored):
        return [], []
    begin = int(scored.buckets[0])
    seconds = used.within(begin, int(scored.buckets[-1]) - begin + 1)[scored.buckets - begin]
    whole = mostly_measured(seconds)
    steps, percents = scored.buckets - first, np.rint(100 * scored.scores).astype(int)
    return _cut(steps[whole], percents[whole]), _cut(steps[~whole], percents[~whole])


def _cut(steps: Ints, percents: Ints) -> list[Line]:
    """Cut wherever a bucket has no score: a line over a gap would say something about it."""
    if not len(steps):
        return []
    begins = np.append(0, np.flatnonzero(np.diff(steps) != 1) + 1).tolist()
    firsts, values = steps[begins].tolist(), percents.tolist()
    ends = [*begins[1:], len(values)]
    return [Line(first, values[begin:end]) for first, begin, end in zip(firsts, begins, ends, strict=True)]
