"""The library's door: JPEGs in, an observation for each out."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.vision import BadFrame, FaceState, Observation, Reader
from emotion.vision.inspector import FrameInspector
from emotion.vision.labels import EXPRESSIONS
from tests.emotion.batches import FACE, NIGHT, WALL
from tests.media import clips

ROOT = Path(__file__).parents[3]
CUT = FACE[: len(FACE) // 2] + b"\xff\xd9"


def told(seen: Observation) -> tuple:
    return seen.state, seen.expression, seen.facing, None if seen.face is None else seen.face.box.tolist()


def test_each_jpeg_has_its_observation_in_order(reader):
    seen = reader.read([WALL, FACE, NIGHT])
    assert [one.state for one in seen] == [FaceState.NONE, FaceState.SEEN, FaceState.TOO_DARK]
    assert [one.expression in EXPRESSIONS for one in seen] == [False, True, False]
    assert seen[1].probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert 0 <= seen[1].score <= 1


def test_no_jpegs_are_no_observations(reader):
    assert reader.read([]) == []


def test_a_picture_that_cannot_be_read_says_why_and_costs_the_others_nothing(reader):
    before, broken, after = reader.read([FACE, CUT, WALL])
    assert isinstance(broken.error, BadFrame)
    assert broken.error.code == "truncated"
    assert (broken.state, broken.expression, broken.score, broken.crop) == (None, None, None, None)
    assert [told(before), told(after)] == [told(one) for one in reader.read([FACE, WALL])]


def test_a_picture_is_read_alike_alone_and_among_others(reader):
    jpegs = [clips.jpeg(picture) for picture in clips.frames()[::40]]
    for jpeg, among in zip(jpegs, reader.read([*jpegs, CUT, WALL])[: len(jpegs)], strict=True):
        [alone] = reader.read([jpeg])
        assert told(alone) == told(among)
        if alone.probabilities is not None:
            assert alone.probabilities == pytest.approx(among.probabilities, abs=1e-3)


def test_a_weak_answer_is_unsure_and_keeps_its_probabilities(reader):
    [seen] = reader.inspect([FACE])
    [unsure] = reader.recognise([Observation(state=seen.state, crop=seen.crop, surer_by=1.0)])
    assert (unsure.state, unsure.expression, unsure.score) == (FaceState.UNSURE, None, None)
    assert unsure.probabilities.shape == (8,)


def test_a_picture_that_breaks_a_library_has_its_error(recogniser):
    class Broken(FrameInspector):
        def inspect(self, jpeg: bytes) -> Observation:
            cv2.resize(np.empty((0, 0), np.uint8), (8, 8))
            return super().inspect(jpeg)

    [seen] = Reader(recogniser, inspector=Broken(recogniser.input_size)).read([FACE])
    assert isinstance(seen.error, cv2.error)
    assert seen.state is None


def test_a_crop_is_read_like_the_face_it_was_cut_from(reader):
    [framed] = reader.read([FACE])
    [cropped] = reader.read_crops([framed.crop])
    assert cropped.state == framed.state
    assert cropped.probabilities == pytest.approx(framed.probabilities, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    "modules",
    ["emotion.vision, emotion.vision.labels, emotion.vision.states, emotion.vision.jpeg", "config.asgi"],
    ids=["the light modules", "the whole web process"],
)
def test_a_web_process_loads_neither_an_image_library_nor_a_network(modules):
    heavy = ["cv2", "onnxruntime", "openvino", "simplejpeg", "torch"]
    code = f"import sys, {modules}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"DEBUG": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_the_door_knows_no_other_names():
    import emotion.vision

    assert {name for name in emotion.vision.__all__ if getattr(emotion.vision, name)} == set(
        emotion.vision.__all__
    )
    with pytest.raises(AttributeError, match="has no attribute 'Sighting'"):
        emotion.vision.Sighting  # noqa: B018
