from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from emotion.vision.inspector import FrameInspector
from emotion.vision.reader import Reader
from emotion.vision.recogniser import Recogniser
from tests.waiting import SOON


@pytest.fixture(autouse=True)
def lasting_frames(settings) -> None:
    """They wait in Redis by its clock, and a slow machine may take seconds to look at them."""
    settings.FRAME_TTL = timedelta(seconds=SOON)


@pytest.fixture
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock of a socket's limits: on a slow machine one more message would pass."""
    monkeypatch.setattr("emotion.socket.token_bucket.monotonic", lambda: 0.0)


@pytest.fixture(scope="session")
def recogniser() -> Recogniser:
    """The shipped network, loaded once."""
    return Recogniser.load()


@pytest.fixture(scope="session")
def faces(recogniser: Recogniser) -> FrameInspector:
    """Crops as the shipped network takes them."""
    return FrameInspector(crop_size=recogniser.input_size)


@pytest.fixture
def reader(faces: FrameInspector, recogniser: Recogniser) -> Reader:
    return Reader(recogniser, inspector=faces)


@pytest.fixture
def analyse(reader: Reader) -> Callable[..., Counter]:
    from emotion import pipeline  # when this file is loaded, Django is not set up yet

    return lambda *batch: pipeline.analyse(batch, reader)
