from collections.abc import Callable

import numpy as np
import pytest

from emotion.vision.faces import FaceReader, View
from emotion.vision.recogniser import Recogniser
from tests.media import clips


@pytest.fixture(scope="session")
def recogniser() -> Recogniser:
    """The shipped network, loaded once."""
    return Recogniser.load()


@pytest.fixture(scope="session")
def faces(recogniser: Recogniser) -> FaceReader:
    """Crops as the shipped network takes them."""
    return FaceReader(crop_size=recogniser.input_size)


@pytest.fixture(scope="module")
def reader() -> FaceReader:
    return FaceReader()


@pytest.fixture(scope="module")
def look(reader: FaceReader) -> Callable[[np.ndarray], View]:
    def view(picture: np.ndarray) -> View:
        return reader.view(clips.jpeg(picture))

    return view
