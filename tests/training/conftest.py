import pytest

from emotion.vision.inspector import FrameInspector
from emotion.vision.recogniser import Recogniser


@pytest.fixture(scope="session")
def recogniser() -> Recogniser:
    """The shipped network, loaded once."""
    return Recogniser.load()


@pytest.fixture(scope="session")
def faces(recogniser: Recogniser) -> FrameInspector:
    """Crops as the shipped network takes them."""
    return FrameInspector(crop_size=recogniser.input_size)
