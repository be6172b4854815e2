"""Hands before a face: real ones, cut out of photographs, and drawn ones."""

import cv2
import numpy as np

from emotion.training.fitness.sitter import SIDE, Sitter, laid, shade, skin_of


def hand_at(sitter: Sitter, middle: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    random = sitter.random
    if len(sitter.hands) and random.random() < 0.6:
        return _real_hand(sitter, middle, size)
    tone = np.clip(skin_of(sitter) * random.uniform(0.65, 1.25), 10, 250)
    width, angle = size * random.uniform(4, 6.5), random.uniform(0, 2 * np.pi)
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    shape, creases = sitter.blank(), sitter.blank()
    count = random.integers(3, 6)
    for n in range(count):
        start = (
            middle
            + (n - (count - 1) / 2) * width * across
            + random.normal(0, 1, 2)
            - along * random.uniform(6, 14) * size
        )
        end = start + along * random.uniform(20, 32) * size
        shape |= sitter.line([start, end], width * 1.08)
        creases |= sitter.line([start + across * width / 2, end + across * width / 2], 0.7)
    if random.random() < 0.6:
        shape |= sitter.ellipse(middle + along * 14 * size, (15 * size, 13 * size), np.degrees(angle))
    stuff = np.full(sitter.face.shape, tone, np.float32) + shade(sitter) * random.uniform(5, 30)
    stuff -= creases / 255 * random.uniform(15, 70)
    return laid(sitter, shape, np.clip(stuff + random.normal(0, 3, stuff.shape), 0, 255))


def _real_hand(sitter: Sitter, middle: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    random = sitter.random
    grey, opaque = np.moveaxis(sitter.hands[random.integers(len(sitter.hands))].astype(np.float32), 2, 0)
    length = random.uniform(34, 56) * size * sitter.side / SIDE
    way = cv2.getRotationMatrix2D((len(grey) / 2, len(grey) / 2), random.uniform(0, 360), length / len(grey))
    way[:, 2] += middle * sitter.side / SIDE - len(grey) / 2
    if random.random() < 0.5:
        grey, opaque = grey[:, ::-1], opaque[:, ::-1]
    size_of = (sitter.side, sitter.side)
    grey, opaque = (cv2.warpAffine(np.ascontiguousarray(part), way, size_of) for part in (grey, opaque))
    inside = opaque > 128
    mean = grey[inside].mean() if inside.any() else 128
    tone = np.clip(skin_of(sitter) * random.uniform(0.7, 1.25), 10, 250)
    stuff = np.clip((grey - mean) * random.uniform(0.6, 1.4) + tone, 0, 255)
    return laid(sitter, opaque.astype(np.uint8), stuff)
