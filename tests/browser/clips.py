"""What a fake webcam shows: scenes of the face video in a row, as the .mjpeg that Chromium plays."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

VIDEO = Path(__file__).resolve().parent.parent / "media" / "WolfgangLanger_Pexels.mp4"
CHROMIUM_FPS = 30  # Chromium plays every .mjpeg at this rate, and from its start again at its end
SIZE = (640, 480)
FACE_X = 0.69  # of the video's width


@dataclass(frozen=True)
class Scene:
    """From second `start` to second `end` of a video; without one, an empty room for that long."""

    start: float
    end: float
    video: Path | None = VIDEO


SAD = Scene(0.0, 2.5)
SMILE = Scene(12.0, 18.0)
WHOLE = Scene(0.0, 19.5)


def empty_room(seconds: float) -> Scene:
    return Scene(0.0, seconds, video=None)


def clip(folder: Path, *scenes: Scene) -> Path:
    """The .mjpeg of these scenes, written once per folder."""
    path = folder / f"{hashlib.sha1(repr(scenes).encode()).hexdigest()[:12]}.mjpeg"
    if not path.exists():
        path.write_bytes(b"".join(jpeg for scene in scenes for jpeg in _jpegs(scene)))
    return path


def _jpegs(scene: Scene) -> list[bytes]:
    count = round((scene.end - scene.start) * CHROMIUM_FPS)
    if scene.video is None:
        wall = np.random.default_rng(0).normal(120, 4, (SIZE[1], SIZE[0], 3)).clip(0, 255).astype(np.uint8)
        return [simplejpeg.encode_jpeg(wall, quality=85)] * count
    video = cv2.VideoCapture(str(scene.video))
    fps = video.get(cv2.CAP_PROP_FPS)
    first = round(scene.start * fps)
    video.set(cv2.CAP_PROP_POS_FRAMES, first)
    numbers = [round(scene.start * fps + n * fps / CHROMIUM_FPS) - first for n in range(count)]
    encoded = [_encode(video.read()[1]) for _ in range(numbers[-1] + 1)]
    return [encoded[number] for number in numbers]


def _encode(picture: np.ndarray) -> bytes:
    """A webcam's 4:3 cut with the face in it."""
    height, width = picture.shape[:2]
    wide = min(width, round(height * SIZE[0] / SIZE[1]))
    left = min(max(round(FACE_X * width) - wide // 2, 0), width - wide)
    cut = cv2.resize(picture[:, left : left + wide], SIZE, interpolation=cv2.INTER_LINEAR)
    return simplejpeg.encode_jpeg(np.ascontiguousarray(cut), quality=85, colorspace="BGR")
