from collections.abc import Callable

import numpy as np
import pytest

from emotion.vision.inspector import FrameInspector
from emotion.vision.observation import Observation
from emotion.vision.recogniser import Recogniser
from tests.media import clips


@pytest.fixture(scope="module")
def inspector() -> FrameInspector:
    return FrameInspector()


@pytest.fixture(scope="module")
def look(inspector: FrameInspector) -> Callable[[np.ndarray], Observation]:
    return lambda picture: inspector.inspect(clips.jpeg(picture))


@pytest.fixture
def loaded_once(recogniser: Recogniser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call of the command would compile the shipped network anew."""
    monkeypatch.setattr(Recogniser, "load", lambda: recogniser)
