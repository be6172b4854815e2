"""The annotated copy: a picture for a picture, a video for a video."""

from pathlib import Path

import cv2
import numpy as np

from .sources import BadSource, Source

PICTURES, VIDEOS = (".png", ".jpg", ".jpeg"), (".mp4",)


class Copy:
    """Raises BadSource where such a file cannot be made."""

    def __init__(self, path: Path, source: Source) -> None:
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

    def add(self, picture: np.ndarray) -> None:
        if not self._source.is_video:
            if not cv2.imwrite(str(self._path), picture):
                raise BadSource(f"{self._path} cannot be written.")
            return
        if self._video is None:
            size, rate = picture.shape[1::-1], self._source.pictures_per_second
            self._video = cv2.VideoWriter(str(self._path), cv2.VideoWriter_fourcc(*"mp4v"), rate, size)
            if not self._video.isOpened():
                raise BadSource(f"{self._path} cannot be written.")
        self._video.write(picture)

    def close(self) -> None:
        if self._video is not None:
            self._video.release()
