"""What all tests together cost ordinary upright faces, compared with the recogniser's threshold alone."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from emotion.vision.observation import Observation
from emotion.vision.reader import Reader
from emotion.vision.recogniser import Recogniser
from emotion.vision.states import FaceState
from training.evaluation.observations import observe_crops
from training.evaluation.trials.rows import Inputs, Row, of_crops, of_frames
from training.fit.fitness.annotations import NOT_ORDINARY

KIND = "ordinary"
BY_EYE = "PublicTest faces, ordinary by eye"


def rows(inputs: Inputs) -> Iterator[Row]:
    yield from _of_faces(inputs, "PublicTest faces")
    yield from _of_faces(inputs.where(~np.isin(inputs.letters, list(NOT_ORDINARY))), BY_EYE)
    if len(inputs.frames):
        yield of_frames(inputs, KIND, "as they are", inputs.frames)


def _of_faces(inputs: Inputs, pictures: str) -> Iterator[Row]:
    for case, observer in (("as they are", observe_crops), ("without these tests", untested)):
        yield replace(of_crops(inputs, KIND, case, inputs.faces.images, observer=observer), pictures=pictures)


def untested(recogniser: Recogniser, crops: np.ndarray) -> list[Observation]:
    """Observations of crops (N, S, S) uint8 if only the recogniser's own threshold counted."""
    return Reader(recogniser).recognise([Observation(state=FaceState.SEEN, crop=crop) for crop in crops])
