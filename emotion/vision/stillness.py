"""Whether a picture stands still: a frozen camera, a photo, or a poster in a person's place.

Nobody holds their head still to a millimetre. So the face of a live person changes within seconds, and that
of a photo changes by the camera's noise and light alone. A picture is compared by a mosaic of the place where
the face was: at most 8 x 8 mean grey levels, so that noise averages out, with gain and offset fitted, so that
light and automatic exposure do not count.
"""

from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np

from .observation import Observation
from .reference import MOVED, SURELY_MOVED, Reference
from .states import FaceState

CELL_SIDE = 8  # px of the decoded picture: the noise of a dim webcam, 12 grey levels, shrinks to 1.5
FEWEST_CELLS, MOST_CELLS = 3, 8  # on each side of a mosaic
RANK = 3  # the third most changed cell counts: a single one may be a reflection
# A picture without a face is never called still, because its own state says more.
FACELESS = {FaceState.NONE, FaceState.TOO_DARK}


class StillnessTracker:
    """Compares each picture of one camera with those before it."""

    def __init__(self) -> None:
        self._reference: Reference | None = None

    def update(self, seen: Observation, at: float) -> Observation:
        """The observation, or a STILL one. ``at`` is when it was taken, in seconds of any clock."""
        seen, self._reference = check_stillness(seen, at, self._reference)
        return seen


def check_stillness(
    seen: Observation, at: float, reference: Reference | None
) -> tuple[Observation, Reference | None]:
    """The observation, or a STILL one, and the reference for the camera's next picture.

    at: when the picture was taken, in seconds of the reference's clock. An older picture than the reference
    changes nothing.
    """
    if seen.picture is None or (reference and at < reference.since):
        return seen, reference
    integral = cv2.integral(seen.picture, sdepth=cv2.CV_64F)
    if reference is None:
        return seen, _reference(seen, integral, at)
    change = _change(reference, integral)
    if change >= (MOVED if reference.is_doubtful else SURELY_MOVED):
        return seen, _reference(seen, integral, at)
    reference = reference.with_picture(change)
    if seen.state not in FACELESS and reference.is_still(at):
        seen = replace(seen, state=FaceState.STILL, crop=None, facing=None)
    return seen, reference


def _reference(seen: Observation, integral: np.ndarray, at: float) -> Reference | None:
    if seen.face is None:
        return None
    height, width = integral.shape[0] - 1, integral.shape[1] - 1
    x, y, wide, high = (seen.face.box / seen.enlargement / (width, height, width, height)).tolist()
    box = (x, y, wide, high)
    cells = _mosaic(integral, box)
    return None if cells is None else Reference(box, cells, at)


def _change(reference: Reference, integral: np.ndarray) -> float:
    """The change of the third most changed cell in grey levels, once gain and offset are fitted."""
    cells = _mosaic(integral, reference.box, side=len(reference.cells))
    if cells is None:
        return SURELY_MOVED
    before, now = _about_mean(reference.cells), _about_mean(cells)
    power = float(now @ now)
    gain = float(now @ before) / power if power > 0 else 0.0
    residual = np.abs(before - gain * now)
    residual.partition(residual.size - RANK)
    return float(residual[-RANK])


def _about_mean(cells: np.ndarray) -> np.ndarray:
    """The difference of each cell from the mean of all cells, (n * n,)."""
    return np.asarray(cells.ravel() - np.add.reduce(cells, axis=None) / cells.size)


def _mosaic(
    integral: np.ndarray, box: tuple[float, float, float, float], *, side: int | None = None
) -> np.ndarray | None:
    """(n, n) float32 mean grey levels inside the box, or None where it leaves too little of the picture.

    `integral`, (H + 1, W + 1), is the integral image of the picture. Two mosaics of one picture share it, and
    it costs a third of what shrinking the face costs.
    """
    height, width = integral.shape[0] - 1, integral.shape[1] - 1
    left, top = max(0, round(box[0] * width)), max(0, round(box[1] * height))
    right = min(width, round((box[0] + box[2]) * width))
    bottom = min(height, round((box[1] + box[3]) * height))
    smaller = min(right - left, bottom - top)
    if smaller < FEWEST_CELLS:
        return None
    n = side or min(MOST_CELLS, max(FEWEST_CELLS, smaller // CELL_SIDE))
    down, across = _edges(bottom - top, n), _edges(right - left, n)
    sums = _at(_at(integral, top, down).T, left, across).T
    cells = np.diff(np.diff(sums, axis=0), axis=1)
    return np.asarray(cells * (n * n / ((bottom - top) * (right - left))), np.float32)


@lru_cache(maxsize=1024)
def _edges(length: int, cells: int) -> tuple[np.ndarray, np.ndarray]:
    """The borders of equal cells along a side: (cells + 1,) whole pixels, and (cells + 1, 1) fractions."""
    borders = np.arange(cells + 1) * (length / cells)
    whole = np.minimum(borders.astype(int), length - 1)
    return whole, (borders - whole)[:, None]


def _at(sums: np.ndarray, start: int, edges: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """The sums at these edges, interpolated where an edge lies between two rows."""
    whole, share = edges
    before, after = sums.take(start + whole, 0), sums.take(start + whole + 1, 0)
    return np.asarray(before + share * (after - before))
