"""Training samples of the fitness network: a crop, and the answers that are known for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from training.fit.fitness.canvas import SIDE, Canvas, enlarged, is_covered, shrunk
from training.fit.fitness.covers import COVERS
from training.fit.fitness.harms import HARMS
from training.fit.fitness.ordinary import ORDINARY

# A question that this sample does not answer.
UNKNOWN = np.nan
UPRIGHT, TURNED = 50, 65  # degrees; between them either answer is right
# A face of which harm changes at most this share of answers is certainly somebody's.
RECOGNISABLE = 0.3
# Where 8 % of the recogniser's answers change, of 90 % that are right, under 85 % are left: half lost.
ALL_LOST = 0.16
NAMES = tuple(HARMS)


@dataclass(frozen=True)
class Material:
    """What samples are made of; crops are (N, 48, 48) uint8."""

    faces: np.ndarray
    """Ordinary faces, on which the recogniser was trained."""
    landmarks: np.ndarray
    """(N, 5, 2) landmarks of ``faces``."""
    hidden: np.ndarray
    """Faces of the same data set behind hands and things, as annotated."""
    free: np.ndarray
    """Faces that are easily taken for hidden ones, but whose eyes and mouth are free, as annotated."""
    harmed: np.ndarray
    """Faces after one harm or two."""
    changed: np.ndarray
    """(N,) the share of the recogniser's answers that the harm of each of ``harmed`` changes."""
    bare: np.ndarray
    """Ordinary faces of photographs, as the worker cuts them."""
    masked: np.ndarray
    """Faces of photographs with real masks."""
    nobody: np.ndarray
    """Crops without a face."""
    turned: np.ndarray
    """Faces turned by any angle, as the worker cuts them."""
    degrees: np.ndarray
    """(N,) by how much ``turned`` are still turned in the crop."""
    hands: np.ndarray
    """(N, 64, 64, 2) uint8 grey level and opacity."""


class Sample(NamedTuple):
    crop: np.ndarray
    """(48, 48) uint8."""
    known: tuple[float, float, float, float]
    """The answer to each of QUESTIONS: 0, 1 or UNKNOWN."""


class Sampler:
    """An endless source of samples, the same for the same seed."""

    def __init__(self, material: Material, seed: int) -> None:
        self.material, self.random = material, np.random.default_rng(seed)
        self._makers: tuple[tuple[float, Callable[[], Sample]], ...] = (
            (0.15, self._clean),
            (0.33, self._harmed),
            (0.05, self._ordinary),
            (0.13, self._covered),
            (0.07, lambda: Sample(self._varied(material.hidden), (0, UNKNOWN, 1, UNKNOWN))),
            (0.10, lambda: Sample(self._varied(material.free), (0, UNKNOWN, 0, UNKNOWN))),
            (0.03, lambda: Sample(self._varied(material.masked), (0, 0, 1, UNKNOWN))),
            (0.04, lambda: Sample(self._varied(material.bare), (0, 0, 0, UNKNOWN))),
            (0.03, self._rolled),
            (0.03, self._turned),
            (0.08, self._nobody),
        )

    def sample(self) -> Sample:
        shares = np.array([share for share, _ in self._makers])
        return self._makers[self.random.choice(len(shares), p=shares / shares.sum())][1]()

    def batch(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Crops (B, 48, 48) uint8 and answers (B, 4) float32, NaN where an answer is not known."""
        crops, known = zip(*(self.sample() for _ in range(count)), strict=True)
        return np.stack(crops), np.array(known, np.float32)

    def _clean(self) -> Sample:
        n = self._pick(self.material.faces)
        return Sample(shrunk(self._framed(self.material.faces[n], self._side())), (0, 0, 0, 0))

    def _harmed(self) -> Sample:
        n = self._pick(self.material.harmed)
        crop, changed = self.material.harmed[n], float(self.material.changed[n])
        if self.random.random() < 0.5:
            crop = np.ascontiguousarray(crop[:, ::-1])
        is_somebody = 0 if changed < RECOGNISABLE else UNKNOWN
        return Sample(crop, (is_somebody, UNKNOWN, UNKNOWN, min(1.0, changed / ALL_LOST)))

    def _ordinary(self) -> Sample:
        n, random = self._pick(self.material.faces), self.random
        face = self._framed(self.material.faces[n], self._side(), still=True)
        for cover in random.choice(len(ORDINARY), size=random.choice([1, 1, 2]), replace=False):
            face = ORDINARY[cover](self._canvas(face, self.material.landmarks[n]))[0]
        return Sample(shrunk(self._worn(face)), (0, 0, 0, UNKNOWN))

    def _covered(self) -> Sample:
        n, random = self._pick(self.material.faces), self.random
        face = self._framed(self.material.faces[n], self._side(), still=True)
        if random.random() < 0.15:
            face = ORDINARY[random.integers(len(ORDINARY))](self._canvas(face, self.material.landmarks[n]))[0]
        made, hidden = COVERS[random.integers(len(COVERS))](self._canvas(face, self.material.landmarks[n]))
        covered = is_covered(hidden, self.material.landmarks[n])
        return Sample(
            shrunk(self._worn(made)), (0, 0, UNKNOWN if covered is None else float(covered), UNKNOWN)
        )

    def _nobody(self) -> Sample:
        reach = 0.7 if self.random.random() < 0.25 else 0.2
        return Sample(self._varied(self.material.nobody, reach), (1, UNKNOWN, UNKNOWN, UNKNOWN))

    def _rolled(self) -> Sample:
        degrees = self.random.uniform(-180, 180)
        kept = abs(degrees) < UPRIGHT
        face = self._framed(
            self.material.faces[self._pick(self.material.faces)], self._side(), degrees=degrees
        )
        known = (0, self._is_turned(degrees), 0 if kept else UNKNOWN, UNKNOWN)
        return Sample(shrunk(self._worn(face)), known)

    def _turned(self) -> Sample:
        n = self._pick(self.material.turned)
        face = self._framed(self.material.turned[n], self._side())
        known = (0, self._is_turned(self.material.degrees[n]), UNKNOWN, UNKNOWN)
        return Sample(shrunk(self._worn(face)), known)

    @staticmethod
    def _is_turned(degrees: float) -> float:
        return float(abs(degrees) > TURNED) if not UPRIGHT <= abs(degrees) <= TURNED else UNKNOWN

    def _pick(self, crops: np.ndarray) -> int:
        return int(self.random.integers(len(crops)))

    def _canvas(self, face: np.ndarray, landmarks: np.ndarray) -> Canvas:
        return Canvas(face, landmarks, self.material.nobody, self.material.hands, self.random)

    def _varied(self, crops: np.ndarray, reach: float = 0.2) -> np.ndarray:
        return shrunk(self._worn(self._framed(crops[self._pick(crops)], self._side()), reach))

    def _side(self) -> int:
        """The side in pixels at which a crop is changed.

        Sometimes it is the crop's own, so that it stays as sharp as those that are served; otherwise the
        network would take sharpness for an answer.
        """
        return int(self.random.choice([SIDE, 72, 96], p=[0.5, 0.3, 0.2]))

    def _worn(self, face: np.ndarray, reach: float = 0.2) -> np.ndarray:
        """The face, now and then slightly blurred, differently lit or compressed."""
        random = self.random
        if random.random() < 0.3 or reach > 0.2:
            face = HARMS[NAMES[random.integers(len(NAMES))]](face, random, random.uniform(0, reach))
        if random.random() < 0.4:
            face = np.rint(255 * (face / 255) ** np.exp(random.normal(0, 0.4))).astype(np.uint8)
        return face

    def _framed(self, crop: np.ndarray, side: int, *, degrees: float = 0, still: bool = False) -> np.ndarray:
        """The crop enlarged to ``side``, framed slightly differently and mirrored half of the time."""
        random, scale = self.random, side / SIDE
        if still:
            return enlarged(crop, side)
        if side == SIDE and not degrees and random.random() < 0.6:
            shifted = np.roll(crop, tuple(random.integers(-1, 2, 2)), axis=(0, 1))
            return np.ascontiguousarray(shifted[:, ::-1] if random.random() < 0.5 else shifted)
        tilt, size = degrees + random.normal(0, 4), scale * np.exp(random.normal(0, 0.04))
        way = cv2.getRotationMatrix2D(((SIDE - 1) / 2, (SIDE - 1) / 2), tilt, size)
        shift = (side - 1) / 2 - (SIDE - 1) / 2 + random.normal(0, 0.9 * scale, 2)
        way = way + np.column_stack([np.zeros((2, 2)), shift])
        if random.random() < 0.5:
            crop = np.ascontiguousarray(crop[:, ::-1])
        how = cv2.INTER_CUBIC if random.random() < 0.5 else cv2.INTER_LINEAR
        border = cv2.BORDER_REPLICATE if random.random() < 0.7 else cv2.BORDER_REFLECT
        return cv2.warpAffine(crop, way, (side, side), flags=how, borderMode=border)
