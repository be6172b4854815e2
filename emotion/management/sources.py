"""A picture or video file as timed pictures."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

from ..jpeg import SOI
from .complaints import overheard

LONGEST_SIDE = 1280  # as large as the worker takes a frame
CAMERA_FILES = {".mjpeg", ".mjpg"}  # one JPEG after the other: a video, though it starts like a picture
USUAL_RATE = 25.0  # pictures a second, where the file does not tell
FASTEST_RATE = 240.0  # pictures a second of a slow-motion camera; what is above is no rate
NEARLY_ALL = 0.95  # of the announced time: files round it
TIMES_ROUNDED = 0.001  # seconds: to whole milliseconds in many files
AT_ONCE = 64  # pictures of an animation
TOO_QUICK, USUAL_PAUSE = 10, 100  # milliseconds: what is shown for so short a time, browsers show for so long
TIFF = {b"II*\0", b"MM\0*"}
# Television and camcorders: OpenCV hands out memory that was never written, and calls that a picture.
INTERLACED = "interlaced to progressive"
VIDEO_BEHIND = re.compile(rb"\0\0[\0-\xff]ftyp(mp4|iso|qt)")  # a phone's "motion photo"
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

# Complaints come as BadSource, in one sentence; ffmpeg's and libpng's are overheard.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

CANNOT_BE_READ = "{} cannot be read as a picture: it is damaged, too large, or of a kind unknown here."

TimedPictures = Iterator[tuple[float, np.ndarray]]


class BadSource(Exception):
    """The file cannot be read or written; the message is one sentence for the person who named it."""


class PictureFile:
    is_video = False
    rate = length = 1.0

    def __init__(self, path: Path) -> None:
        self.path = path
        self.remark = _what_else(path)

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
        start, count = 0.0, _count(self.path)
        for first in range(0, count, AT_ONCE):  # in parts: as raw pixels, all of them may be gigabytes
            with _damage_named(self.path):
                is_read, part = cv2.imreadanimation(str(self.path), first, AT_ONCE)
            if not is_read:
                raise BadSource(CANNOT_BE_READ.format(self.path))
            for picture, milliseconds in zip(part.frames, part.durations.ravel().tolist(), strict=True):
                yield start, _fitting(_opaque(picture))
                start += (milliseconds if milliseconds > TOO_QUICK else USUAL_PAUSE) / 1000
        self.length = start
        yield self.length, None


class VideoFile:
    is_video = True
    length = 0.0  # seconds; known at the end

    def __init__(self, path: Path, *, every: float) -> None:
        """every: seconds between two pictures; 0 is each of them."""
        self.path, self._every = path, every
        # One thread, or ffmpeg would also write its errors while nobody listens.
        with overheard():
            self._video = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
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
        count, before, start, late = 0, -1 / self._usual_rate, 0.0, 0.0
        while (picture := self._next()) is not None:
            said = self._video.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if count == 0:
                start, late = said, self._late_by()
            seconds = said - start
            if seconds <= before:  # a file without times
                seconds = before + 1 / self._usual_rate
            yield seconds, _fitting(picture, self._stretch)
            count, before = count + 1, seconds
        if not count:
            raise BadSource(f"{self.path} holds no picture that could be read{self._coded_as()}.")
        self.length = before + 1 / self._usual_rate
        self._remark_on_end(late)
        yield self.length, None

    def _next(self) -> np.ndarray | None:
        with overheard() as said:
            if not self._video.grab():
                return None
            picture = self._video.retrieve()[1]
            is_interlaced = INTERLACED in said()
        if is_interlaced:
            raise BadSource(
                f"{self.path} is interlaced, which cannot be read here; convert it first: "
                "ffmpeg -i FILE -vf yadif OTHER.mp4"
            )
        return picture

    @property
    def _stretch(self) -> float:
        """How many times as wide as high the file's pixels are to be shown."""
        wide, high = self._video.get(cv2.CAP_PROP_SAR_NUM), self._video.get(cv2.CAP_PROP_SAR_DEN)
        if self._video.get(cv2.CAP_PROP_ORIENTATION_META) % 180:  # OpenCV has turned the picture already
            wide, high = high, wide
        return wide / high if wide > 0 and high > 0 else 1.0

    def _coded_as(self) -> str:
        code = int(self._video.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little")
        is_told = code.isalnum() and code != b"MJPG"  # which is what ffmpeg tries with anything called .jpg
        return f"; its video is coded as {code.decode()}" if is_told else ""

    def _late_by(self) -> float:
        """Seconds by the file's clock before its first picture, as in a part of a longer recording."""
        return max(0.0, self._video.get(cv2.CAP_PROP_PTS) / self._usual_rate)

    def _remark_on_end(self, late: float) -> None:
        """Of a file that is cut off, told by its time: there may be fewer pictures than its rate says."""
        announced = self._video.get(cv2.CAP_PROP_FRAME_COUNT) / self._usual_rate - late
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
    try:
        if not path.is_file():
            raise BadSource(f"{path} is not a file." if path.exists() else f"{path} does not exist.")
        with path.open("rb") as content:
            head = content.read(12)
    except OSError as error:
        raise BadSource(f"{path} cannot be read: {error.strerror}.") from error
    if not head:
        raise BadSource(f"{path} is empty.")
    with overheard():
        is_picture = cv2.haveImageReader(str(path))
    if _is_heic(head) and not is_picture:
        raise BadSource(f"{path} is a HEIC picture, which cannot be read here; save it as a JPEG first.")
    if path.suffix.lower() in CAMERA_FILES or not is_picture:
        return VideoFile(path, every=every)
    has_pages = head[:4] in TIFF  # pages, without times
    is_animated = not has_pages and _count(path) > 1
    return AnimationFile(path, every=every) if is_animated else PictureFile(path)


def _is_heic(head: bytes) -> bool:
    """A phone's is made of tiles, of which a video reader would take one for the picture."""
    return head[4:8] == b"ftyp" and head[8:] in HEIC


def _count(path: Path) -> int:
    with _damage_named(path):
        return cv2.imcount(str(path))


def _what_else(path: Path) -> str:
    """What a picture's file holds besides the picture that is read."""
    pages = _count(path)
    if pages > 1:
        return f"{path} holds {pages} pictures; the first one is read."
    if path.suffix.lower() == ".mpo":  # OpenCV counts one
        return f"{path} holds several pictures; the first one is read."
    content = path.read_bytes()
    has_video = content.startswith(SOI) and VIDEO_BEHIND.search(content)
    return f"{path} also holds a video, which is not read; only the picture is." if has_video else ""


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    """What OpenCV raises is about its own source code."""
    try:
        with overheard():
            yield
    except cv2.error as error:
        raise BadSource(CANNOT_BE_READ.format(path)) from error


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
    if content.startswith(SOI):
        _check_whole(path, content)
    with _damage_named(path):
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise BadSource(CANNOT_BE_READ.format(path))
    return _fitting(picture)


def _check_whole(path: Path, content: bytes) -> None:
    """cv2 fills the missing half of a JPEG with grey and says nothing; here it is an error."""
    try:
        simplejpeg.decode_jpeg(content, "GRAY")
    except ValueError as error:
        raise BadSource(f"{path} is cut off or damaged: {error}.") from error


def _fitting(picture: np.ndarray, stretch: float = 1.0) -> np.ndarray:
    """With no side over LONGEST_SIDE, and its pixels as wide as high."""
    height, width = picture.shape[0], picture.shape[1] * stretch
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size == picture.shape[1::-1]:
        return picture
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
