"""Crops of heads that are lowered by a known angle, cut as the worker would cut them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from emotion.vision.geometry import align
from emotion.vision.pixels import decode_grey
from emotion.vision.search import FaceSearch
from training.data.dataset import BadFile
from training.data.video import jpeg
from training.fit.lowered.mesh import (
    CHEEKS,
    CHIN,
    FOREHEAD,
    SIDE,
    SURE,
    FaceMesh,
    head_pitch,
    in_picture,
    to_crop,
)
from training.fit.lowered.turning import Turn, turned

CROP = 48
# The longest side of a photograph, and the shape of a frame that a student's page sends, px.
LARGEST, FRAME = 480, (240, 320)
FACE_WIDTHS = (48, 105)  # px of the frame
# The face of a photograph must be as wide (px) and may be turned as far (degrees, by the mesh).
LEAST_WIDTH, MOST_YAW = 55, 28
PITCHES = (-62, 35)  # degrees
# Of the data set's crops every second one is taken, and of those above this pitch (degrees) a third: lowered
# heads are few.
EVERY, LOWERED_BELOW, KEPT = 2, -25, 0.35
# The share of the mesh's crop that a crop of the data set fills.
CROP_SHARE = 0.8

# A crop (48, 48) uint8, its pitch in degrees, and whether the computer turned the head.
Sample = tuple[np.ndarray, float, bool]


@dataclass(frozen=True)
class Samples:
    """N crops with their pitch and origin."""

    crops: np.ndarray
    """(N, 48, 48) uint8."""
    pitch: np.ndarray
    """(N,) degrees, negative down."""
    photograph: np.ndarray
    """(N,) the number of the photograph that each crop is from."""
    is_photograph: np.ndarray
    """(N,) bool: the head was not turned by the computer."""

    def save(self, path: Path) -> None:
        np.savez_compressed(path, **vars(self))

    @classmethod
    def load(cls, path: Path) -> "Samples":
        with np.load(path) as arrays:
            return cls(**arrays)


def make_samples(pictures: Path, package: Path, *, seed: int = 0) -> Samples:
    """Samples of a folder of photographs: two turned heads of each, and of every third also the photograph.

    Raises BadFile where no photograph is of use.
    """
    maker, found = SampleMaker(package, seed), []
    for number, path in enumerate(tqdm(sorted(pictures.rglob("*")), desc="heads", disable=None, leave=False)):
        grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if grey is not None:
            found += [(*sample, number) for sample in maker.samples_of(grey, with_photograph=number % 3 == 0)]
    if not found:
        raise BadFile(f"{pictures} holds no picture of a face.")
    crops, pitch, is_turned, photograph = (np.array(column) for column in zip(*found, strict=True))
    return Samples(crops, pitch, photograph, ~is_turned)


def samples_of_faces(faces: np.ndarray, package: Path, *, seed: int = 0) -> Samples:
    """Samples of faces (N, 48, 48) uint8 of a data set, with the pitch that the mesh sees."""
    mesh, random = FaceMesh(package), np.random.default_rng(seed)
    faces = faces[::EVERY]
    pitch, sure = np.zeros(len(faces)), np.zeros(len(faces), bool)
    for start in tqdm(range(0, len(faces), 32), desc="faces", disable=None, leave=False):
        part = slice(start, start + 32)
        points, flags = mesh.points(np.stack([_with_room(face) for face in faces[part]]))
        pitch[part], sure[part] = [head_pitch(one) for one in points], flags > SURE
    chosen = sure & ((pitch < LOWERED_BELOW) | (random.random(len(faces)) < KEPT))
    number = np.flatnonzero(chosen)
    return Samples(faces[chosen], pitch[chosen], number, np.ones(len(number), bool))


def _with_room(face: np.ndarray) -> np.ndarray:
    inside = round(CROP_SHARE * SIDE)
    before, after = (SIDE - inside) // 2, SIDE - inside - (SIDE - inside) // 2
    large = cv2.resize(face, (inside, inside), interpolation=cv2.INTER_CUBIC)
    return cv2.copyMakeBorder(large, before, after, before, after, cv2.BORDER_REPLICATE)


def joined(*parts: Samples) -> Samples:
    return Samples(
        *(np.concatenate(arrays) for arrays in zip(*(vars(part).values() for part in parts), strict=True))
    )


class SampleMaker:
    """Makes samples of photographs; the same seed makes the same ones."""

    def __init__(self, package: Path, seed: int) -> None:
        self._mesh, self._search = FaceMesh(package), FaceSearch()
        self._random = np.random.default_rng(seed)

    def samples_of(self, grey: np.ndarray, *, with_photograph: bool) -> Iterator[Sample]:
        """Yields (crop, pitch in degrees, whether it was turned) for each sample of one photograph."""
        scale = min(1, LARGEST / max(grey.shape))
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        points = self._points(grey)
        if points is None:
            return
        pitch = head_pitch(points)
        frame, points = self._framed(grey, points)
        if with_photograph and (crop := self._crop(frame, points)) is not None:
            yield crop, pitch, False
        for turn in self._turns():
            if PITCHES[0] < pitch + turn.pitch < PITCHES[1]:
                crop = self._crop(turned(frame, points, turn), points)
                if crop is not None:
                    yield crop, pitch + turn.pitch, True

    def _points(self, grey: np.ndarray) -> np.ndarray | None:
        """The mesh (468, 3) in the picture, if its face is large and frontal enough."""
        face = max(self._search.find_level(grey), key=lambda face: face.width, default=None)
        if face is None or face.width < LEAST_WIDTH:
            return None
        way = to_crop(face)
        points, flags = self._mesh.points(
            cv2.warpAffine(grey, way, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)[None]
        )
        points = in_picture(points[0], way)
        away = points[CHEEKS[1]] - points[CHEEKS[0]]
        yaw = np.degrees(np.arctan2(abs(away[2]), np.hypot(*away[:2])))
        return points if flags[0] > SURE and yaw < MOST_YAW else None

    def _framed(self, grey: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The picture in a student's frame with the face near the middle, and the mesh in it."""
        scale = self._random.uniform(*FACE_WIDTHS) / np.hypot(*(points[CHEEKS[1]] - points[CHEEKS[0]])[:2])
        middle = (points[FOREHEAD] + points[CHIN])[:2] / 2
        place = np.array(FRAME[::-1]) / 2 + self._random.normal(0, (20, 8))
        way = np.column_stack([scale * np.eye(2), place - scale * middle])
        soft = cv2.GaussianBlur(grey, (0, 0), 0.4 / scale) if scale < 0.7 else grey
        frame = cv2.warpAffine(soft, way, FRAME[::-1], borderMode=cv2.BORDER_REPLICATE)
        return frame, np.column_stack([points[:, :2] @ way[:, :2].T + way[:, 2], points[:, 2] * scale])

    def _turns(self) -> list[Turn]:
        pitches = self._random.uniform(-45, 18), self._random.uniform(-32, 5)
        return [
            Turn(pitch, self._random.normal(0, 8), max(0, self._random.uniform(-0.8, 1))) for pitch in pitches
        ]

    def _crop(self, frame: np.ndarray, points: np.ndarray) -> np.ndarray | None:
        """The crop of the face that is nearest to the mesh, if one is found."""
        grey = decode_grey(jpeg(frame))
        middle = (points[FOREHEAD] + points[CHIN])[:2] / 2
        nearest = min(
            self._search.find_level(grey),
            key=lambda face: np.hypot(*(face.landmarks.mean(axis=0) - middle)),
            default=None,
        )
        if nearest is None:
            return None
        return align(grey, self._search.upright(grey, nearest).landmarks, CROP)[0]
