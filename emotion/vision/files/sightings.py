"""What the worker would say of each picture, as one row each. Nothing here is saved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import simplejpeg

from emotion.vision import engagement
from emotion.vision.faces import FaceReader, View
from emotion.vision.labels import EXPRESSIONS
from emotion.vision.recogniser import CHUNK, Recogniser
from emotion.vision.states import FaceState
from emotion.vision.stillness import compared

QUALITY = 95  # a frame comes as JPEG; this one should cost the face nothing
COLUMNS = (
    "seconds",
    "face",
    "facing",
    "expression",
    "unsure",
    *EXPRESSIONS,
    "engagement",
    "recogniser_version",
    "engagement_version",
)


@dataclass(frozen=True)
class Sighting:
    """One picture and what was seen in it."""

    seconds: float
    picture: np.ndarray
    view: View
    probabilities: np.ndarray | None = None  # (8,) where a face was read
    region_maps: np.ndarray | None = None  # (K, h, w)
    is_unsure: bool = False  # the network was asked, and its best answer is too weak to be told

    @property
    def state(self) -> FaceState:
        return FaceState.UNSURE if self.is_unsure else self.view.state

    @property
    def expression(self) -> str | None:
        if self.probabilities is None or self.is_unsure:
            return None
        return EXPRESSIONS[self.probabilities.argmax()]

    @property
    def score(self) -> float | None:
        return engagement.score(self.probabilities, self.view.facing) if self.expression else None

    def row(self, recogniser_version: str) -> list[str]:
        """In the order of COLUMNS. Probabilities stand there also when they were too weak to be told."""
        shares = [""] * len(EXPRESSIONS)
        if self.probabilities is not None:
            shares = [f"{share:.4f}" for share in self.probabilities]
        return [
            f"{self.seconds:.3f}",
            self.state.value,
            self.view.facing.value if self.view.facing else "",
            self.expression or "",
            "yes" if self.state == FaceState.UNSURE else "no",
            *shares,
            "" if self.score is None else f"{self.score:.4f}",
            recogniser_version,
            engagement.ENGAGEMENT_VERSION,
        ]


def sightings(
    pictures: Iterable[tuple[float, np.ndarray]], reader: FaceReader, recogniser: Recogniser
) -> Iterator[Sighting]:
    """In order, and a batch at a time in memory."""
    timed, reference = iter(pictures), None
    while some := list(islice(timed, CHUNK)):
        seen = []
        for seconds, picture in some:
            view, reference = compared(viewed(picture, reader), seconds, reference)
            seen.append(Sighting(seconds, picture, view))
        yield from _read(seen, recogniser)


def viewed(picture: np.ndarray, reader: FaceReader) -> View:
    """A picture, (H, W, 3) BGR uint8, as if it had come from a student's browser."""
    return reader.view(simplejpeg.encode_jpeg(np.ascontiguousarray(picture), QUALITY, "BGR"))


def _read(seen: list[Sighting], recogniser: Recogniser) -> Iterator[Sighting]:
    views = [sighting.view for sighting in seen if sighting.view.crop is not None]
    if not views:
        yield from seen
        return
    found = recogniser.recognise(np.stack([view.crop for view in views]), [view.surer_by for view in views])
    answers = zip(found.probabilities, found.region_maps, found.unsure, strict=True)
    for sighting in seen:
        if sighting.view.crop is None:
            yield sighting
        else:
            yield Sighting(sighting.seconds, sighting.picture, sighting.view, *next(answers))
