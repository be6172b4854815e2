"""One participant's session as a picture: measured time, gaps, and the own line where it is shared."""

from collections.abc import Iterable
from dataclasses import dataclass

from emotion.buckets import STEP_SECONDS, Cell

from .coverage import MEASURED, REASONS, Account, main_gap

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
        cell = cells.get(bucket)
        reason = MEASURED if cell and cell.score is not None else main_gap(spent[bucket]) or MEASURED
        if found and found[-1].reason == reason and found[-1].last == bucket - 1:
            found[-1].last = bucket
        else:
            found.append(Run(reason, bucket, bucket))
    return found


def picture(spent: Account, cells: dict[int, Cell], *, first: int, last: int, shows_line: bool) -> dict:
    """Numbers for an SVG: x in 0..WIDTH over the session, y in 0..HEIGHT with the best score on top."""
    scale = WIDTH / (last - first + 1)
    bars = [
        {"x": _n((run.first - first) * scale), "width": _n((run.last - run.first + 1) * scale), "run": run}
        for run in runs(spent, cells)
    ]
    lines = [_polyline(piece, first, scale) for piece in _pieces(cells)] if shows_line else []
    return {"bars": bars, "lines": lines, "width": WIDTH, "height": HEIGHT}


def _pieces(cells: dict[int, Cell]) -> Iterable[list[tuple[int, float]]]:
    """The scores, cut wherever a bucket was not measured: a line over a gap would say something about it."""
    piece: list[tuple[int, float]] = []
    for bucket in sorted(bucket for bucket, cell in cells.items() if cell.score is not None):
        if piece and piece[-1][0] != bucket - 1:
            yield piece
            piece = []
        piece.append((bucket, cells[bucket].score))
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
