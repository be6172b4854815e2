"""A chart as SVG, drawn on the server.

Its colours are presentation attributes, which a document, an e-mail or a copied picture shows. On a page,
rules of style sheets for the classes go before them and follow the theme (static/css/charts.css).
"""

from collections.abc import Iterable, Sequence
from functools import singledispatchmethod
from html import escape

from django.utils.safestring import SafeString, mark_safe

from config import locales

from .chart import XY, Chart, Hints, Labels, Line, Mark, Panel, Rules, Shape, Stretches, moment
from .colours import light
from .frame import LABELS, LEFT, WIDTH, Frame

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Arabic', sans-serif"
FONT_SIZE = 12
# The height of a legend's line inside a picture, the average width of a letter, and the colour's box.
LEGEND_LINE, LETTER, SWATCH = 20, 6.6, 20


def svg(chart: Chart, *, with_legend: bool = False, width: int = WIDTH) -> SafeString:
    """The drawing. With its legend it says alone what its colours mean.

    Without, the legend lies below what is shown of it: who copies the drawing shows it down to `data-height`.
    """
    drawing = _Drawing(Frame.of(chart, width=width))
    legend, whole = drawing.legend(drawing.frame.height)
    shown = whole if with_legend else drawing.frame.height
    narrow = " chart-narrow" if width < WIDTH else ""
    key = f"{chart.key}-{width}" if narrow else chart.key
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart{narrow}" viewBox="0 0 {width} {_n(shown)}" '
        f'data-height="{_n(whole)}" role="img" aria-labelledby="{key}-title {key}-about" '
        f'font-family="{FONT}" font-size="{FONT_SIZE}">'
        f'<title id="{key}-title">{escape(chart.title)}</title>'
        f'<desc id="{key}-about">{escape(chart.description)}</desc>'
    )
    # Everything but numbers is escaped where it is written.
    # Its texts keep their size where others grow, on a phone: larger ones would reach into the drawing.
    return mark_safe(f"{head}{''.join(drawing.parts())}<g>{''.join(legend)}</g></svg>")


class _Drawing:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def parts(self) -> list[str]:
        chart = self.frame.chart
        behind = [mark for mark in chart.marks if isinstance(mark, Stretches)]
        before = [mark for mark in chart.marks if not isinstance(mark, Stretches)]
        drawn = [part for mark in behind for part in self.draw(mark)]
        drawn += self._axes()
        drawn += [part for mark in before for part in self.draw(mark)]
        return drawn + [part for panel in chart.panels if panel.title for part in self._title(panel)]

    def _axes(self) -> list[str]:
        frame, parts = self.frame, []
        for panel in frame.chart.panels:
            bottom = frame.places[panel.key].bottom
            for value, label in panel.ticks:
                y = frame.y(panel, value)
                parts.append(_rule(LEFT, y, frame.right, y, "line"))
                parts.append(_text(LEFT - 6, y + 4, label, anchor="end"))
            parts.append(_rule(LEFT, bottom, frame.right, bottom, "line-strong"))
        return parts + self._labels()

    def _title(self, panel: Panel) -> list[str]:
        """Over a patch of the background: a marker at the begin would run through its letters."""
        y = self.frame.places[panel.key].top - 5
        patch = f'x="{LEFT}" y="{_n(y - 11)}" width="{_n(LETTER * len(panel.title) + 4)}" height="15"'
        return [f"<rect {patch} {fill('surface')}/>", _text(LEFT + 2, y, panel.title)]

    def _labels(self) -> list[str]:
        frame, y = self.frame, self.frame.bottom + 16
        if frame.chart.labels:
            return [_text(frame.x(at), y, label, anchor="middle") for at, label in frame.chart.labels]
        rules = [_rule(frame.x(at), frame.top, frame.x(at), frame.bottom, "line") for at in frame.ticks()]
        return rules + [time_label(frame.x(at), y, at) for at in frame.ticks()]

    @singledispatchmethod
    def draw(self, mark: Mark) -> Iterable[str]:
        raise TypeError(mark)

    @draw.register
    def _(self, mark: Shape) -> Iterable[str]:
        d = "".join(f"M{self._points(mark.panel, outline)}Z" for outline in mark.outlines)
        fade = f' fill-opacity="{mark.opacity}"' if mark.opacity < 1 else ""
        return [f'<path d="{d}" {fill(mark.colour)}{fade}/>'] if d else []

    @draw.register
    def _(self, mark: Line) -> Iterable[str]:
        parts = []
        for piece in mark.pieces:
            if len(piece) == 1:
                panel = self.frame.panel(mark.panel)
                x, y = self.frame.x(piece[0][0]), self.frame.y(panel, piece[0][1])
                parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3" {fill(mark.colour)}/>')
            else:
                parts.append(
                    f'<polyline points="{self._points(mark.panel, piece)}" fill="none" '
                    f'{stroke(mark.colour)} stroke-width="{mark.width}" stroke-linejoin="round"/>'
                )
        return parts

    @draw.register
    def _(self, mark: Labels) -> Iterable[str]:
        panel = self.frame.panel(mark.panel)
        for x, y, text in mark.texts:
            yield _text(self.frame.x(x), self.frame.y(panel, y) + 4, text, colour=mark.colour)

    @draw.register
    def _(self, mark: Rules) -> Iterable[str]:
        for at in mark.moments:
            x = self.frame.x(at)
            yield _rule(x, self.frame.top, x, self.frame.bottom, mark.colour, width=1.5, dash=mark.dash)

    @draw.register
    def _(self, mark: Stretches) -> Iterable[str]:
        top, bottom = self.frame.top, self.frame.bottom
        for begin, end, label in mark.periods:
            x, width = self.frame.x(begin), max(self.frame.x(end) - self.frame.x(begin), 4)
            yield (
                f'<rect x="{_n(x)}" y="{_n(top)}" width="{_n(width)}" height="{_n(bottom - top)}" '
                f'{fill(mark.colour)} fill-opacity="{mark.opacity}"/>'
            )
            middle, y = x + width / 2, top - LABELS / 2 + 1
            yield f'<circle cx="{_n(middle)}" cy="{_n(y)}" r="9" {fill(mark.colour)}/>'
            yield _text(middle, y + 4, label, anchor="middle", colour="surface", weight="bold")

    @draw.register
    def _(self, mark: Hints) -> Iterable[str]:
        return []

    def _points(self, key: str, points: Sequence[XY]) -> str:
        panel = self.frame.panel(key)
        return " ".join(f"{_n(self.frame.x(x))},{_n(self.frame.y(panel, y))}" for x, y in points)

    def legend(self, top: float) -> tuple[list[str], float]:
        """The legend's parts, and where they end."""
        parts, x, y = [], float(LEFT), top + LEGEND_LINE / 2
        for mark in self.frame.chart.legend:
            width = SWATCH + LETTER * len(mark.name) + 16
            if x > LEFT and x + width > self.frame.right:
                x, y = float(LEFT), y + LEGEND_LINE
            parts += [f'<g transform="translate({_n(x)} {_n(y - 9)})">{swatch(mark)}</g>']
            parts += [_text(x + SWATCH, y, mark.name, colour="ink")]
            x += width
        return parts, y + LEGEND_LINE / 2 if parts else top


def swatch(mark: Shape | Line | Rules | Stretches) -> str:
    """What a legend shows beside the name of a mark, 14 by 10 pixels."""
    if isinstance(mark, Line):
        return _rule(0, 5, 14, 5, mark.colour, width=mark.width)
    if isinstance(mark, Rules):
        return _rule(7, 0, 7, 10, mark.colour, width=1.5, dash="3 2" if mark.dash else "")
    fade = f' fill-opacity="{mark.opacity}"' if mark.opacity < 1 else ""
    return f'<rect width="14" height="10" rx="2" {fill(mark.colour)}{fade}/>'


def _n(value: float) -> str:
    """Plain digits, whatever the language."""
    return f"{value:.1f}".removesuffix(".0")


def fill(colour: str) -> str:
    return f'class="fill c-{colour}" fill="{light(colour)}"'


def stroke(colour: str, name: str = "") -> str:
    """Return the attributes of a stroke, with a class for rules of its own."""
    return f'class="{f"{name} " if name else ""}stroke c-{colour}" stroke="{light(colour)}"'


def _rule(
    x1: float, y1: float, x2: float, y2: float, colour: str, *, width: float = 1, dash: str = ""
) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
    return f'<line {ends} {stroke(colour)} stroke-width="{width}"{dashed}/>'


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", colour: str = "ink-soft", weight: str = ""
) -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}"{bold} {fill(colour)}>{escape(text)}</text>'


def time_label(x: float, y: float, at: float) -> str:
    text = escape(locales.minute_text(moment(at)))
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="middle" class="fill c-ink-soft chart-time" '
        f'fill="{light("ink-soft")}" data-time="minute" data-at="{moment(at).isoformat()}">{text}</text>'
    )
