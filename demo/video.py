"""The face video as the webcams of a class: each Look mirrors, lights and crops it differently."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

VIDEO = Path(__file__).resolve().parent / "media" / "WolfgangLanger_Pexels.mp4"
STEP = 0.2  # seconds between two encoded frames; no student sends more than two a second
SIZE = (320, 240)
QUALITY = 70
FACE_X = 0.69  # share of the width: the woman sits right of the middle


@dataclass(frozen=True)
class Look:
    """How one simulated camera shows the video."""

    mirrored: bool
    light: float  # 1 leaves the picture as it is
    zoom: float  # share of the picture's height that the camera sees

    @staticmethod
    def number(n: int) -> "Look":
        """The look of the nth student; there are twelve, which repeat."""
        looks = list(product((False, True), (1.0, 0.7, 1.3), (1.0, 0.85)))
        return Look(*looks[n % len(looks)])


@cache
def pictures() -> tuple[np.ndarray, ...]:
    """The video's frames, one every STEP seconds, (H, W, 3) BGR."""
    found = tuple(_decoded())
    if not found:
        raise FileNotFoundError(f"No frame could be read from {VIDEO}.")
    return found


def _decoded() -> Iterator[np.ndarray]:
    video = cv2.VideoCapture(str(VIDEO))
    every = video.get(cv2.CAP_PROP_FPS) * STEP
    found = 0
    for n in range(int(video.get(cv2.CAP_PROP_FRAME_COUNT))):
        if not video.grab():
            return
        if n >= found * every:
            found += 1
            yield np.asarray(video.retrieve()[1])


def first_jpeg(look: Look) -> bytes:
    """The first of `jpegs`, without the work for the others."""
    return _encode(next(_decoded()), look)


@cache
def jpegs(look: Look) -> tuple[bytes, ...]:
    """The video's frames as this camera sends them, STEP seconds apart."""
    return tuple(_encode(picture, look) for picture in pictures())


def _encode(picture: np.ndarray, look: Look) -> bytes:
    height, width = picture.shape[:2]
    tall = round(height * look.zoom)
    wide = round(tall * SIZE[0] / SIZE[1])
    left = min(max(round(FACE_X * width) - wide // 2, 0), width - wide)
    top = (height - tall) // 2
    cut = cv2.resize(picture[top : top + tall, left : left + wide], SIZE, interpolation=cv2.INTER_AREA)
    if look.mirrored:
        cut = cv2.flip(cut, 1)
    lit = cv2.convertScaleAbs(cut, alpha=look.light)
    return simplejpeg.encode_jpeg(np.ascontiguousarray(lit), quality=QUALITY, colorspace="BGR")
