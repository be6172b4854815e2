"""Facial expressions in webcam frames: JPEG in, observation out.

    from emotion.vision import Reader
    [observation] = Reader().read([jpeg])
    print(observation.state, observation.expression)

Names are imported when they are first used, so that a web process can take the labels and the header check
from here without loading OpenCV and the networks.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .detector import Face
    from .engines import EngineMissing
    from .jpeg import BadFrame
    from .observation import Observation
    from .reader import Reader
    from .recogniser import Recogniser, WeightsMissing
    from .states import FaceState, Facing

__all__ = [
    "BadFrame",
    "EngineMissing",
    "Face",
    "FaceState",
    "Facing",
    "Observation",
    "Reader",
    "Recogniser",
    "WeightsMissing",
]

_MODULES = {
    "BadFrame": "jpeg",
    "EngineMissing": "engines",
    "Face": "detector",
    "FaceState": "states",
    "Facing": "states",
    "Observation": "observation",
    "Reader": "reader",
    "Recogniser": "recogniser",
    "WeightsMissing": "recogniser",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
