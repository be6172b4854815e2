"""One participant's session as a strip: measured time, gaps, and the own line where it is shared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dashboards.aggregates.coverage import (
    MEASURED,
    PRESENT,
    REASONS,
    Seconds,
    TimeUse,
    is_mostly_measured,
    main_gap,
)
from emotion.buckets import Cell

# The size of a drawing, whatever the length of the session.
WIDTH = 1000
HEIGHT = 40
ONLY_MEASURED = {MEASURED}


@dataclass(frozen=True)
class Run:
    """Buckets one after another with the same thing to say."""

    reason: str
    first: int
    last: int

    @property
    def label(self) -> str:
        return str(REASONS[self.reason])


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
    width: int = WIDTH
    height: int = HEIGHT

    @classmethod
    def of(
        cls, used: TimeUse, cells: Mapping[int, Cell], *, first: int, last: int, shows_line: bool
    ) -> "Strip":
        scale = WIDTH / (last - first + 1)
        bars = [
            Bar(run, _n((run.first - first) * scale), _n((run.last - run.first + 1) * scale))
            for run in runs(used, cells)
        ]
        whole, thin = _scores(used, cells) if shows_line else ({}, {})
        return cls(
            bars=bars,
            lines=[_polyline(piece, first, scale) for piece in _pieces(whole)],
            thin_lines=[_polyline(piece, first, scale) for piece in _pieces(thin)],
        )


def runs(used: TimeUse, cells: Mapping[int, Cell]) -> list[Run]:
    found: list[Run] = []
    for bucket in sorted(used):
        reason = _reason(used[bucket], cells.get(bucket))
        if found and found[-1].reason == reason and found[-1].last == bucket - 1:
            found[-1] = Run(reason, found[-1].first, bucket)
        else:
            found.append(Run(reason, bucket, bucket))
    return found


def _reason(seconds: Seconds, cell: Cell | None) -> str:
    has_score = cell is not None and cell.score is not None
    if has_score and (seconds.keys() == ONLY_MEASURED or is_mostly_measured(seconds)):
        return MEASURED
    return main_gap(seconds) or (PRESENT if PRESENT in seconds else MEASURED)


def _scores(used: TimeUse, cells: Mapping[int, Cell]) -> tuple[dict[int, float], dict[int, float]]:
    """By bucket: those of mostly measured ones, and those of the others."""
    whole: dict[int, float] = {}
    thin: dict[int, float] = {}
    for bucket, cell in cells.items():
        if cell.score is not None:
            kind = whole if is_mostly_measured(used.get(bucket, {})) else thin
            kind[bucket] = cell.score
    return whole, thin


def _pieces(scores: Mapping[int, float]) -> Iterator[list[tuple[int, float]]]:
    """The scores, cut wherever a bucket has none: a line over a gap would say something about it."""
    piece: list[tuple[int, float]] = []
    for bucket in sorted(scores):
        if piece and piece[-1][0] != bucket - 1:
            yield piece
            piece = []
        piece.append((bucket, scores[bucket]))
    if piece:
        yield piece


def _polyline(piece: list[tuple[int, float]], first: int, scale: float) -> str:
    """A single bucket becomes a dash of its own width."""
    ends: list[tuple[float, float]] = [(piece[0][0], piece[0][1])]
    ends += [(bucket + 0.5, score) for bucket, score in piece]
    ends.append((piece[-1][0] + 1, piece[-1][1]))
    return " ".join(f"{_n((x - first) * scale)},{_n((1 - y) * HEIGHT)}" for x, y in ends)


def _n(value: float) -> str:
    return f"{value:.2f}"
