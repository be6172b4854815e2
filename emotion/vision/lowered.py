"""Tells from an aligned crop, by a small network, whether somebody looks down.

The detector's five landmarks cannot tell: when a head is lowered by ten degrees, the pitch that they show
changes by little more than one, and people differ by five. ``python -m training lowered`` trains the network
and measures it.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from .geometry import resized
from .graphs import Graph

WEIGHTS = Path(__file__).parent / "weights" / "lowered.onnx"
SIDE = 48  # px
# Degrees of pitch on the face mesh's scale, where a face that looks into the camera has -5 to -10. A camera
# that stands high sees every head lowered, so the limit is far below that. The expressions of heads lowered
# by 20 degrees are read as correctly as others (PublicTest).
LOWERED_FROM = -40
# The detector's landmarks show an eighth of the pitch, and -3 degrees for a face that looks ahead. Degrees
# below that are added with this weight.
LANDMARK_PITCH_AHEAD = -3
LANDMARK_PITCH_WEIGHT = 2.0
NEGATIVE_FROM = 4.0  # logit; at 0, one ordinary face in forty would count as a negative


class HeadPose(NamedTuple):
    """How a head is held.

    pitch: degrees, negative down.
    negative_logit: that the picture is a photographic negative.
    """

    pitch: float
    negative_logit: float

    @property
    def is_negative(self) -> bool:
        return self.negative_logit > NEGATIVE_FROM

    def is_lowered(self, landmark_pitch: float) -> bool:
        """Whether the head looks down. ``landmark_pitch`` is what ``head_angles`` finds in the landmarks."""
        return (
            self.pitch + LANDMARK_PITCH_WEIGHT * min(0.0, landmark_pitch - LANDMARK_PITCH_AHEAD)
            < LOWERED_FROM
        )


class HeadPoseEstimator:
    """Estimates how a head is held. An instance serves one thread at a time."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._graph = Graph(weights)

    def estimate(self, crop: np.ndarray) -> HeadPose:
        """How the head of one aligned face, (S, S) uint8, is held."""
        return HeadPose(*self._graph.run(resized(crop, SIDE)[None])[0].tolist())
