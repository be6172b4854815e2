"""The annotated copy: a picture for a picture, a video for a video."""

from pathlib import Path

import cv2
import numpy as np

from .sources import Source
from .timed import BadSource

PICTURES, VIDEOS = (".png", ".jpg", ".jpeg"), (".mp4",)


class Copy:
    """A file into which pictures are written, as many and for as long as those of its source."""

    def __init__(self, path: Path, source: Source) -> None:
        """Raises BadSource where such a file cannot be made."""
        endings = VIDEOS if source.is_video else PICTURES
        if path.suffix.lower() not in endings:
            kind = "video" if source.is_video else "picture"
            raise BadSource(f"{path}: the copy of a {kind} ends in {' or '.join(endings)}.")
        if path.resolve() == source.path.resolve():
            raise BadSource(f"{path} is the file itself; name another one for the copy.")
        if not path.parent.is_dir():
            raise BadSource(f"{path} cannot be written: its folder does not exist.")
        self._path, self._source = path, source
        self._video: cv2.VideoWriter | None = None
        self._written = 0
        self._shown: np.ndarray | None = None

    def add(self, seconds: float, picture: np.ndarray) -> None:
        """Writes a picture, (H, W, 3) BGR uint8; in a video, it is shown until the next one's time.

        Pictures come in the order of their times. Raises BadSource.
        """
        if not self._source.is_video:
            if not cv2.imwrite(str(self._path), picture):
                raise BadSource(f"{self._path} cannot be written.")
            return
        if self._video is None:
            size, code = picture.shape[1::-1], cv2.VideoWriter.fourcc(*"mp4v")
            self._video = cv2.VideoWriter(str(self._path), code, self._source.rate, size)
            if not self._video.isOpened():
                raise BadSource(f"{self._path} cannot be written.")
        self._show_until(seconds)
        self._shown = picture

    def _show_until(self, seconds: float) -> None:
        if self._video is None or self._shown is None:
            return
        while self._written < round(seconds * self._source.rate):
            self._video.write(self._shown)
            self._written += 1

    def close(self) -> None:
        if self._video is not None:
            self._show_until(self._source.length)
            self._video.release()
