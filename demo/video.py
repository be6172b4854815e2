"""The face video as a class full of webcams: cut, mirrored, lit and cropped differently, encoded once."""

from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

VIDEO = Path(__file__).resolve().parent.parent / "tests" / "media" / "WolfgangLanger_Pexels.mp4"
STEP = 0.2  # seconds between two encoded frames: nobody sends more than two a second
SIZE = (320, 240)
QUALITY = 70
FACE_X = 0.69  # of the video's width: the woman sits right of its middle


@dataclass(frozen=True)
class Look:
    mirrored: bool
    light: float  # 1 leaves the picture as it is
    zoom: float  # share of the picture's height that the camera sees

    @staticmethod
    def number(n: int) -> "Look":
        looks = list(product((False, True), (1.0, 0.7, 1.3), (1.0, 0.85)))
        return Look(*looks[n % len(looks)])


@cache
def pictures() -> tuple[np.ndarray, ...]:
    """The video's frames, one every STEP seconds, BGR."""
    video, found = cv2.VideoCapture(str(VIDEO)), []
    every = video.get(cv2.CAP_PROP_FPS) * STEP
    for n in range(int(video.get(cv2.CAP_PROP_FRAME_COUNT))):
        if not video.grab():
            break
        if n >= len(found) * every:
            found.append(video.retrieve()[1])
    if not found:
        raise FileNotFoundError(f"No frame could be read from {VIDEO}.")
    return tuple(found)


@cache
def jpegs(look: Look) -> tuple[bytes, ...]:
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
