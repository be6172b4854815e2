"""Pictures from the face video, BGR uint8 and 4:3 as a webcam's, and files for Chromium's fake camera."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

from demo.video import VIDEO

FPS = 24000 / 1001

# seconds (from, to); see README.md
CALM = (9.7, 10.3)
SMILING = (12.4, 16.4)
SAD = (0.1, 2.0)
HAND_OVER_FACE = (3.8, 6.1)
WITHOUT_HANDS = (9.6, 20)
WORRIED = (6.5, 9.0)


@cache
def _video() -> list[np.ndarray]:
    video, frames = cv2.VideoCapture(str(VIDEO)), []
    while (read := video.read())[0]:
        frames.append(read[1])
    return frames


@cache
def frames(seconds: tuple[float, float] = (0, 20), *, width: int = 320) -> list[np.ndarray]:
    """The frames of a stretch of the video, cut to 4:3 around the face: (width * 3/4, width, 3)."""
    first, last = (round(second * FPS) for second in seconds)
    size = (width, width * 3 // 4)
    return [cv2.resize(frame[:, 160:], size, interpolation=cv2.INTER_AREA) for frame in _video()[first:last]]


def lasting(pictures: list[np.ndarray], seconds: float) -> list[np.ndarray]:
    """The same pictures forwards and backwards until they fill the time, so that no frame jumps."""
    loop = pictures + pictures[-2:0:-1]
    return [loop[n % len(loop)] for n in range(round(seconds * FPS))]


def jpeg(picture: np.ndarray, quality: int = 75) -> bytes:
    """As a browser's canvas would write it."""
    return simplejpeg.encode_jpeg(np.ascontiguousarray(picture), quality, "BGR", "420")


def mirrored(picture: np.ndarray) -> np.ndarray:
    return picture[:, ::-1]


def lit(picture: np.ndarray, light: float) -> np.ndarray:
    return cv2.convertScaleAbs(picture, alpha=light)


def rolled(picture: np.ndarray, degrees: float) -> np.ndarray:
    rows, cols = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((cols / 2, rows / 2), degrees, 1)
    return cv2.warpAffine(picture, turn, (cols, rows), borderMode=cv2.BORDER_REPLICATE)


@cache
def looking_down(width: int = 320) -> list[np.ndarray]:
    """Twelve pictures of her with her head lowered over a notebook: (width * 3/4, width, 3)."""
    sheet = cv2.imread(str(Path(__file__).with_name("looking-down.jpg")))
    pictures = [part for row in np.vsplit(sheet, 3) for part in np.hsplit(row, 4)]
    return [
        cv2.resize(picture, (width, width * 3 // 4), interpolation=cv2.INTER_AREA) for picture in pictures
    ]


def empty_room(width: int = 320) -> np.ndarray:
    """The wall behind the person: the video's left edge, and its mirror image."""
    wall = _video()[0][:, :200]
    wall = np.hstack([wall, wall[:, ::-1], wall])[:, :480]
    return cv2.resize(wall, (width, width * 3 // 4), interpolation=cv2.INTER_AREA)


def moved(picture: np.ndarray, right: float) -> np.ndarray:
    """The picture moved out to the right by a share of its width, the empty room behind it."""
    by = round(right * picture.shape[1])
    room = empty_room(picture.shape[1])
    room[:, by:] = picture[:, : picture.shape[1] - by]
    return room


def leaving(pictures: list[np.ndarray], *, out_after: float, back_after: float) -> list[np.ndarray]:
    """The person slides out of the picture within half a second, and back in; seconds from the start."""
    away = [np.clip(min(n / FPS - out_after, back_after - n / FPS) * 2, 0, 1) for n in range(len(pictures))]
    return [moved(picture, share) for picture, share in zip(pictures, away, strict=True)]


def side_by_side(*pictures: np.ndarray) -> np.ndarray:
    """A gallery, two in a row, in the space of the first picture."""
    rows, cols = (side // 2 for side in pictures[0].shape[:2])
    gallery = np.zeros_like(pictures[0])
    for n, picture in enumerate(pictures):
        y, x = n // 2 * rows, n % 2 * cols
        gallery[y : y + rows, x : x + cols] = cv2.resize(picture, (cols, rows), interpolation=cv2.INTER_AREA)
    return gallery


def with_poster(picture: np.ndarray, poster: np.ndarray, *, width: float) -> np.ndarray:
    """`poster` hung in the upper left corner, a share of the picture's width wide."""
    hung = cv2.resize(poster, None, fx=width, fy=width, interpolation=cv2.INTER_AREA)
    room = picture.copy()
    room[: hung.shape[0], : hung.shape[1]] = hung
    return room


def cartoon(seed: int) -> np.ndarray:
    """A title card: flat colours, shapes, a slogan, and no face, (240, 320, 3)."""
    rng = np.random.default_rng(seed)
    card = np.full((240, 320, 3), rng.integers(0, 256, 3), np.uint8)
    for _ in range(12):
        colour = tuple(int(value) for value in rng.integers(0, 256, 3))
        middle = tuple(int(value) for value in rng.integers((0, 0), (320, 240)))
        axes = tuple(int(value) for value in rng.integers(8, 70, 2))
        cv2.ellipse(card, middle, axes, float(rng.integers(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
        cv2.line(card, middle, tuple(int(value) for value in rng.integers((0, 0), (320, 240))), colour, 3)
    cv2.putText(
        card, "The Big Show", (20, 210), cv2.FONT_HERSHEY_DUPLEX, 1.2, (255, 255, 255), 2, cv2.LINE_AA
    )
    return card


def write_y4m(path: Path, pictures: list[np.ndarray], *, every: int = 1) -> Path:
    """A fake camera for Chromium, at the video's own pace: all pictures, or one of so many.

    115 kB a picture of 320x240, so keep it short. To play an .mjpeg takes Chromium half as much work again.
    """
    rows, cols = pictures[0].shape[:2]
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{cols} H{rows} F24000:{1001 * every} Ip A1:1 C420jpeg\n".encode())
        for picture in pictures[::every]:
            file.write(b"FRAME\n" + cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420).tobytes())
    return path
