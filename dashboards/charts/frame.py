"""Where a chart's panels, ticks and labels stand, in pixels of a drawing."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.timezone import localtime

from .chart import Chart, Panel, Stretches, moment

# The widths of a page of A4 and of a phone.
WIDTH, NARROW = 720, 350
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 8, 24
# Room for the labels of stretches and the names of panels.
LABELS, TITLE, GAP = 20, 18, 8
MINUTE_MS = 60_000
# Minutes between labels of the time axis, and the room for each label.
TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 240)
LABEL_WIDTH = 70


class Place(NamedTuple):
    """The upper and the lower edge of a panel."""

    top: float
    bottom: float


@dataclass(frozen=True)
class Frame:
    chart: Chart
    places: dict[str, Place]
    # Below the last panel.
    bottom: float
    width: int = WIDTH

    @classmethod
    def of(cls, chart: Chart, *, width: int = WIDTH) -> "Frame":
        has_labels = any(isinstance(mark, Stretches) for mark in chart.marks)
        y = float(TOP + (LABELS if has_labels else 0))
        places = {}
        for panel in chart.panels:
            y += TITLE if panel.title else 0
            places[panel.key] = Place(y, y + panel.height)
            y += panel.height + GAP
        return cls(chart, places, y - GAP, width)

    @property
    def height(self) -> float:
        return self.bottom + BOTTOM

    @property
    def right(self) -> float:
        return self.width - RIGHT

    @property
    def top(self) -> float:
        """The top edge of the first panel with its name."""
        first = self.chart.panels[0]
        return self.places[first.key].top - (TITLE if first.title else 0)

    def x(self, at: float) -> float:
        share = (at - self.chart.begin) / max(self.chart.end - self.chart.begin, 1)
        return LEFT + min(max(share, 0), 1) * (self.right - LEFT)

    def y(self, panel: Panel, value: float) -> float:
        top, bottom = self.places[panel.key]
        return bottom - (value - panel.low) / (panel.high - panel.low) * (bottom - top)

    def panel(self, key: str) -> Panel:
        return next(panel for panel in self.chart.panels if panel.key == key)

    def ticks(self) -> list[float]:
        """Places with labels, or round times of the server's clock; the page writes them on the viewer's."""
        if self.chart.labels:
            return [at for at, _label in self.chart.labels]
        begin, end = self.chart.begin, self.chart.end
        minutes, most = (end - begin) / MINUTE_MS, self.width // LABEL_WIDTH
        every = MINUTE_MS * next((tick for tick in TICKS if minutes / tick <= most), TICKS[-1])
        offset = localtime(moment(begin)).utcoffset()
        shift = offset.total_seconds() * 1000 if offset else 0.0
        first = math.ceil((begin + shift) / every) * every - shift
        return [at for at in _steps(first, end, every) if LEFT + 10 <= self.x(at) <= self.right - 14]


def _steps(first: float, end: float, every: float) -> Iterable[float]:
    return (first + number * every for number in range(int((end - first) // every) + 1))
