"""Pictures turned by any angle, and mirrored ones."""

from collections.abc import Iterator

import cv2
import numpy as np

from training.evaluation.trials.rows import Inputs, Row, of_crops, of_frames
from training.fit.fitness.crops import turned_frame

KIND = "turned"
ANGLES = (15, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300)


def turned(face: np.ndarray, degrees: float) -> np.ndarray:
    """The face (S, S), turned about its middle by so many degrees; keeps the shape."""
    middle = tuple((side - 1) / 2 for side in face.shape[::-1])
    way = cv2.getRotationMatrix2D(middle, -degrees, 1)
    return cv2.warpAffine(face, way, face.shape[::-1], borderMode=cv2.BORDER_REPLICATE)


def rows(inputs: Inputs) -> Iterator[Row]:
    for degrees in (15, 30, 45, 60, 90, 135, 180):
        crops = np.stack([turned(face, degrees) for face in inputs.faces.images])
        yield of_crops(inputs, KIND, f"by {degrees} degrees after the alignment", crops)
    for degrees in ANGLES if len(inputs.frames) else ():
        frames = [turned_frame(frame, degrees, mirrored=False)[0] for frame in inputs.frames]
        yield of_frames(inputs, KIND, f"by {degrees} degrees", frames)
    if len(inputs.frames):
        yield of_frames(inputs, KIND, "mirrored", [frame[:, ::-1] for frame in inputs.frames])
        frames = [turned_frame(frame, 180, mirrored=True)[0] for frame in inputs.frames]
        yield of_frames(inputs, KIND, "mirrored and upside down", frames)
