"""One participant's session as a picture: measured time, gaps, and the own line where it is shared."""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboards.aggregates.coverage import MEASURED, REASONS, Account, Seconds, is_mostly_measured, main_gap
from emotion.buckets import STEP_SECONDS, Cell

WIDTH = 1000  # of the picture, whatever the length of the session
HEIGHT = 40


@dataclass
class Run:
    """Consecutive buckets with the same thing to say."""

    reason: str
    first: int
    last: int

    @property
    def seconds(self) -> int:
        return (self.last - self.first + 1) * STEP_SECONDS

    @property
    def label(self) -> str:
        return str(REASONS[self.reason])


def runs(spent: Account, cells: dict[int, Cell]) -> list[Run]:
    found: list[Run] = []
    for bucket in sorted(spent):
        reason = _reason(spent[bucket], cells.get(bucket))
        if found and found[-1].reason == reason and found[-1].last == bucket - 1:
            found[-1].last = bucket
        else:
            found.append(Run(reason, bucket, bucket))
    return found


def _reason(seconds: Seconds, cell: Cell | None) -> str:
    has_score = cell is not None and cell.score is not None
    if has_score and is_mostly_measured(seconds):
        return MEASURED
    return main_gap(seconds) or MEASURED


def picture(spent: Account, cells: dict[int, Cell], *, first: int, last: int, shows_line: bool) -> dict:
    """Numbers for an SVG: x in 0..WIDTH over the session, y in 0..HEIGHT with the best score on top."""
    scale = WIDTH / (last - first + 1)
    bars = [
        {"x": _n((run.first - first) * scale), "width": _n((run.last - run.first + 1) * scale), "run": run}
        for run in runs(spent, cells)
    ]
    whole, thin = _scores(spent, cells) if shows_line else ({}, {})
    return {
        "bars": bars,
        "lines": [_polyline(piece, first, scale) for piece in _pieces(whole)],
        "thin_lines": [_polyline(piece, first, scale) for piece in _pieces(thin)],
        "width": WIDTH,
        "height": HEIGHT,
    }


def _scores(spent: Account, cells: dict[int, Cell]) -> tuple[dict[int, float], dict[int, float]]:
    """By bucket: those of mostly measured ones, and those of the others."""
    whole, thin = {}, {}
    for bucket, cell in cells.items():
        if cell.score is not None:
            kind = whole if is_mostly_measured(spent.get(bucket, {})) else thin
            kind[bucket] = cell.score
    return whole, thin


def _pieces(scores: dict[int, float]) -> Iterable[list[tuple[int, float]]]:
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
    ends = [(piece[0][0], piece[0][1]), *((bucket + 0.5, score) for bucket, score in piece)]
    ends.append((piece[-1][0] + 1, piece[-1][1]))
    return " ".join(f"{_n((x - first) * scale)},{_n((1 - y) * HEIGHT)}" for x, y in ends)


def _n(value: float) -> str:
    """Plain digits: a localised template would write a comma into the picture."""
    return f"{value:.2f}"
