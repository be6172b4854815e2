"""A face on which covers are drawn, and how much of it they hide. Lengths are in px of 48."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from emotion.vision.geometry import FRAMING

SIDE = 48


@dataclass(frozen=True)
class Canvas:
    """A face (S, S) uint8 with five landmarks in px of 48, and the random generator for drawing on it."""

    face: np.ndarray
    landmarks: np.ndarray
    stuffs: Sequence[np.ndarray] | np.ndarray
    """Pictures (n, n) uint8 of anything, from which surfaces are cut."""
    hands: Sequence[np.ndarray] | np.ndarray
    """Hands (n, n, 2) uint8: grey level and opacity."""
    random: Generator

    @property
    def side(self) -> int:
        return len(self.face)

    @property
    def eyes(self) -> np.ndarray:
        return self.landmarks[:2].mean(axis=0)

    @property
    def mouth(self) -> np.ndarray:
        return self.landmarks[3:].mean(axis=0)

    def place(self, across: float, down: float) -> np.ndarray:
        """A point in px of 48.

        ``across`` is in distances of the eyes from the middle, ``down`` goes from the eyes (0) to the mouth
        (1).
        """
        right = self.landmarks[1] - self.landmarks[0]
        return self.eyes + across * right + down * (self.mouth - self.eyes)

    def blank(self) -> np.ndarray:
        return np.zeros((self.side, self.side), np.uint8)

    def px(self, points: np.ndarray) -> np.ndarray:
        """Points in px of 48 as fixed-point ones of this picture, which cv2 draws with shift=4."""
        return np.rint(((np.asarray(points) + 0.5) * self.side / SIDE - 0.5) * 16).astype(np.int32)

    def polygon(self, points: Sequence[np.ndarray]) -> np.ndarray:
        return cv2.fillPoly(self.blank(), [self.px(np.array(points))], 255, cv2.LINE_AA, 4)

    def ellipse(self, middle: np.ndarray, axes: tuple[float, float], degrees: float = 0) -> np.ndarray:
        x, y = self.px(middle).tolist()
        size = tuple(max(1, round(axis * self.side / SIDE * 16)) for axis in axes)
        return cv2.ellipse(self.blank(), (x, y), size, degrees, 0, 360, 255, -1, cv2.LINE_AA, 4)

    def line(self, points: Sequence[np.ndarray], width: float) -> np.ndarray:
        thick = max(1, round(width * self.side / SIDE))
        return cv2.polylines(self.blank(), [self.px(np.array(points))], False, 255, thick, cv2.LINE_AA, 4)


Cover = Callable[[Canvas], tuple[np.ndarray, np.ndarray]]


def laid(canvas: Canvas, shape: np.ndarray, stuff: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The face with ``stuff`` where ``shape`` is, with an edge and sometimes a shadow.

    Returns the picture (S, S) uint8 and the hidden part (S, S).
    """
    random: Generator = canvas.random
    hidden: np.ndarray = shape.astype(np.float32) / 255
    if random.random() < 0.5:
        hidden = cv2.GaussianBlur(hidden, (0, 0), random.uniform(0.3, 1.2) * canvas.side / SIDE)
    face = canvas.face.astype(np.float32)
    if random.random() < 0.5:
        shadow = np.roll(hidden, tuple(random.integers(-3, 4, 2)), axis=(0, 1))
        face = face * (1 - random.uniform(0, 0.5) * cv2.GaussianBlur(shadow, (0, 0), canvas.side / 24))
    made = face * (1 - hidden) + stuff * hidden
    return np.clip(np.rint(made), 0, 255).astype(np.uint8), hidden


def laid_softly(canvas: Canvas, shape: np.ndarray, stuff: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The face with ``stuff`` where ``shape`` is, as skin lies on skin, with a shadow along the edge.

    No edge is sharper than the face. Returns the picture (S, S) uint8 and the hidden part (S, S).
    """
    random, px = canvas.random, canvas.side / SIDE
    hidden = cv2.GaussianBlur(shape.astype(np.float32) / 255, (0, 0), random.uniform(0.35, 0.9) * px)
    near = cv2.GaussianBlur(hidden, (0, 0), random.uniform(1, 3) * px)
    shifted = np.roll(near, tuple(random.integers(-2, 3, 2)), axis=(0, 1))
    face = canvas.face * (1 - random.uniform(0, 0.55) * shifted)
    made = face * (1 - hidden) + stuff * hidden
    return np.clip(np.rint(made), 0, 255).astype(np.uint8), hidden


def stuff_for(canvas: Canvas, *, tone: float | None = None) -> np.ndarray:
    """A surface (S, S) float like cloth, paper, skin or metal: flat, shaded, patterned or from a picture."""
    random, side = canvas.random, canvas.side
    level = random.uniform(5, 250) if tone is None else tone
    kind = random.random()
    if kind < 0.35 and len(canvas.stuffs):
        picture = canvas.stuffs[int(random.integers(len(canvas.stuffs)))]
        part = cv2.resize(picture, (side, side), interpolation=cv2.INTER_LINEAR).astype(np.float32)
        stuff = (part - part.mean()) * random.uniform(0.15, 1) + (part.mean() if tone is None else level)
    else:
        stuff = np.full((side, side), level, np.float32)
        if kind < 0.6:
            stuff += _pattern(canvas) * random.uniform(5, 70)
    stuff = stuff + shade(canvas) * random.uniform(0, 40)
    return np.clip(stuff + random.normal(0, random.uniform(0, 6), stuff.shape), 0, 255)


def shade(canvas: Canvas) -> np.ndarray:
    """Light from one side and a few folds, (S, S) from -1 to 1."""
    random, side = canvas.random, canvas.side
    coarse = random.uniform(-1, 1, (random.integers(2, 5), random.integers(2, 5))).astype(np.float32)
    return cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)


def _pattern(canvas: Canvas) -> np.ndarray:
    random, place = canvas.random, np.arange(canvas.side) * SIDE / canvas.side
    angle, period = random.uniform(0, np.pi), random.uniform(2, 12)
    wave = np.sin((place[None] * np.cos(angle) + place[:, None] * np.sin(angle)) * 2 * np.pi / period)
    if random.random() < 0.4:
        wave = wave * np.sin(
            (place[:, None] * np.cos(angle) - place[None] * np.sin(angle)) * 2 * np.pi / period
        )
    return np.sign(wave) if random.random() < 0.4 else wave


def skin_of(canvas: Canvas) -> float:
    x, y = (np.clip(canvas.landmarks[2] * canvas.side / SIDE, 2, canvas.side - 3)).astype(int)
    return float(canvas.face[y - 2 : y + 3, x - 2 : x + 3].mean())


def is_covered(hidden: np.ndarray, landmarks: np.ndarray = FRAMING) -> bool | None:
    """Whether a third of the mouth or most of an eye is hidden.

    None where less of one is hidden, or where they lie outside the picture.
    """
    canvas = Canvas(hidden, landmarks, (), (), np.random.default_rng(0))
    mouth = hidden[canvas.ellipse(canvas.mouth + np.array([0, 0.5]), (9, 3.5)) > 127]
    eyes = [hidden[canvas.ellipse(eye, (5, 3)) > 127] for eye in landmarks[:2]]
    if not all(part.size for part in (mouth, *eyes)):
        return None
    of_mouth, of_eye = float(mouth.mean()), max(float(eye.mean()) for eye in eyes)
    if of_mouth > 0.33 or of_eye > 0.75:
        return True
    return False if of_mouth < 0.12 and of_eye < 0.2 else None


def enlarged(crop: np.ndarray, side: int) -> np.ndarray:
    return crop if len(crop) == side else cv2.resize(crop, (side, side), interpolation=cv2.INTER_CUBIC)


def shrunk(face: np.ndarray) -> np.ndarray:
    return face if len(face) == SIDE else cv2.resize(face, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
