"""A frame that breaks the reader costs no other frame of its batch."""

import logging
from uuid import UUID

import cv2
import numpy as np
import pytest

from demo.video import Look, first_jpeg, jpegs
from emotion import pipeline
from emotion.frame_queue import queue
from emotion.frame_queue.frame import Frame, Purpose
from emotion.frame_queue.tallies import copy_to_database
from emotion.models import FrameTally, Reading
from emotion.vision.inspector import FrameInspector
from emotion.vision.observation import Observation
from emotion.vision.reader import Reader
from emotion.vision.recogniser import Recogniser
from tests import factory
from tests.emotion.batches import frame

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

POISON = first_jpeg(Look(mirrored=True, light=1.0, zoom=1.0))


class TripsOverPoison(FrameInspector):
    """cv2 has lines that one picture in a million reaches; this is what they do."""

    def inspect(self, jpeg: bytes) -> Observation:
        if jpeg == POISON:
            cv2.resize(np.empty((0, 0), np.uint8), (8, 8))
        return super().inspect(jpeg)


class ChokesOnPoison:
    """A network that fails on one crop, and so on every batch with that crop in it."""

    def __init__(self, recogniser: Recogniser, crop: np.ndarray) -> None:
        self._recogniser, self._crop, self.version = recogniser, crop, recogniser.version

    def recognise(self, crops: np.ndarray, surer_by=0.0):
        if (crops == self._crop).all(axis=(1, 2)).any():
            raise RuntimeError("Exception from src/inference/src/cpp/infer_request.cpp:224")
        return self._recogniser.recognise(crops, surer_by)


def assert_only_the_poison_is_lost(batch: list[Frame], session_id: UUID, counted) -> None:
    assert counted == {(session_id, "read"): len(batch) - 1}
    assert {reading.sequence for reading in Reading.objects.all()} == {
        one.sequence for one in batch if one.jpeg != POISON
    }


@pytest.fixture
def batch() -> list[Frame]:
    """Of one class; the third frame is the poisonous one."""
    session = factory.open_session()
    pictures = [jpegs(Look.number(number))[number] for number in range(2)]
    pictures += [POISON, *(jpegs(Look.number(number))[number] for number in range(2, 4))]
    consents = [factory.consent(factory.participant(session)) for _ in pictures]
    return [
        frame(one, jpeg, sequence=at) for at, (one, jpeg) in enumerate(zip(consents, pictures, strict=True))
    ]


@pytest.mark.any_database
def test_a_frame_that_breaks_the_detector_costs_itself(batch, recogniser, caplog) -> None:
    reader = Reader(recogniser, inspector=TripsOverPoison(recogniser.input_size))
    counted = pipeline.analyse(batch, reader)
    assert_only_the_poison_is_lost(batch, batch[0].session_id, counted)
    [error] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert error.exc_info
    assert "\\xff" not in caplog.text


def test_a_face_that_breaks_the_network_costs_itself(batch, faces, recogniser, caplog) -> None:
    chokes = ChokesOnPoison(recogniser, faces.inspect(POISON).crop)
    counted = pipeline.analyse(batch, Reader(chokes, inspector=faces))
    assert_only_the_poison_is_lost(batch, batch[0].session_id, counted)
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 1


def test_the_tally_counts_it_as_lost(batch, recogniser) -> None:
    session_id = batch[0].session_id
    taken = {(session_id, what): len(batch) for what in ("received", "taken")}
    reader = Reader(recogniser, inspector=TripsOverPoison(recogniser.input_size))
    for outcome in (taken, pipeline.analyse(batch, reader)):
        queue.count(outcome)
    copy_to_database()
    tally = FrameTally.objects.get(session_id=session_id)
    assert (tally.read, tally.lost) == (len(batch) - 1, 1)


def test_a_poisonous_camera_check_costs_itself(recogniser) -> None:
    one, other = factory.consent(), factory.consent()
    reader = Reader(recogniser, inspector=TripsOverPoison(recogniser.input_size))
    checks = [frame(one, POISON, purpose=Purpose.CHECK), frame(other, purpose=Purpose.CHECK)]
    counted = pipeline.analyse(checks, reader)
    assert counted == {(other.participant.session_id, "read"): 1}


def test_a_mistake_of_ours_is_not_taken_for_a_picture(batch, faces) -> None:
    with pytest.raises(AttributeError):
        pipeline.analyse(batch, Reader(object(), inspector=faces))
