"""A picture or video file as timed pictures."""

import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

from emotion.vision.jpeg import SOI

LONGEST_SIDE = 1280  # as large as the worker takes a frame
CAMERA_FILES = {".mjpeg", ".mjpg"}  # one JPEG after the other: a video, though it starts like a picture
USUAL_RATE = 25.0  # pictures a second, where the file does not tell
FASTEST_RATE = 240.0  # pictures a second of a slow-motion camera; what is above is no rate
NEARLY_ALL = 0.95  # of the announced time: files round it
TIMES_ROUNDED = 0.001  # seconds: to whole milliseconds in many files
AT_ONCE = 64  # pictures of an animation
TIFF = {b"II*\0", b"MM\0*"}
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

# Their complaints come as BadSource, in one sentence.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

TimedPictures = Iterator[tuple[float, np.ndarray]]


class BadSource(Exception):
    """The file cannot be read or written; the message is one sentence for the person who named it."""


class PictureFile:
    is_video = False
    rate = length = 1.0

    def __init__(self, path: Path) -> None:
        self.path = path
        pages = cv2.imcount(str(path))
        self.remark = f"{path} holds {pages} pictures; the first one is read." if pages > 1 else ""

    def pictures(self) -> TimedPictures:
        """Seconds since the start, and an (H, W, 3) BGR uint8 picture with no side over LONGEST_SIDE."""
        yield 0.0, picture_of(self.path)


class AnimationFile:
    """A GIF, PNG, WebP or AVIF with several pictures and the time for which each is shown."""

    is_video = True
    remark = ""
    length = 0.0  # seconds; known at the end

    def __init__(self, path: Path, *, every: float) -> None:
        self.path, self._every = path, every
        self.rate = 1 / every if every else USUAL_RATE

    def pictures(self) -> TimedPictures:
        return sampled(self._timed(), self._every)

    def _timed(self) -> TimedPictures:
        start, count = 0.0, cv2.imcount(str(self.path))
        for first in range(0, count, AT_ONCE):  # in parts: as raw pixels, all of them may be gigabytes
            is_read, part = cv2.imreadanimation(str(self.path), first, AT_ONCE)
            if not is_read:
                raise BadSource(f"{self.path} is damaged: its pictures cannot be read.")
            for picture, milliseconds in zip(part.frames, part.durations.ravel().tolist(), strict=True):
                yield start, _fitting(_opaque(picture))
                start += milliseconds / 1000
        self.length = start
        yield self.length, None


class VideoFile:
    is_video = True
    length = 0.0  # seconds; known at the end

    def __init__(self, path: Path, *, every: float) -> None:
        """every: seconds between two pictures; 0 is each of them."""
        self.path, self._every = path, every
        self._video = cv2.VideoCapture(str(path))
        if not self._video.isOpened():
            raise BadSource(f"{path} is neither a picture nor a video that can be read here.")
        said = self._video.get(cv2.CAP_PROP_FPS)
        # Of a video whose pictures come at varying times, some files give the unit of their clock here.
        self._is_rate_known = 0 < said <= FASTEST_RATE
        self._usual_rate = said if self._is_rate_known else USUAL_RATE
        self.rate = 1 / every if every else self._usual_rate
        self.remark = ""

    def pictures(self) -> TimedPictures:
        return sampled(self._timed(), self._every)

    def _timed(self) -> TimedPictures:
        """By the times that stand in the file."""
        count, before, start = 0, -1 / self._usual_rate, 0.0
        while self._video.grab():
            said = self._video.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if count == 0:
                start = said
            seconds = said - start
            if seconds <= before:  # a file without times
                seconds = before + 1 / self._usual_rate
            yield seconds, _fitting(self._video.retrieve()[1])
            count, before = count + 1, seconds
        if not count:
            raise BadSource(f"{self.path} holds no picture that could be read.")
        self.length = before + 1 / self._usual_rate
        self._remark_on_end()
        yield self.length, None

    def _remark_on_end(self) -> None:
        """Of a file that is cut off, told by its time: there may be fewer pictures than its rate says."""
        announced = self._video.get(cv2.CAP_PROP_FRAME_COUNT) / self._usual_rate
        is_short = self._is_rate_known and self.length < NEARLY_ALL * announced
        if is_short and not _has_all_boxes(self.path):
            self.remark = f"{self.path} ends after {self.length:.1f} of the {announced:.1f} s it announces."


def _has_all_boxes(path: Path) -> bool:
    """Whether this is an MP4 that ends with its last box: a trimmed one also shows less than it holds."""
    size, at = path.stat().st_size, 0
    with path.open("rb") as content:
        while at + 8 <= size:
            content.seek(at)
            head = content.read(16)
            if at == 0 and head[4:8] != b"ftyp":
                return False
            length = int.from_bytes(head[:4])
            length = int.from_bytes(head[8:]) if length == 1 else length or size - at
            if length < 8:
                return False
            at += length
    return at == size


def sampled(pictures: Iterator[tuple[float, np.ndarray | None]], every: float) -> TimedPictures:
    """What is shown every so many seconds, each with that time; with 0, each picture with its own.

    The pictures end with the time at which the last one ends, and None.
    """
    shown, due = None, 0.0
    for seconds, picture in pictures:
        while every and shown is not None and due < seconds - TIMES_ROUNDED:
            yield due, shown
            due = round(due / every + 1) * every
        if not every and picture is not None:
            yield seconds, picture
        shown = picture


Source = PictureFile | AnimationFile | VideoFile


def source(path: Path, *, every: float) -> Source:
    """Raises BadSource."""
    if not path.is_file():
        raise BadSource(f"{path} is not a file." if path.exists() else f"{path} does not exist.")
    if path.stat().st_size == 0:
        raise BadSource(f"{path} is empty.")
    if _is_heic(path):
        raise BadSource(f"{path} is a HEIC picture, which cannot be read here; save it as a JPEG first.")
    if path.suffix.lower() in CAMERA_FILES or not cv2.haveImageReader(str(path)):
        return VideoFile(path, every=every)
    return AnimationFile(path, every=every) if _is_animated(path) else PictureFile(path)


def _is_heic(path: Path) -> bool:
    """A phone's is made of tiles, of which a video reader would take one for the picture."""
    with path.open("rb") as content:
        head = content.read(12)
    return head[4:8] == b"ftyp" and head[8:] in HEIC and not cv2.haveImageReader(str(path))


def _is_animated(path: Path) -> bool:
    with path.open("rb") as content:
        has_pages = content.read(4) in TIFF  # pages, without times
    return not has_pages and cv2.imcount(str(path)) > 1


def _opaque(picture: np.ndarray) -> np.ndarray:
    """(H, W, 3) BGR of a picture that may be grey, or transparent: then on white."""
    if picture.ndim == 2:
        return cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    if picture.shape[2] == 3:
        return picture
    alpha = picture[:, :, 3:].astype(np.float32) / 255
    return (picture[:, :, :3] * alpha + 255 * (1 - alpha)).round().astype(np.uint8)


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
