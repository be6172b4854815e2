"""A video file as pictures with their times, by the ffmpeg inside OpenCV."""

from pathlib import Path

import cv2
import numpy as np

from emotion.vision.jpeg import SOI

from .captured import captured_stderr
from .timed import BadSource, EndedPictures, TimedPictures, resize_for_display, sampled

# Motion JPEG: a sequence of JPEGs, so the file starts like a single one.
MOTION_JPEG = {".mjpeg", ".mjpg"}
DEFAULT_RATE = 25.0  # frames per second, where the file does not tell
MAX_RATE = 240.0  # frames per second of a slow-motion camera; a larger number is no rate
COVER_RATE = 90_000.0  # frames per second that ffmpeg reports for the cover picture of a piece of music
NEARLY_ALL = 0.95  # share of the announced time; files round it
# Part of ffmpeg's warning for interlaced video, as television and camcorders make it. OpenCV then returns
# memory that was never written.
INTERLACED = "interlaced to progressive"


class VideoFile:
    """A video that ffmpeg can read."""

    is_video = True
    length = 0.0  # seconds; known at the end

    def __init__(self, path: Path, *, every: float) -> None:
        """``every``: seconds between two pictures; 0 for all of them. Raises BadSource."""
        self.path, self._every = path, every
        # One thread: with more, ffmpeg would write some errors after stderr is released.
        with captured_stderr():
            self._video = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
        if not self._video.isOpened() or self._is_embedded_jpeg():
            raise BadSource(f"{path} is neither a picture nor a video that can be read here.")
        if self._is_cover():
            raise BadSource(f"{path} holds sound and a cover picture, and no video.")
        rate = self._video.get(cv2.CAP_PROP_FPS)
        # Some files with pictures at varying times give the unit of their clock here.
        self._is_rate_known = 0 < rate <= MAX_RATE
        self._file_rate = rate if self._is_rate_known else DEFAULT_RATE
        self.rate = 1 / every if every else self._file_rate
        self.remark = ""

    def _is_embedded_jpeg(self) -> bool:
        """Whether ffmpeg found a JPEG inside something else, such as a document or an archive."""
        is_bare = self._code == b"MJPG" and self._video.get(cv2.CAP_PROP_FRAME_COUNT) < 0
        if not is_bare or self.path.suffix.lower() in MOTION_JPEG:
            return False
        with self.path.open("rb") as content:
            return content.read(len(SOI)) != SOI

    def _is_cover(self) -> bool:
        """Whether this is sound with one picture."""
        if self._video.get(cv2.CAP_PROP_FPS) != COVER_RATE:
            return False
        with captured_stderr():
            other = cv2.VideoCapture(str(self.path), cv2.CAP_FFMPEG)
            return bool(other.grab()) and not other.grab()

    @property
    def _code(self) -> bytes:
        return int(self._video.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little")

    def pictures(self) -> TimedPictures:
        return sampled(self._timed(), self._every)

    def _timed(self) -> EndedPictures:
        """Yields the pictures with the times that stand in the file."""
        count, before, start, late = 0, -1 / self._file_rate, 0.0, 0.0
        while (picture := self._next()) is not None:
            clock = self._video.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if count == 0:
                # In a part of a longer recording, the clock does not begin with the first picture.
                start, late = clock, max(0.0, self._video.get(cv2.CAP_PROP_PTS) / self._file_rate)
            seconds = clock - start
            # The file has no times, or they do not increase.
            if seconds <= before:
                seconds = before + 1 / self._file_rate
            yield seconds, resize_for_display(picture, self._pixel_aspect)
            count, before = count + 1, seconds
        if not count:
            raise BadSource(f"{self.path} holds no picture that could be read{self._coded_as()}.")
        self.length = before + 1 / self._file_rate
        self._remark_on_end(late)
        yield self.length, None

    def _next(self) -> np.ndarray | None:
        with captured_stderr() as written:
            if not self._video.grab():
                return None
            picture = self._video.retrieve()[1]
            is_interlaced = INTERLACED in written()
        if is_interlaced:
            raise BadSource(
                f"{self.path} is interlaced, which cannot be read here; convert it first: "
                "ffmpeg -i FILE -vf yadif OTHER.mp4"
            )
        return picture

    @property
    def _pixel_aspect(self) -> float:
        """The pixel aspect ratio: the width of a pixel over its height, as shown."""
        wide, high = self._video.get(cv2.CAP_PROP_SAR_NUM), self._video.get(cv2.CAP_PROP_SAR_DEN)
        # OpenCV has turned the picture already.
        if self._video.get(cv2.CAP_PROP_ORIENTATION_META) % 180:
            wide, high = high, wide
        return wide / high if wide > 0 and high > 0 else 1.0

    def _coded_as(self) -> str:
        code = self._code
        # ffmpeg tries MJPG with anything called .jpg.
        is_known = code.isalnum() and code != b"MJPG"
        return f"; its video is coded as {code.decode()}" if is_known else ""

    def _remark_on_end(self, late: float) -> None:
        """Set the remark if the file is shorter than it announces, by time: its frame rate may vary."""
        announced = self._video.get(cv2.CAP_PROP_FRAME_COUNT) / self._file_rate - late
        is_short = self._is_rate_known and self.length < NEARLY_ALL * announced
        if is_short and not _has_all_boxes(self.path):
            self.remark = f"{self.path} ends after {self.length:.1f} of the {announced:.1f} s it announces."


def _has_all_boxes(path: Path) -> bool:
    """Whether a file is an MP4 whose last box is complete.

    A trimmed MP4 announces more than it shows, and is not cut off.
    """
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
