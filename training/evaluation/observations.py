"""What the worker would answer for whole frames, and for faces that are already cropped."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emotion.vision.faces import FaceReader
from emotion.vision.recogniser import Recogniser
from emotion.vision.states import FaceState


@dataclass(frozen=True)
class Observations:
    """The face states and answers of N pictures."""

    states: np.ndarray
    """(N,) str, face states; "unsure" also where the expression network is."""
    answers: np.ndarray
    """(N,) indices into EXPRESSIONS, -1 where nothing was read."""
    widths: np.ndarray
    """(N,) of the faces, px; NaN without a face."""

    @property
    def read(self) -> np.ndarray:
        """(N,) bool: the pictures with an expression as their answer."""
        return self.states == FaceState.SEEN.value


def observe(recogniser: Recogniser, jpegs: Sequence[bytes]) -> Observations:
    """The worker's answers for whole frames, N JPEG files."""
    reader = FaceReader(crop_size=recogniser.input_size)
    views = [reader.view(jpeg) for jpeg in jpegs]
    widths = np.array([view.face.width if view.face else np.nan for view in views])
    shown = [(view.state, view.crop, view.surer_by) for view in views]
    return _answered(recogniser, shown, widths)


def observe_crops(recogniser: Recogniser, crops: np.ndarray) -> Observations:
    """The worker's answers for aligned faces (N, S, S) uint8.

    All its checks are applied except those that need the frame around the face.
    """
    reader = FaceReader(crop_size=recogniser.input_size)
    judged = [reader.judged(crop) for crop in crops]
    shown = [(state, crop, surer_by) for crop, (state, surer_by) in zip(crops, judged, strict=True)]
    return _answered(recogniser, shown, np.full(len(crops), np.nan))


def _answered(
    recogniser: Recogniser, shown: list[tuple[FaceState, np.ndarray | None, float]], widths: np.ndarray
) -> Observations:
    answers = np.full(len(shown), -1)
    states = np.array([state.value for state, _, _ in shown], dtype=object)
    seen = np.flatnonzero(states == FaceState.SEEN.value)
    if len(seen):
        recognition = recogniser.recognise(
            np.stack([np.asarray(shown[n][1]) for n in seen]), [shown[n][2] for n in seen]
        )
        answers[seen] = recognition.probabilities.argmax(axis=1)
        states[seen[recognition.unsure]] = FaceState.UNSURE.value
    return Observations(states, answers, widths)
