"""From the five landmarks of a face to an upright crop in FER2013's framing.

Points of the plane are complex numbers, x + iy. A similarity takes a point to turn * point + shift: turn is
its rotation and scale.
"""

from dataclasses import dataclass

import cv2
import numpy as np

# FER2013's own framing: where the five landmarks lie in its 48x48 images. Medians of its Training images as
# the detector sees them, less its error on pictures so small (python -m training framing), made symmetric.
FRAMING = np.array([[14.35, 18.25], [32.65, 18.25], [23.5, 27.9], [15.85, 36.2], [31.15, 36.2]])
FRAMING_SIDE = 48  # px

_MIDDLES = (np.arange(8) + 0.5) / 8
_GRID = _MIDDLES[None, :] + 1j * _MIDDLES[:, None]  # 8 x 8 points of a unit square, as x + iy


@dataclass(frozen=True)
class Similarity:
    """A rotation with a scale, and a translation after it."""

    turn: complex
    shift: complex

    @classmethod
    def between(cls, points: np.ndarray, targets: np.ndarray) -> "Similarity":
        """The similarity that brings (n, 2) points closest to their targets, in the sense of least squares.

        Umeyama 1991, equations 40 to 43, in two dimensions and without reflection.
        """
        z, w = points @ (1, 1j), targets @ (1, 1j)
        middle, goal = z.mean(), w.mean()
        z, w = z - middle, w - goal
        turn = complex(np.vdot(z, w) / np.vdot(z, z))
        return cls(turn, complex(goal - turn * middle))

    @classmethod
    def to_crop(cls, landmarks: np.ndarray, size: int) -> "Similarity":
        """The map from a picture with these landmarks, (5, 2) in px, to a (size, size) crop in FRAMING."""
        return cls.between(landmarks, (FRAMING + 0.5) * (size / FRAMING_SIDE) - 0.5)

    @property
    def matrix(self) -> np.ndarray:
        """The (2, 3) matrix that cv2.warpAffine takes."""
        turn, shift = self.turn, self.shift
        return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])

    def inverse(self, points: np.ndarray) -> np.ndarray:
        """The (n, 2) points that this map takes to the given ones."""
        before = (points @ (1, 1j) - self.shift) / self.turn
        return np.column_stack([before.real, before.imag])


def align(grey: np.ndarray, landmarks: np.ndarray, size: int) -> tuple[np.ndarray, float]:
    """The face of these landmarks, upright and in FER2013's framing.

    Returns (size, size) uint8 and the share of it, 0..1, that lies outside the picture; that share is filled
    with the nearest pixels of the picture's edge.
    """
    return _cut(grey, Similarity.to_crop(landmarks, size), size)


def align_below(
    grey: np.ndarray, landmarks: np.ndarray, size: int, *, scale: float, lower: float
) -> tuple[np.ndarray, float]:
    """Like ``align``, but shows more of what is below the face.

    The face is scaled by ``scale`` and moved up by ``lower`` pixels of the crop.
    """
    middle = (size - 1) / 2 * (1 + 1j)
    to_crop = Similarity.to_crop(landmarks, size)
    shift = scale * (to_crop.shift - middle) + middle - lower * 1j
    return _cut(grey, Similarity(scale * to_crop.turn, shift), size)


def _cut(grey: np.ndarray, to_crop: Similarity, size: int) -> tuple[np.ndarray, float]:
    turn, shift = to_crop.turn, to_crop.shift
    # Bilinear sampling skips pixels where a picture is shrunk to less than a half.
    while abs(turn) < 0.5 and min(grey.shape) > 1:
        grey = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        # x = 2 x' + 1/2, from pixel centre to pixel centre
        turn, shift = 2 * turn, shift + turn / 2 * (1 + 1j)
    matrix = Similarity(turn, shift).matrix
    crop = cv2.warpAffine(grey, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE)
    points = (_GRID * size - shift) / turn
    x, y = points.real, points.imag
    inside = (x > -0.5) & (y > -0.5) & (x < grey.shape[1] - 0.5) & (y < grey.shape[0] - 0.5)
    return crop, 1 - np.count_nonzero(inside) / inside.size


def shrunk(grey: np.ndarray, side: int) -> tuple[np.ndarray, float]:
    """The picture with no side longer than ``side``, and the scale, at most 1, that made it so."""
    scale = min(1.0, side / max(grey.shape))
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), scale


def resized(crop: np.ndarray, side: int) -> np.ndarray:
    """A square crop with this side, in pixels."""
    return crop if len(crop) == side else cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA)
