from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from emotion.faces import FaceReader, View
from emotion.limits import TokenBucket
from emotion.recogniser import Recogniser
from tests.media import clips
from tests.waiting import SOON


@pytest.fixture(autouse=True)
def lasting_frames(settings) -> None:
    """They wait in Redis by its clock, and a slow machine may take seconds to look at them."""
    settings.FRAME_TTL = timedelta(seconds=SOON)


@pytest.fixture
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the limits of a socket: on a slow machine one more is allowed before the last one is sent."""

    def bucket(per_second: float, burst: int) -> TokenBucket:
        return TokenBucket(per_second=per_second, burst=burst, clock=lambda: 0.0)

    monkeypatch.setattr("emotion.consumers._bucket", bucket)


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
