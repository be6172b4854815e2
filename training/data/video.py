"""Frames of a video of one face, as a student's page would send them."""

from pathlib import Path

import cv2
import numpy as np
import simplejpeg

from training.data.dataset import BadFile

WIDTH = 320  # px, as a student's page sends
# Only every sixth frame is used, because neighbouring frames look alike.
EVERY = 6
# Frames of the test video in which a hand is before the face, found by a person. None should be read.
HANDS = {
    "WolfgangLanger_Pexels.mp4": {
        "a hand at the lower lip": range(58, 92),
        "a hand over mouth and eye": range(92, 155),
        "fingers over a corner of the mouth": range(155, 227),
    }
}
EVERY_OF_HANDS = 2
# As a student's page sends.
QUALITY = 75


def frames_of(video: Path) -> list[np.ndarray]:
    """Every sixth frame (H, 320) uint8 grey of a video, without those in which a hand is before the face.

    Raises BadFile.
    """
    hidden = {number for numbers in HANDS.get(video.name, {}).values() for number in numbers}
    return [
        frame for number, frame in enumerate(_frames(video)) if number % EVERY == 0 and number not in hidden
    ]


def frames_behind_hands(video: Path) -> dict[str, list[np.ndarray]]:
    """{what hides the face: frames (H, 320) uint8 grey} of a video that HANDS knows; {} of others.

    Raises BadFile.
    """
    frames = _frames(video)
    return {
        what: [frames[number] for number in numbers[::EVERY_OF_HANDS]]
        for what, numbers in HANDS.get(video.name, {}).items()
    }


def _frames(video: Path) -> list[np.ndarray]:
    capture, frames = cv2.VideoCapture(str(video)), []
    while (read := capture.read())[0]:
        grey = cv2.cvtColor(read[1], cv2.COLOR_BGR2GRAY)
        scale = WIDTH / grey.shape[1]
        frames.append(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    if not frames:
        raise BadFile(f"{video} does not exist or holds no picture that can be read.")
    return frames


def decoded(picture: np.ndarray) -> np.ndarray:
    """The grey picture (H, W) uint8 of an encoded one (n,) uint8. Raises ValueError if it is unreadable."""
    grey = cv2.imdecode(picture, cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise ValueError("These bytes are no picture.")
    return grey


def jpeg(frame: np.ndarray, quality: int = QUALITY) -> bytes:
    """The JPEG that a browser's canvas would write of a picture (H, W) or (H, W, 3) uint8 BGR."""
    colour = frame if frame.ndim == 3 else cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)
    return simplejpeg.encode_jpeg(np.ascontiguousarray(colour), quality, "BGR")
