"""One participant's session as a strip: what the camera saw, why it saw nothing, and the own line over it.

There are hundreds of them on a page, so each is a few paths of whole numbers: one for each reason, one for
each kind of line.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dashboards.aggregates.coverage import CAMERA_ON, ERASED, FROM_READINGS, MEASURED, PRESENT, REASONS
from emotion.vision.states import FaceState

from .chart import Chart, Table
from .frame import BOTTOM, LEFT, RIGHT, Frame
from .svg import fill, stroke, time_label

# About as wide, whatever the length of the session: WeasyPrint scales the strokes of lines. The height is in
# percent.
WIDTH, HEIGHT = 1000, 100
# Of the strips in a picture of all of them (static/js/report/strips.js).
IN_PICTURE = 532
# The camera is on, and its picture shows no expression.
NO_EXPRESSION = FROM_READINGS - {MEASURED, ERASED, FaceState.SEEN}


class Look(NamedTuple):
    """A colour, and where a bar begins below the upper edge: strips can be read without colours."""

    colour: str
    top: int = 80
    opacity: float = 1.0


LOOKS: Mapping[str, Look] = {
    MEASURED: Look("accent-soft", top=0),
    PRESENT: Look("series", top=25, opacity=0.6),
    CAMERA_ON: Look("class-only", top=55),
    **dict.fromkeys(NO_EXPRESSION, Look("no-expression")),
}
OTHER = Look("unmeasured")


class Bar(NamedTuple):
    """Steps one after another for one reason, counted from the first of the session."""

    reason: str
    first: int
    steps: int


class Line(NamedTuple):
    """Scores of steps one after another in percent, counted from the first of the session."""

    first: int
    percents: list[int]


def strip(
    bars: Iterable[Bar], lines: Iterable[Line], thin_lines: Iterable[Line], *, steps: int, label: str
) -> SafeString:
    # Of a step, in whose middle a point of a line stands.
    width = 2 * max(round(WIDTH / 2 / steps), 1)
    by_reason = defaultdict(list)
    for bar in bars:
        by_reason[bar.reason].append(bar)
    parts = [_bars(reason, own, width) for reason, own in by_reason.items()]
    parts += [_path(thin_lines, width, "own-line own-line-thin"), _path(lines, width, "own-line")]
    head = f'viewBox="0 0 {width * steps} {HEIGHT}" preserveAspectRatio="none" role="img"'
    return mark_safe(f'<svg class="session-strip" {head} aria-label="{escape(label)}">{"".join(parts)}</svg>')


def _bars(reason: str, bars: Iterable[Bar], width: int) -> str:
    look = LOOKS.get(reason, OTHER)
    sides = ((width * bar.first, width * bar.steps) for bar in bars)
    d = "".join(f"M{x} {look.top}h{length}V{HEIGHT}h-{length}z" for x, length in sides)
    # Browsers show the title under the pointer.
    return f'<path d="{d}" {_filled(look)}><title>{escape(REASONS[reason])}</title></path>'


def _filled(look: Look) -> str:
    return fill(look.colour) + (f' fill-opacity="{look.opacity}"' if look.opacity < 1 else "")


def _path(lines: Iterable[Line], width: int, name: str) -> str:
    d = "".join(_line(line, width) for line in lines)
    dash = ' stroke-dasharray="2 2"' if "thin" in name else ""
    look = f'fill="none" {stroke("series", name)} stroke-width="{1 if dash else 2}"{dash}'
    return f'<path d="{d}" {look} vector-effect="non-scaling-stroke"/>' if d else ""


def _line(line: Line, width: int) -> str:
    """From the beginning of its first step to the end of its last: a single step is a dash of its width."""
    ways = _ways(width)
    way = " ".join([ways[after - before] for before, after in pairwise(line.percents)])
    begin = f"M{width * line.first} {HEIGHT - line.percents[0]}"
    return f"{begin}h{width // 2}l{way}h{width // 2}" if way else f"{begin}h{width}"


@lru_cache(maxsize=100)
def _ways(width: int) -> Mapping[int, str]:
    """The way to the next point, by how far it rises. A sign needs no space before it."""
    return {
        rise: f"{width}{-rise}" if rise > 0 else f"{width} {-rise}" for rise in range(-HEIGHT, HEIGHT + 1)
    }


def time_axis(begin: float, end: float) -> SafeString:
    """The times below all strips of a picture, from `begin` to `end` in milliseconds since 1970."""
    chart = Chart("strips", "", "", begin, end, panels=(), marks=(), table=Table([]))
    frame = Frame(chart, {}, bottom=0, width=LEFT + IN_PICTURE + RIGHT)
    labels = "".join(time_label(frame.x(at) - LEFT, BOTTOM - 8, at) for at in frame.ticks())
    # The first and the last label are wider than the room beside their times.
    size = f'width="{IN_PICTURE}" height="{BOTTOM}" overflow="visible"'
    return mark_safe(f'<svg viewBox="0 0 {IN_PICTURE} {BOTTOM}" {size}>{labels}</svg>')


def swatch(name: str) -> SafeString:
    """What a legend shows of a reason, of a line (own, thin), or of nothing (absent), 14 by 10 pixels."""
    if name in ("own", "thin"):
        dash = ' stroke-dasharray="2 2"' if name == "thin" else ""
        width = "1" if dash else "2"
        drawn = f'<path d="M0 5h14" {stroke("series")} stroke-width="{width}"{dash}/>'
    elif name == "absent":
        drawn = f'<rect x=".5" y=".5" width="13" height="9" fill="none" {stroke("line-strong")}/>'
    else:
        look = LOOKS.get(name, OTHER)
        top = look.top * 10 / HEIGHT
        drawn = f'<rect y="{top}" width="14" height="{10 - top}" {_filled(look)}/>'
    head = '<svg class="chart-swatch" viewBox="0 0 14 10" width="14" height="10" aria-hidden="true">'
    return mark_safe(f"{head}{drawn}</svg>")
