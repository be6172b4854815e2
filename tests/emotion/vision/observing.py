"""What tests ask of many pictures at once."""

from collections.abc import Callable, Iterable

import numpy as np

from emotion.vision.observation import Observation
from emotion.vision.states import FaceState


def states(look: Callable[[np.ndarray], Observation], pictures: Iterable[np.ndarray]) -> set[FaceState]:
    return {look(picture).state for picture in pictures}
