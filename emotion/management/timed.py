"""Timed pictures, whatever file they come from."""

from collections.abc import Iterator

import cv2
import numpy as np

LONGEST_SIDE = 1280  # as large as the worker takes a frame
TIMES_ROUNDED = 0.001  # seconds: to whole milliseconds in many files

TimedPictures = Iterator[tuple[float, np.ndarray]]


class BadSource(Exception):
    """The file cannot be read or written; the message is one sentence for the person who named it."""


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


def fitting(picture: np.ndarray, stretch: float = 1.0) -> np.ndarray:
    """With no side over LONGEST_SIDE, and its pixels as wide as high."""
    height, width = picture.shape[0], picture.shape[1] * stretch
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size == picture.shape[1::-1]:
        return picture
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
