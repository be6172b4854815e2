"""Crops as the worker would cut them, and also those of faces with a lower score than it requires."""

import cmath
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from emotion.vision.detector import MIN_SCORE
from emotion.vision.geometry import FRAMING, Similarity, align
from emotion.vision.search import FaceSearch

FRAME = 320  # px, the width of a student's picture
# Half of the score that the worker requires of a face.
LOW_THRESHOLD = 0.25
SIDE = 48


@dataclass(frozen=True)
class Cut:
    """One crop, and how sure the detector was of it."""

    crop: np.ndarray
    """(48, 48) uint8."""
    score: float
    landmarks: np.ndarray
    """(5, 2) in the picture."""


class Cutter:
    """The worker's search and alignment, without its checks of light, pose and fitness."""

    def __init__(self, *, low_threshold: bool = False) -> None:
        """Cuts doubtful faces as well if there is a ``low_threshold``."""
        self._search = FaceSearch(min_score=LOW_THRESHOLD if low_threshold else MIN_SCORE)

    def cuts(self, grey: np.ndarray) -> list[Cut]:
        """The crops of all faces found, the widest first."""
        upright = [self._search.upright(grey, face) for face in self._search.find(grey)]
        return [Cut(align(grey, face.landmarks, SIDE)[0], face.score, face.landmarks) for face in upright]


def fitted(grey: np.ndarray, width: int = FRAME) -> np.ndarray:
    scale = width / max(grey.shape)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how)


def pictures_in(folder: Path) -> Iterator[tuple[Path, np.ndarray]]:
    """Every picture that OpenCV can read, grey; transparent pixels are shown on a grey ground."""
    for path in sorted(folder.rglob("*")):
        picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED) if path.is_file() else None
        if picture is not None:
            yield path, _grey(picture)


def _grey(picture: np.ndarray) -> np.ndarray:
    if picture.dtype != np.uint8:
        picture = (picture / 257).astype(np.uint8)
    if picture.ndim == 2:
        return picture
    grey = cv2.cvtColor(picture[..., :3], cv2.COLOR_BGR2GRAY)
    if picture.shape[2] == 4:
        opaque = picture[..., 3] / 255
        grey = np.rint(grey * opaque + 200 * (1 - opaque)).astype(np.uint8)
    return grey


def turned_frame(grey: np.ndarray, degrees: float, *, mirrored: bool) -> tuple[np.ndarray, complex, complex]:
    """The picture turned about its middle in a frame that holds all of it, and (turn, shift) of its points.

    With ``mirrored`` it is mirrored first.
    """
    if mirrored:
        grey = grey[:, ::-1]
    turn = cmath.exp(1j * math.radians(degrees))
    rows, cols = grey.shape
    wide = math.ceil(abs(turn.real) * cols + abs(turn.imag) * rows)
    high = math.ceil(abs(turn.imag) * cols + abs(turn.real) * rows)
    shift = complex(wide - 1, high - 1) / 2 - turn * complex(cols - 1, rows - 1) / 2
    frame = cv2.warpAffine(
        grey, Similarity(turn, shift).matrix, (wide, high), borderMode=cv2.BORDER_REPLICATE
    )
    return frame, turn, shift


@dataclass(frozen=True)
class Place:
    """The place of the true face in a crop, against where it should be."""

    degrees: float
    """By how much it is turned, -180..180."""
    scale: float
    """1 where it is as large as it should be."""
    offset: float
    """The distance of its middle from where it should be, in px of 48."""


def place_of(cut: Cut, truth: np.ndarray) -> Place:
    """``truth``: (5, 2) the face's real landmarks in the picture; left and right as when upright."""
    to_crop = Similarity.to_crop(cut.landmarks, SIDE)
    moved = to_crop.turn * (truth @ (1, 1j)) + to_crop.shift
    real = Similarity.between(FRAMING, np.column_stack([moved.real, moved.imag]))
    aim = FRAMING.mean(axis=0) @ (1, 1j)
    offset = abs(real.turn * aim + real.shift - aim)
    return Place(math.degrees(cmath.phase(real.turn)), abs(real.turn), offset)
