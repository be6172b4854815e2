from collections.abc import Callable

import numpy as np
import pytest

from emotion.faces import FaceReader, View
from tests.media import clips


@pytest.fixture(scope="module")
def reader() -> FaceReader:
    return FaceReader()


@pytest.fixture(scope="module")
def look(reader) -> Callable[[np.ndarray], View]:
    def view(picture: np.ndarray) -> View:
        return reader.view(clips.jpeg(picture))

    return view
