"""Whether webcam crops show a face the way FER2013 does: python -m training framing

One instrument measures both: the detector, on 48x48 pictures enlarged in the middle of a grey canvas. Its
errors on such pictures are the same for both, so their difference is that of the framings alone. FRAMING in
emotion/vision/geometry.py was set so that it vanishes; one person's own proportions leave about half a pixel.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np

from emotion.vision.detector import FaceDetector
from emotion.vision.reader import Reader
from training.data.dataset import Faces

# px: faces as large as they are to the detector in a webcam frame, with some room around them.
ENLARGED, CANVAS = 80, 128
SURE = 0.6
# Images; their medians are exact to 0.1 px.
SAMPLE = 3000
EVERY = 6  # frames of a video


def measure(crops: Iterable[np.ndarray]) -> np.ndarray:
    """(5, 2): the median position of each landmark in grey pictures (S, S) uint8, in their pixels."""
    detector, found = FaceDetector(), []
    edge = (CANVAS - ENLARGED) // 2
    for crop in crops:
        large = cv2.resize(crop, (ENLARGED, ENLARGED), interpolation=cv2.INTER_LINEAR)
        grey = cv2.mean(large)[0]
        canvas = cv2.copyMakeBorder(large, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=grey)
        faces = [face for face in detector.detect(canvas) if face.score > SURE]
        if faces:
            found.append((faces[0].landmarks - edge + 0.5) * (crop.shape[0] / ENLARGED) - 0.5)
    return np.median(found, axis=0)


def crops_of(video: Path) -> list[np.ndarray]:
    """The crops (48, 48) that the worker cuts from every sixth frame of a video, where it sees a face."""
    observations = Reader().inspect(cv2.imencode(".jpg", frame)[1].tobytes() for frame in _sampled(video))
    return [seen.crop for seen in observations if seen.crop is not None]


def _sampled(video: Path) -> Iterator[np.ndarray]:
    capture, sampled = cv2.VideoCapture(str(video)), 0
    while (read := capture.read())[0]:
        if sampled * EVERY <= capture.get(cv2.CAP_PROP_POS_FRAMES):
            sampled += 1
            yield read[1]


def compare(training: Faces, video: Path) -> dict[str, np.ndarray]:
    """{source: (5, 2) median positions of the landmarks, px of 48}, with their difference."""
    fer = measure(training.images[:: max(1, len(training) // SAMPLE)])
    webcam = measure(crops_of(video))
    return {"FER2013": fer, video.name: webcam, "difference": webcam - fer}
