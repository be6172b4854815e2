"""A picture or video file as timed pictures."""

import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

from ..jpeg import SOI

LONGEST_SIDE = 1280  # as large as the worker takes a frame
CAMERA_FILES = {".mjpeg", ".mjpg"}  # one JPEG after the other: a video, though it starts like a picture
UNTIMED_RATE = 25.0  # pictures a second, of a video that does not tell

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # its complaints come as BadSource, in one sentence

TimedPictures = Iterator[tuple[float, np.ndarray]]


class BadSource(Exception):
    """The file cannot be read or written; the message is one sentence for the person who named it."""


class PictureFile:
    is_video = False
    announced = 1

    def __init__(self, path: Path) -> None:
        self.path = path

    def pictures(self) -> TimedPictures:
        """Seconds since the start, and an (H, W, 3) BGR uint8 picture with no side over LONGEST_SIDE."""
        yield 0.0, picture_of(self.path)


class VideoFile:
    is_video = True

    def __init__(self, path: Path, *, every: float) -> None:
        """every: seconds between two pictures; 0 is each of them."""
        self.path = path
        self._video = cv2.VideoCapture(str(path))
        if not self._video.isOpened():
            raise BadSource(f"{path} is neither a picture nor a video that can be read here.")
        self._rate = self._video.get(cv2.CAP_PROP_FPS) or UNTIMED_RATE
        self._step = max(1, round(every * self._rate))

    @property
    def pictures_per_second(self) -> float:
        return self._rate / self._step

    @property
    def announced(self) -> int:
        """How many of its pictures there should be; 0 where the file does not tell."""
        return -(-max(0, int(self._video.get(cv2.CAP_PROP_FRAME_COUNT))) // self._step)

    def pictures(self) -> TimedPictures:
        number = 0
        while self._video.grab():
            if number % self._step == 0:
                yield number / self._rate, _fitting(self._video.retrieve()[1])
            number += 1
        if not number:
            raise BadSource(f"{self.path} holds no picture that could be read.")


Source = PictureFile | VideoFile


def source(path: Path, *, every: float) -> Source:
    """Raises BadSource."""
    if not path.is_file():
        raise BadSource(f"{path} is not a file." if path.exists() else f"{path} does not exist.")
    if path.stat().st_size == 0:
        raise BadSource(f"{path} is empty.")
    is_picture = path.suffix.lower() not in CAMERA_FILES and cv2.haveImageReader(str(path))
    return PictureFile(path) if is_picture else VideoFile(path, every=every)


def picture_of(path: Path) -> np.ndarray:
    """(H, W, 3) BGR uint8 with no side over LONGEST_SIDE, turned as its EXIF says; phones lay portraits on
    their side. Raises BadSource."""
    content = path.read_bytes()
    if not content:
        raise BadSource(f"{path} is empty.")
    if content.startswith(SOI):
        _check_whole(path, content)
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise BadSource(f"{path} is damaged: its picture cannot be read.")
    return _fitting(picture)


def _check_whole(path: Path, content: bytes) -> None:
    """cv2 fills the missing half of a JPEG with grey and says nothing; here it is an error."""
    try:
        simplejpeg.decode_jpeg(content, "GRAY")
    except ValueError as error:
        raise BadSource(f"{path} is cut off or damaged: {error}.") from error


def _fitting(picture: np.ndarray) -> np.ndarray:
    scale = LONGEST_SIDE / max(picture.shape[:2])
    if scale >= 1:
        return picture
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
