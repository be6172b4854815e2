"""What the worker would say of pictures: of whole frames, and of faces that are already cropped."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emotion.vision.faces import FaceReader
from emotion.vision.recogniser import Recogniser
from emotion.vision.states import FaceState


@dataclass(frozen=True)
class Looked:
    """The face states and answers of N pictures."""

    states: np.ndarray  # (N,) str; "unsure" also where the network is
    answers: np.ndarray  # (N,) index into EXPRESSIONS, -1 where nothing was read
    widths: np.ndarray  # (N,) of the face, px; NaN without one

    @property
    def read(self) -> np.ndarray:
        """(N,) bool: the pictures with an expression as their answer."""
        return self.states == FaceState.SEEN.value


def look(recogniser: Recogniser, jpegs: Sequence[bytes]) -> Looked:
    """What the worker says of whole frames, N JPEG files."""
    reader = FaceReader(crop_size=recogniser.input_size)
    views = [reader.view(jpeg) for jpeg in jpegs]
    widths = np.array([view.face.width if view.face else np.nan for view in views])
    shown = [(view.state, view.crop, view.surer_by) for view in views]
    return _answered(recogniser, shown, widths)


def look_at_crops(recogniser: Recogniser, crops: np.ndarray) -> Looked:
    """What the worker says of aligned faces (N, S, S) uint8.

    All tests of the worker are applied but those that need the frame around the face.
    """
    reader = FaceReader(crop_size=recogniser.input_size)
    judged = [reader.judged(crop) for crop in crops]
    shown = [(state, crop, surer_by) for crop, (state, surer_by) in zip(crops, judged, strict=True)]
    return _answered(recogniser, shown, np.full(len(crops), np.nan))


def _answered(
    recogniser: Recogniser, shown: list[tuple[FaceState, np.ndarray | None, float]], widths: np.ndarray
) -> Looked:
    answers = np.full(len(shown), -1)
    told = np.array([state.value for state, _, _ in shown], dtype=object)
    seen = np.flatnonzero(told == FaceState.SEEN.value)
    if len(seen):
        recognition = recogniser.recognise(
            np.stack([np.asarray(shown[n][1]) for n in seen]), [shown[n][2] for n in seen]
        )
        answers[seen] = recognition.probabilities.argmax(axis=1)
        told[seen[recognition.unsure]] = FaceState.UNSURE.value
    return Looked(told, answers, widths)
