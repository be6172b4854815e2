"""A picture or video file as pictures with their times."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

from emotion.vision.jpeg import SOI

from .captured import captured_stderr
from .timed import BadSource, EndedPictures, TimedPictures, resize_for_display, sampled
from .videos import DEFAULT_RATE, MOTION_JPEG, VideoFile

AT_ONCE = 64  # pictures of an animation that are decoded together: as raw pixels, all may be gigabytes
# Milliseconds. Browsers show a picture whose time is at most TOO_QUICK for USUAL_PAUSE.
TOO_QUICK, USUAL_PAUSE = 10, 100
TIFF = {b"II*\0", b"MM\0*"}
# A phone's "motion photo".
VIDEO_BEHIND = re.compile(rb"\0\0[\0-\xff]ftyp(mp4|iso|qt)")
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

# Faults are raised as BadSource, in one sentence. `captured_stderr` keeps the messages of ffmpeg and libpng
# back.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

CANNOT_BE_READ = "{} cannot be read as a picture: it is damaged, too large, or of a kind unknown here."


class PictureFile:
    """A file from which one picture is read."""

    is_video = False
    rate = length = 1.0

    def __init__(self, path: Path) -> None:
        self.path = path
        self.remark = _what_else(path)

    def pictures(self) -> TimedPictures:
        """Yields 0.0 and the picture, with no side over LONGEST_SIDE. Raises BadSource."""
        yield 0.0, picture_of(self.path)


class AnimationFile:
    """A GIF, PNG, WebP or AVIF with several pictures and the time for which each is shown."""

    is_video = True
    remark = ""
    length = 0.0  # seconds; known at the end

    def __init__(self, path: Path, *, every: float) -> None:
        self.path, self._every = path, every
        self.rate = 1 / every if every else DEFAULT_RATE

    def pictures(self) -> TimedPictures:
        return sampled(self._timed(), self._every)

    def _timed(self) -> EndedPictures:
        start, count = 0.0, _count(self.path)
        for first in range(0, count, AT_ONCE):
            with _damage_named(self.path):
                is_read, part = cv2.imreadanimation(str(self.path), first, AT_ONCE)
            if not is_read:
                raise BadSource(CANNOT_BE_READ.format(self.path))
            durations = np.ravel(part.durations).tolist()
            for picture, milliseconds in zip(part.frames, durations, strict=True):
                yield start, resize_for_display(_opaque(picture))
                start += (milliseconds if milliseconds > TOO_QUICK else USUAL_PAUSE) / 1000
        self.length = start
        yield self.length, None


Source = PictureFile | AnimationFile | VideoFile


def source(path: Path, *, every: float) -> Source:
    """The pictures of a file. Raises BadSource where it is no picture or video that can be read here.

    every: seconds between two pictures of a video or an animation; 0 for all of them.
    """
    try:
        if not path.is_file():
            raise BadSource(f"{path} is not a file." if path.exists() else f"{path} does not exist.")
        with path.open("rb") as content:
            head = content.read(12)
    except OSError as error:
        raise BadSource(f"{path} cannot be read: {error.strerror}.") from error
    if not head:
        raise BadSource(f"{path} is empty.")
    with captured_stderr():
        is_picture = cv2.haveImageReader(str(path))
    # A phone's HEIC picture is made of tiles, and a video reader would show only one.
    is_heic = head[4:8] == b"ftyp" and head[8:] in HEIC
    if is_heic and not is_picture:
        raise BadSource(f"{path} is a HEIC picture, which cannot be read here; save it as a JPEG first.")
    if path.suffix.lower() in MOTION_JPEG or not is_picture:
        return VideoFile(path, every=every)
    # The pages of a TIFF have no times.
    has_pages = head[:4] in TIFF
    is_animated = not has_pages and _count(path) > 1
    return AnimationFile(path, every=every) if is_animated else PictureFile(path)


def _count(path: Path) -> int:
    with _damage_named(path):
        return cv2.imcount(str(path))


def _what_else(path: Path) -> str:
    """One sentence on what a file holds besides the picture that is read, or nothing."""
    pages = _count(path)
    if pages > 1:
        return f"{path} holds {pages} pictures; the first one is read."
    # OpenCV counts one picture in such a file.
    if path.suffix.lower() == ".mpo":
        return f"{path} holds several pictures; the first one is read."
    content = path.read_bytes()
    has_video = content.startswith(SOI) and VIDEO_BEHIND.search(content)
    return f"{path} also holds a video, which is not read; only the picture is." if has_video else ""


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    """Raises BadSource for OpenCV's errors, whose texts are about its own source code."""
    try:
        with captured_stderr():
            yield
    except cv2.error as error:
        raise BadSource(CANNOT_BE_READ.format(path)) from error


def _opaque(picture: np.ndarray) -> np.ndarray:
    """(H, W, 3) BGR uint8 of a picture that may be grey, or transparent, which is then laid on white."""
    if picture.ndim == 2:
        return cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    if picture.shape[2] == 3:
        return picture
    alpha = picture[:, :, 3:].astype(np.float32) / 255
    return (picture[:, :, :3] * alpha + 255 * (1 - alpha)).round().astype(np.uint8)


def picture_of(path: Path) -> np.ndarray:
    """(H, W, 3) BGR uint8 with no side over LONGEST_SIDE, turned as its EXIF says. Raises BadSource.

    Phones store portraits on their side.
    """
    content = path.read_bytes()
    is_jpeg = content.startswith(SOI)
    if is_jpeg:
        _check_whole(path, content)
    with _damage_named(path):
        pixels = np.frombuffer(content, np.uint8)
        # Turned, in 8 bits, and without its transparency.
        picture = cv2.imdecode(pixels, cv2.IMREAD_COLOR)
        stored = None if is_jpeg else cv2.imdecode(pixels, cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise BadSource(CANNOT_BE_READ.format(path))
    return resize_for_display(_on_white(picture, stored))


def _on_white(picture: np.ndarray, stored: np.ndarray | None) -> np.ndarray:
    """The picture with what is transparent in white.

    Editors leave the pixels of what they cut away, and a face that nobody sees is not to be read.
    """
    if stored is None or stored.shape != (*picture.shape[:2], 4) or stored.dtype.kind != "u":
        return picture
    alpha = stored[:, :, 3] // (np.iinfo(stored.dtype).max // 255)
    return _opaque(np.dstack([picture, alpha.astype(np.uint8)]))


def _check_whole(path: Path, content: bytes) -> None:
    """Raises BadSource for a JPEG that ends early: cv2 would fill it up with grey and say nothing."""
    try:
        simplejpeg.decode_jpeg(content, "GRAY")
    except ValueError as error:
        raise BadSource(f"{path} is cut off or damaged: {error}.") from error
