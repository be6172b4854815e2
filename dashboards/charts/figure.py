"""A chart as a figure for Plotly: the shapes, colours and gaps of its SVG, and numbers under the pointer.

A script replaces the theme's colours and writes times on the viewer's clock (static/js/report/figures.js). A
figure with `colours.light` is complete without it.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import singledispatchmethod
from typing import Any

from config import locales

from .chart import XY, Chart, Hints, Labels, Line, Mark, Rules, Shape, Stretches, moment
from .colours import of_theme
from .frame import BOTTOM, LEFT, RIGHT, Frame
from .svg import FONT

Figure = Mapping[str, Any]


def figure(chart: Chart, colour: Callable[[str], str] = of_theme) -> Figure:
    """{"data": [...], "layout": {...}} for Plotly.newPlot."""
    return _Plot(Frame.of(chart), colour).figure()


class _Plot:
    def __init__(self, frame: Frame, colour: Callable[[str], str]) -> None:
        self.frame, self.colour = frame, colour
        self.axes = {panel.key: number for number, panel in enumerate(frame.chart.panels, start=1)}

    def figure(self) -> Figure:
        chart, frame, colour = self.frame.chart, self.frame, self.colour
        shapes, notes = self._shapes()
        return {
            "data": [trace for mark in chart.marks for trace in self.traces(mark)],
            "layout": {
                "height": round(frame.height),
                "margin": {"l": LEFT, "r": RIGHT, "t": round(frame.top), "b": BOTTOM},
                "paper_bgcolor": "rgba(0,0,0,0)",
                "plot_bgcolor": "rgba(0,0,0,0)",
                "font": {"color": colour("ink"), "family": FONT, "size": 12},
                "showlegend": False,
                # For scripts: whether the axis is of time.
                "meta": {"has_times": not chart.labels},
                "hovermode": "x",
                "dragmode": False,
                "hoverlabel": {
                    "bgcolor": colour("surface"),
                    "bordercolor": colour("line"),
                    "font": {"color": colour("ink")},
                },
                "shapes": shapes,
                "annotations": notes,
                "xaxis": self._time_axis(),
                **{_axis("yaxis", number): self._value_axis(key) for key, number in self.axes.items()},
            },
        }

    def _time_axis(self) -> Figure:
        chart, line = self.frame.chart, self.colour("line")
        ticks = self.frame.ticks()
        return {
            "type": "linear",
            "range": [chart.begin, chart.end],
            "tickmode": "array",
            "tickvals": ticks,
            "ticktext": [label for _, label in chart.labels]
            or [locales.minute_text(moment(at)) for at in ticks],
            "anchor": _axis("y", len(self.axes)),
            "fixedrange": True,
            "gridcolor": line,
            "showgrid": not chart.labels,
            # Below the 0 of the value axis, which the first label would run into on a phone.
            "ticks": "outside",
            "ticklen": 5,
            "tickcolor": "rgba(0,0,0,0)",
            "zeroline": False,
        }

    def _value_axis(self, key: str) -> Figure:
        panel, (top, bottom) = self.frame.panel(key), self.frame.places[key]
        height = self.frame.bottom - self.frame.top
        return {
            "range": [panel.low, panel.high],
            "domain": [(self.frame.bottom - bottom) / height, (self.frame.bottom - top) / height],
            "tickmode": "array",
            "tickvals": [value for value, _ in panel.ticks],
            "ticktext": [label for _, label in panel.ticks],
            # Otherwise the label of the largest value goes where no panel has a name above it.
            "ticklabeloverflow": "allow",
            "fixedrange": True,
            "gridcolor": self.colour("line"),
            "zeroline": False,
        }

    def _shapes(self) -> tuple[list[Figure], list[Figure]]:
        """What goes through all panels, and labels: (shapes, annotations)."""
        shapes: list[Figure] = []
        notes = [self._panel_title(key) for key in self.axes if self.frame.panel(key).title]
        for mark in self.frame.chart.marks:
            if isinstance(mark, Rules):
                shapes += [self._rule(mark, at) for at in mark.moments]
            elif isinstance(mark, Stretches):
                shapes += [self._stretch(mark, begin, end) for begin, end, _ in mark.periods]
                notes += [self._stretch_label(mark, period) for period in mark.periods]
        return shapes, notes

    def _rule(self, mark: Rules, at: float) -> Figure:
        line = {"color": self.colour(mark.colour), "width": 1.5, "dash": "dash" if mark.dash else "solid"}
        return {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}

    def _stretch(self, mark: Stretches, begin: float, end: float) -> Figure:
        where = {"type": "rect", "x0": begin, "x1": end, "yref": "paper", "y0": 0, "y1": 1}
        fill = {"fillcolor": self.colour(mark.colour), "opacity": mark.opacity}
        return {**where, **fill, "line": {"width": 0}, "layer": "below"}

    def _stretch_label(self, mark: Stretches, period: tuple[float, float, str]) -> Figure:
        begin, end, text = period
        return {
            "x": (begin + end) / 2,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "text": text,
            "showarrow": False,
            "bgcolor": self.colour(mark.colour),
            "borderpad": 3,
            "font": {"color": self.colour("surface"), "size": 12, "weight": 700},
        }

    def _panel_title(self, key: str) -> Figure:
        top = self.frame.places[key].top
        height = self.frame.bottom - self.frame.top
        return {
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": (self.frame.bottom - top) / height,
            "yref": "paper",
            "yanchor": "bottom",
            "text": _plain(self.frame.panel(key).title),
            "showarrow": False,
            # A marker at the begin would run through its letters.
            "bgcolor": self.colour("surface"),
            "font": {"color": self.colour("ink-soft"), "size": 12},
        }

    @singledispatchmethod
    def traces(self, mark: Mark) -> Iterable[Figure]:
        return []

    @traces.register
    def _(self, mark: Shape) -> Iterable[Figure]:
        closed = [[*outline, outline[0]] for outline in mark.outlines if outline]
        style = {"fill": "toself", "line": {"width": 0}, "fillcolor": self.colour(mark.colour)}
        return [{**self._lines(mark.panel, closed), **style, "opacity": mark.opacity, "name": mark.name}]

    @traces.register
    def _(self, mark: Line) -> Iterable[Figure]:
        style = {"color": self.colour(mark.colour), "width": mark.width}
        yield {**self._lines(mark.panel, mark.pieces), "line": style, "name": mark.name}
        alone = [piece[0] for piece in mark.pieces if len(piece) == 1]
        if alone:
            dots = {"mode": "markers", "marker": {"size": 6, "color": style["color"]}}
            yield {**self._lines(mark.panel, [alone]), **dots}

    @traces.register
    def _(self, mark: Labels) -> Iterable[Figure]:
        x, y, texts = zip(*mark.texts, strict=True) if mark.texts else ((), (), ())
        font = {"color": self.colour(mark.colour), "size": 12}
        where = {"x": list(x), "y": list(y), "text": list(texts), "textposition": "middle right"}
        yield {**self._lines(mark.panel, []), **where, "mode": "text", "textfont": font}

    @traces.register
    def _(self, mark: Hints) -> Iterable[Figure]:
        yield {
            "type": "scatter",
            "mode": "markers",
            "marker": {"opacity": 0},
            "x": [x for x, _, _ in mark.points],
            "y": [y for _, y, _ in mark.points],
            "yaxis": _axis("y", self.axes[mark.panel]),
            "customdata": [_plain(text) for _, _, text in mark.points],
            "hovertemplate": "%{customdata}<extra></extra>",
        }

    def _lines(self, panel: str, pieces: Iterable[Iterable[XY]]) -> dict[str, Any]:
        """A trace of pieces with gaps between them."""
        corners: list[XY | tuple[None, None]] = []
        for piece in pieces:
            corners += [*piece, (None, None)]
        return {
            "type": "scatter",
            "mode": "lines",
            "x": [x for x, _ in corners[:-1]],
            "y": [y for _, y in corners[:-1]],
            "yaxis": _axis("y", self.axes[panel]),
            "hoverinfo": "skip",
        }


def _axis(name: str, number: int) -> str:
    return name if number == 1 else f"{name}{number}"


def _plain(text: str) -> str:
    """Plotly reads some tags in its texts."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
