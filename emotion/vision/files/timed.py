"""Pictures with their times, whatever file they come from."""

from collections.abc import Iterator

import cv2
import numpy as np

# Pixels: the largest frame that the worker takes.
LONGEST_SIDE = 1280
TIMES_ROUNDED = 0.001  # seconds: many files have times in whole milliseconds

# Seconds since the start, and an (H, W, 3) BGR uint8 picture.
TimedPictures = Iterator[tuple[float, np.ndarray]]
# TimedPictures, and at last the time at which the last picture ends, with None.
EndedPictures = Iterator[tuple[float, np.ndarray | None]]


class BadSource(Exception):
    """The file cannot be read or written; the message is one sentence for the person who named it."""


def sampled(pictures: EndedPictures, every: float) -> TimedPictures:
    """The pictures that are shown every so many seconds, with those times; with 0, all pictures."""
    shown: np.ndarray | None = None
    due = 0.0
    for seconds, picture in pictures:
        while every and shown is not None and due < seconds - TIMES_ROUNDED:
            yield due, shown
            due = round(due / every + 1) * every
        if not every and picture is not None:
            yield seconds, picture
        shown = picture


def resize_for_display(picture: np.ndarray, pixel_aspect: float = 1.0) -> np.ndarray:
    """The picture with no side over LONGEST_SIDE, and with square pixels.

    pixel_aspect: the width of a pixel over its height, as shown.
    """
    height, width = picture.shape[0], picture.shape[1] * pixel_aspect
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size == picture.shape[1::-1]:
        return picture
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
