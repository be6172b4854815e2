"""Webcam frames in, observations out: the one loop that looks at frames."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from .inspector import FrameInspector
from .observation import Observation
from .recogniser import Recogniser
from .states import FaceState

# What one picture can set off in the libraries that look at it (GraphFault and OpenVINO's are RuntimeError,
# BadFrame is a ValueError). Anything else is a mistake of ours, in every picture, and rises.
FAULTS = (cv2.error, ArithmeticError, LookupError, RuntimeError, ValueError)


class Reader:
    """Reads facial expressions. Keeps nothing between frames; an instance serves one thread at a time.

    A picture that is broken, or breaks a library, costs the other pictures nothing: its observation has an
    ``error``. A picture's observation does not depend on the pictures around it.
    """

    def __init__(
        self, recogniser: Recogniser | None = None, *, inspector: FrameInspector | None = None
    ) -> None:
        """Reads with the shipped network on one CPU thread, or with another recogniser.

        Raises WeightsMissing or EngineMissing where that network cannot be run.
        """
        self.recogniser = recogniser or Recogniser.load()
        self._inspector = inspector or FrameInspector(self.recogniser.input_size)

    def read(self, jpegs: Iterable[bytes]) -> list[Observation]:
        """One observation for each frame, a baseline JPEG with sides of 16 to 1280 px, in order."""
        return self.recognise(list(self.inspect(jpegs)))

    def inspect(self, jpegs: Iterable[bytes]) -> Iterator[Observation]:
        """Yields what each frame shows, and does not ask the network for its expression."""
        for jpeg in jpegs:
            try:
                seen = self._inspector.inspect(jpeg)
            except FAULTS as error:
                seen = Observation(error=error)
            yield seen

    def read_crops(self, crops: Iterable[np.ndarray]) -> list[Observation]:
        """One observation for each aligned face, (S, S) uint8 with S the recogniser's ``input_size``.

        All checks apply but those that need the frame around the face.
        """
        return self.recognise([self._inspector.inspect_crop(crop) for crop in crops])

    def recognise(self, observations: Sequence[Observation]) -> list[Observation]:
        """The observations in order, those that have a crop now with what the network reads from it."""
        faces = [number for number, seen in enumerate(observations) if seen.crop is not None]
        answers = self._recognised([observations[number] for number in faces])
        read = dict(zip(faces, answers, strict=True))
        return [read.get(number, seen) for number, seen in enumerate(observations)]

    def _recognised(self, faces: Sequence[Observation]) -> list[Observation]:
        if not faces:
            return []
        try:
            found = self.recogniser.recognise(
                np.stack([seen.crop for seen in faces if seen.crop is not None]),
                [seen.surer_by for seen in faces],
            )
        except FAULTS as error:
            if len(faces) == 1:
                return [replace(faces[0], state=None, crop=None, facing=None, error=error)]
            # One of them is to blame: each by itself, then.
            return [read for seen in faces for read in self._recognised([seen])]
        regions = zip(found.region_maps, found.region_gates, strict=True)
        answers = zip(faces, found.probabilities, regions, found.unsure, strict=True)
        return [
            replace(
                seen,
                state=FaceState.UNSURE if is_unsure else seen.state,
                probabilities=probabilities,
                region_maps=maps,
                region_gates=gates,
            )
            for seen, probabilities, (maps, gates), is_unsure in answers
        ]
