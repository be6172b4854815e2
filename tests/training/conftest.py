import pytest

from emotion.vision.faces import FaceReader
from emotion.vision.recogniser import Recogniser


@pytest.fixture(scope="session")
def recogniser() -> Recogniser:
    """The shipped network, loaded once."""
    return Recogniser.load()


@pytest.fixture(scope="session")
def faces(recogniser: Recogniser) -> FaceReader:
    """Crops as the shipped network takes them."""
    return FaceReader(crop_size=recogniser.input_size)
