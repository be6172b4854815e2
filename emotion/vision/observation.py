"""What was seen in one picture."""

from dataclasses import dataclass, field

import numpy as np

from . import engagement
from .detector import Face
from .labels import EXPRESSIONS
from .states import FaceState, Facing


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One picture and what was seen in it.

    state: what the picture shows; None where it could not be read, and ``error`` says why.
    error: a BadFrame where the picture is broken, or what a library raised because of it.
    brightness: 0..1, the light on the face, or in the frame where no face was found.
    face: in pixels of the frame.
    facing: which way the head is turned, where that can be told.
    crop: (S, S) uint8, the face in FER2013's framing, where it is fit to be read.
    surer_by: how far above its threshold the answer must be, as detail of the face may be lost.
    picture: (H, W) uint8, the frame as it was decoded.
    enlargement: how many of the frame's pixels one pixel of ``picture`` is wide.
    probabilities: (8,) float32 over labels.EXPRESSIONS, calibrated; None where the network was not asked.
        They are kept where they are too weak for an expression; the state is then UNSURE.
    region_maps: (K, h, w) float32, where each region of the network looked in the crop; each map sums to 1.
    region_gates: (K,) float32, how much each region counted, 0..1.
    """

    state: FaceState | None = None
    error: Exception | None = None
    brightness: float = 0.0
    face: Face | None = None
    facing: Facing | None = None
    crop: np.ndarray | None = field(default=None, repr=False)
    surer_by: float = 0.0
    picture: np.ndarray | None = field(default=None, repr=False)
    enlargement: float = 1.0
    probabilities: np.ndarray | None = None
    region_maps: np.ndarray | None = field(default=None, repr=False)
    region_gates: np.ndarray | None = field(default=None, repr=False)

    @property
    def expression(self) -> str | None:
        """The most probable of labels.EXPRESSIONS, or None where none was read with enough certainty."""
        if self.probabilities is None or self.state != FaceState.SEEN:
            return None
        return EXPRESSIONS[int(self.probabilities.argmax())]

    @property
    def score(self) -> float | None:
        """The engagement score, 0..1, or None without an expression."""
        if self.expression is None or self.probabilities is None:
            return None
        return engagement.score(self.probabilities.tolist(), self.facing)
