"""What all tests together cost ordinary upright faces, compared with the recogniser's threshold alone."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from emotion.vision.recogniser import Recogniser
from emotion.vision.states import FaceState
from training.evaluation.looking import Looked
from training.evaluation.trials.rows import Given, Row, of_crops, of_frames
from training.fit.fitness.by_eye import NOT_ORDINARY

KIND = "ordinary"
BY_EYE = "PublicTest faces, ordinary by eye"


def rows(given: Given) -> Iterator[Row]:
    yield from _of_faces(given, "PublicTest faces")
    yield from _of_faces(given.where(~np.isin(given.letters, list(NOT_ORDINARY))), BY_EYE)
    if len(given.frames):
        yield of_frames(given, KIND, "as they are", given.frames)


def _of_faces(given: Given, pictures: str) -> Iterator[Row]:
    for case, look in {"as they are": None, "without these tests": untested}.items():
        chosen = {"look": look} if look else {}
        yield replace(of_crops(given, KIND, case, given.faces.images, **chosen), pictures=pictures)


def untested(recogniser: Recogniser, crops: np.ndarray) -> Looked:
    """The answers to crops (N, S, S) uint8 if only the recogniser's own threshold counted."""
    found = recogniser.recognise(crops)
    states = np.where(found.unsure, FaceState.UNSURE.value, FaceState.SEEN.value).astype(object)
    answers = np.where(found.unsure, -1, found.probabilities.argmax(axis=1))
    return Looked(states, answers, np.full(len(crops), np.nan))
