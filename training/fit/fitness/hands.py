"""Hands before a face, cut out of photographs or drawn, with the tone and sharpness of the face."""

from collections.abc import Callable

import cv2
import numpy as np

from training.fit.fitness.canvas import SIDE, Canvas, laid_softly, shade, skin_of

# The shape and the dark lines within it, (S, S) uint8 each.
Drawn = tuple[np.ndarray, np.ndarray]


def hand_at(canvas: Canvas, middle: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    """The face with fingers or a palm around ``middle``; the picture and its hidden part, (S, S) each."""
    random = canvas.random
    if len(canvas.hands) and random.random() < 0.55:
        return _real_hand(canvas, middle, size)
    drawn = DRAWN[random.integers(len(DRAWN))]
    return _skinned(canvas, *drawn(canvas, middle, size))


def fist_below(canvas: Canvas, middle: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    """The face with a fist whose knuckles are at ``middle``; the picture and its hidden part, (S, S) each."""
    return _skinned(canvas, *_fist(canvas, middle + np.array([0, 9 * size]), size, turned=0))


def fingers_from_below(canvas: Canvas, tip: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    return _skinned(canvas, *_fingers_to(canvas, tip, size))


def _flat(canvas: Canvas, middle: np.ndarray, size: float) -> Drawn:
    """Fingers side by side, from any side, with or without the palm."""
    random = canvas.random
    width, angle = size * random.uniform(4, 6.5), random.uniform(0, 2 * np.pi)
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    shape, lines = canvas.blank(), canvas.blank()
    count = random.integers(3, 6)
    for n in range(count):
        aside = (n - (count - 1) / 2) * width * across + random.normal(0, 1, 2)
        start = middle + aside - along * random.uniform(6, 14) * size
        end = start + along * random.uniform(20, 32) * size
        shape |= canvas.line([start, end], width * 1.08)
        lines |= canvas.line([start + across * width / 2, end + across * width / 2], 0.7)
    if random.random() < 0.6:
        shape |= canvas.ellipse(middle + along * 14 * size, (15 * size, 13 * size), np.degrees(angle))
    return shape, lines


def _fingers_to(canvas: Canvas, tip: np.ndarray, size: float) -> Drawn:
    """One to four fingers that reach in from below or the side, with their tips around ``tip``."""
    random = canvas.random
    tilt = random.normal(0, 0.6)
    along = np.array([np.sin(tilt), -np.cos(tilt)])
    across = np.array([-along[1], along[0]])
    shape, lines, count = canvas.blank(), canvas.blank(), random.integers(1, 5)
    width = size * random.uniform(4, 6.5)
    for n in range(count):
        aside = (n - (count - 1) / 2) * (width + random.uniform(0, 1.2) * size) * across
        end = tip + aside - along * random.uniform(0, 6) * size
        bend = end - along * 14 * size + across * random.normal(0, 1.5)
        start = end - along * 45 + across * random.normal(0, 3)
        shape |= canvas.line([start, bend, end], width)
        lines |= canvas.line([start + across * width / 2, bend + across * width / 2], 0.6)
    if random.random() < 0.5:
        back = tip - along * random.uniform(24, 32) * size
        shape |= canvas.ellipse(back, (14 * size, 11 * size), np.degrees(tilt))
    return shape, lines


def _fist(canvas: Canvas, middle: np.ndarray, size: float, *, turned: float | None = None) -> Drawn:
    """Four knuckles, a thumb across them, and a wrist that leaves the picture."""
    random = canvas.random
    angle = random.normal(0, 0.5) + (random.uniform(-1, 1) if turned is None else turned)
    along, across = np.array([np.sin(angle), -np.cos(angle)]), np.array([np.cos(angle), np.sin(angle)])
    wide = random.uniform(8, 12) * size
    shape = canvas.ellipse(middle, (wide, random.uniform(7, 10) * size), np.degrees(angle))
    lines = canvas.blank()
    for aside in np.linspace(-0.75, 0.75, random.integers(3, 5)):
        knuckle = middle + aside * wide * across + along * (8 - 3 * aside**2) * size
        shape |= canvas.ellipse(knuckle, (0.32 * wide, random.uniform(2.5, 4.5) * size), np.degrees(angle))
        lines |= canvas.line([knuckle + across * wide * 0.25, middle + (aside + 0.2) * wide * across], 0.6)
    if random.random() < 0.6:
        lines |= canvas.line([middle - 0.7 * wide * across, middle + 0.4 * wide * across - along * 2], 0.7)
    if random.random() < 0.7:
        wrist = middle - along * 45 + across * random.normal(0, 14)
        shape |= canvas.line([middle, wrist], random.uniform(1.2, 1.7) * wide)
    return shape, lines


DRAWN: tuple[Callable[[Canvas, np.ndarray, float], Drawn], ...] = (_flat, _fingers_to, _fist)


def _skinned(canvas: Canvas, shape: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The face with a hand whose surface is rounded by light and about as bright as the face."""
    random = canvas.random
    from_edge = cv2.distanceTransform((shape > 127).astype(np.uint8), cv2.DIST_L2, 3) * SIDE / canvas.side
    rounded = np.minimum(from_edge / random.uniform(1.5, 4), 1) - 0.7
    stuff = _tone(canvas) + rounded * random.uniform(10, 55) + shade(canvas) * random.uniform(5, 30)
    soft = cv2.GaussianBlur(lines, (0, 0), random.uniform(0.3, 0.8) * canvas.side / SIDE)
    stuff = stuff - soft / 255 * random.uniform(15, 80)
    return laid_softly(canvas, shape, np.clip(stuff + random.normal(0, 2, stuff.shape), 0, 255))


def _real_hand(canvas: Canvas, middle: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    random = canvas.random
    photograph = canvas.hands[int(random.integers(len(canvas.hands)))].astype(np.float32)
    grey, opaque = np.moveaxis(photograph, 2, 0)
    length = random.uniform(28, 56) * size * canvas.side / SIDE
    way = cv2.getRotationMatrix2D((len(grey) / 2, len(grey) / 2), random.uniform(0, 360), length / len(grey))
    way = way + np.column_stack([np.zeros((2, 2)), middle * canvas.side / SIDE - len(grey) / 2])
    if random.random() < 0.5:
        grey, opaque = grey[:, ::-1], opaque[:, ::-1]
    size_of = (canvas.side, canvas.side)
    grey, opaque = (cv2.warpAffine(np.ascontiguousarray(part), way, size_of) for part in (grey, opaque))
    inside = opaque > 128
    mean = grey[inside].mean() if inside.any() else 128
    stuff = np.clip((grey - mean) * random.uniform(0.6, 1.6) + _tone(canvas), 0, 255)
    return laid_softly(canvas, opaque.astype(np.uint8), stuff)


def _tone(canvas: Canvas) -> float:
    spread = (0.85, 1.18) if canvas.random.random() < 0.7 else (0.6, 1.35)
    return float(np.clip(skin_of(canvas) * canvas.random.uniform(*spread), 10, 245))
