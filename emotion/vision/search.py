"""Finds the faces of a grey picture, also those of tilted heads, with the landmarks of each."""

import cmath
import math
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np

from .detector import MIN_SCORE, Face, FaceDetector
from .geometry import FRAMING, Similarity, shrunk

# The longer side that the detector sees. 160 px are fast and enough for a face at a desk, but without colour
# the detector misses faces under 25 px. If it finds none as wide as NEAR, it looks again at 320 px, for four
# times the cost.
SEARCH_SIDES = (160, 320)
NEAR = 40
# The detector's landmarks show only a quarter to a third of a head's tilt. So a face that looks tilted is
# turned back by three times that and looked at again, at most three times. What looks like three degrees is
# about ten, a tilt that FER2013's own faces have and the network has learned.
TILTED = math.radians(3)
TILT_SHARE = 3
MAX_TURNS = 3
TURNED_WIDTH, TURNED_SIDE = 72, 128  # px of the face and of the square around it
# Of heads that are tilted by 40 degrees, as when they rest on a hand, the detector misses half, and some of
# the others get the landmarks of an upright head. But their scores are lower: the median is 0.90 for upright
# faces and 0.80 for a tilt of 25 degrees. So below SURE_SCORE the smallest picture is turned to either side
# and looked at again, and the higher score counts. Bottles and shelves then score up to 0.68.
SURE_SCORE = 0.88
TILTS = (math.radians(-30), math.radians(30))
TILTED_SCORE = 0.75
# A picture may also be upside down or lie on its left or right side.
SIDEWAYS = (math.radians(180), math.radians(90), math.radians(-90))


class FaceSearch:
    """Finds faces in grey pictures, (H, W) uint8. Faces are in pixels of that picture."""

    def __init__(self, *, min_score: float = MIN_SCORE) -> None:
        self._detector = FaceDetector(min_score=min_score)

    def find(self, grey: np.ndarray) -> list[Face]:
        """All faces, tilted by up to some 40 degrees to either side; the widest first."""
        faces = self.find_level(grey)
        if not faces or max(faces, key=lambda face: face.width).score < SURE_SCORE:
            faces = self._with_tilted(grey, faces)
        return sorted(faces, key=lambda face: face.width, reverse=True)

    def find_level(self, grey: np.ndarray) -> list[Face]:
        """The faces that the detector sees without turning the picture, in no order."""
        faces, scale = [], 1.0
        for side in SEARCH_SIDES:
            small, scale = shrunk(grey, side)
            faces = self._detector.detect(small)
            if any(face.width >= NEAR for face in faces):
                break
        return [face.scaled(1 / scale) for face in faces]

    def find_sideways(self, grey: np.ndarray) -> Iterator[Face]:
        """The surest face on each other side of the picture, where it is sure to be one, set upright."""
        for side in SIDEWAYS:
            for face in self._find_turned(grey, side)[:1]:
                if face.score >= TILTED_SCORE:
                    yield self.upright(grey, face)

    def upright(self, grey: np.ndarray, face: Face) -> Face:
        """The face with its landmarks as the detector sees them once the face is turned upright."""
        turned = face.tilt
        for _ in range(MAX_TURNS):
            tilt = cmath.phase(Similarity.between(FRAMING, face.landmarks).turn) - turned
            # A face that was found in the turned picture has landmarks of the smallest picture only.
            is_coarse = face.tilt and turned == face.tilt
            if abs(tilt) < TILTED and not is_coarse:
                break
            turned += TILT_SHARE * tilt
            landmarks = self._landmarks_turned(grey, face, turned)
            if landmarks is None:
                break
            face = replace(face, landmarks=landmarks)
        return face

    def _with_tilted(self, grey: np.ndarray, faces: list[Face]) -> list[Face]:
        """The faces and those that are found, or found with a better score, once the picture is turned."""
        for tilt in TILTS:
            for face in self._find_turned(grey, tilt):
                others = [other for other in faces if not _overlap(face, other)]
                scores = [other.score for other in faces if _overlap(face, other)]
                if face.score >= max([TILTED_SCORE, *scores]):
                    faces = [*others, face]
        return faces

    def _find_turned(self, grey: np.ndarray, tilt: float) -> list[Face]:
        """Faces in the smallest picture once it is turned back by ``tilt`` radians, the surest first."""
        small, scale = shrunk(grey, SEARCH_SIDES[0])
        rows, cols = small.shape
        size = (cols, rows) if abs(tilt) < math.pi / 4 else (max(small.shape),) * 2
        turn = cmath.exp(-1j * tilt)
        shift = complex(size[0] - 1, size[1] - 1) / 2 - turn * complex(cols - 1, rows - 1) / 2
        to_turned = Similarity(turn, shift)
        turned = cv2.warpAffine(small, to_turned.matrix, size, borderMode=cv2.BORDER_REPLICATE)
        faces = (_turned_back(face, to_turned) for face in self._detector.detect(turned))
        return [replace(face.scaled(1 / scale), tilt=tilt) for face in faces]

    def _landmarks_turned(self, grey: np.ndarray, face: Face, angle: float) -> np.ndarray | None:
        """(5, 2) landmarks as detected in a square around the face, turned back by ``angle`` radians."""
        turn = TURNED_WIDTH / face.width * cmath.exp(-1j * angle)
        middle = complex(*(face.box[:2] + face.box[2:] / 2))
        to_square = Similarity(turn, (TURNED_SIDE - 1) / 2 * (1 + 1j) - turn * middle)
        size = (TURNED_SIDE, TURNED_SIDE)
        square = cv2.warpAffine(grey, to_square.matrix, size, borderMode=cv2.BORDER_REPLICATE)
        found = self._detector.detect(square)
        return to_square.inverse(found[0].landmarks) if found else None


def _overlap(face: Face, other: Face) -> bool:
    """Whether the middle of one lies in the box of the other."""
    apart = np.abs((face.box[:2] + face.box[2:] / 2) - (other.box[:2] + other.box[2:] / 2))
    return bool((apart < np.maximum(face.box[2:], other.box[2:]) / 2).all())


def _turned_back(face: Face, to_turned: Similarity) -> Face:
    """The face where it was before its picture was turned, in an upright box of the same size."""
    half = face.box[2:] / 2
    *landmarks, middle = to_turned.inverse(np.vstack([face.landmarks, face.box[:2] + half]))
    return replace(face, box=np.concatenate([middle - half, face.box[2:]]), landmarks=np.array(landmarks))
