"""One student's session as a strip: what the camera saw and why it saw nothing, with the own line over it.

There are hundreds of them on a page, so each is a few paths: one for each reason, one for each kind of line.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dashboards.aggregates.coverage import CAMERA_ON, ERASED, FROM_READINGS, MEASURED, PRESENT, REASONS
from emotion.vision.states import FaceState

from .svg import fill, stroke

# Of a drawing, whatever the length of the session.
WIDTH, HEIGHT = 1000, 40
# The camera is on, and its picture shows no expression.
NO_EXPRESSION = FROM_READINGS - {MEASURED, ERASED, FaceState.SEEN}


class Look(NamedTuple):
    """A colour, and where a bar begins below the upper edge: strips can be read without colours."""

    colour: str
    top: int = 32
    opacity: float = 1.0


LOOKS: Mapping[str, Look] = {
    MEASURED: Look("accent-soft", top=0),
    PRESENT: Look("series", top=10, opacity=0.6),
    CAMERA_ON: Look("class-only", top=22),
    **dict.fromkeys(NO_EXPRESSION, Look("no-expression")),
}
OTHER = Look("unmeasured")
# Reasons, and numbers of SVG.
Bars = Iterable[tuple[str, str, str]]


def strip(bars: Bars, lines: Iterable[str], thin_lines: Iterable[str], label: str) -> SafeString:
    """`bars` are reasons with x and width; lines have points. Numbers are plain digits."""
    by_reason = defaultdict(list)
    for reason, x, width in bars:
        by_reason[reason].append((x, width))
    parts = [_bars(reason, pieces) for reason, pieces in by_reason.items()]
    parts += [_line(thin_lines, "own-line own-line-thin"), _line(lines, "own-line")]
    head = f'class="session-strip" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img"'
    return mark_safe(f'<svg {head} aria-label="{escape(label)}">{"".join(parts)}</svg>')


def _bars(reason: str, pieces: Iterable[tuple[str, str]]) -> str:
    look = LOOKS.get(reason, OTHER)
    d = "".join(f"M{x} {look.top}h{width}V{HEIGHT}h-{width}z" for x, width in pieces)
    # Browsers show the title under the pointer.
    return f'<path d="{d}" {_filled(look)}><title>{escape(REASONS[reason])}</title></path>'


def _filled(look: Look) -> str:
    return fill(look.colour) + (f' fill-opacity="{look.opacity}"' if look.opacity < 1 else "")


def _line(pieces: Iterable[str], name: str) -> str:
    d = "".join(f"M{points}" for points in pieces)
    dash = ' stroke-dasharray="2 2"' if "thin" in name else ""
    width = "1" if dash else "2"
    look = f'fill="none" {stroke("series", name)} stroke-width="{width}"{dash}'
    return f'<path d="{d}" {look} vector-effect="non-scaling-stroke"/>' if d else ""


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
