"""What tests ask of many pictures at once."""

from collections.abc import Callable, Iterable

import numpy as np

from emotion.vision.faces import FaceState, View


def states(look: Callable[[np.ndarray], View], pictures: Iterable[np.ndarray]) -> set[FaceState]:
    return {look(picture).state for picture in pictures}
