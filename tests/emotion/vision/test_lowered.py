"""Heads lowered over a notebook or a keyboard."""

import numpy as np
import pytest

from emotion.vision.inspector import FrameInspector
from emotion.vision.lowered import HeadPose
from emotion.vision.states import FaceState
from tests.emotion.vision.observing import states
from tests.emotion.vision.official import official, public_test
from tests.media import clips

ORDINARY_LOSS = 0.01


def test_a_person_who_looks_down_is_looking_down_and_not_read(look):
    views = [look(picture) for picture in clips.looking_down()]
    assert {view.state for view in views} == {FaceState.LOOKING_DOWN}
    assert all(view.face is not None and view.crop is None for view in views)


def test_a_mirrored_head_is_lowered_as_well(look):
    pictures = [clips.mirrored(picture) for picture in clips.looking_down()]
    assert states(look, pictures) == {FaceState.LOOKING_DOWN}


@pytest.mark.parametrize("degrees", [-12, 12])
def test_a_tilted_head_is_lowered_as_well(look, degrees):
    pictures = [clips.rolled(picture, degrees) for picture in clips.looking_down()]
    told = [look(picture).state for picture in pictures]
    assert told.count(FaceState.LOOKING_DOWN) >= 10
    assert told.count(FaceState.SEEN) <= 1


def test_a_person_who_looks_into_the_camera_does_not_look_down(look):
    assert FaceState.LOOKING_DOWN not in states(look, clips.frames()[::12])


@pytest.mark.parametrize("seconds", [clips.SAD, clips.SMILING])
def test_closed_eyes_alone_are_not_looking_down(look, seconds):
    assert states(look, clips.frames(seconds)[::6]) == {FaceState.SEEN}


def test_the_pitch_of_the_landmarks_counts_as_well():
    assert not HeadPose(pitch=-30, negative_logit=-9).is_lowered(landmark_pitch=-3)
    assert HeadPose(pitch=-30, negative_logit=-9).is_lowered(landmark_pitch=-12)
    assert not HeadPose(pitch=-30, negative_logit=-9).is_lowered(landmark_pitch=8)


@official
@pytest.mark.slow
def test_few_faces_of_the_public_test_are_called_lowered():
    inspector = FrameInspector()
    lowered = [inspector.inspect_crop(face).state == FaceState.LOOKING_DOWN for face in public_test()[::4]]
    assert np.mean(lowered) < ORDINARY_LOSS


def test_a_smaller_or_larger_crop_is_judged_too():
    picture = clips.looking_down()[0]
    for side in (32, 64):
        assert FrameInspector(crop_size=side).inspect(clips.jpeg(picture)).state == FaceState.LOOKING_DOWN


def test_light_and_dark_that_are_exchanged_are_not_read():
    assert HeadPose(pitch=0, negative_logit=5).is_negative
    assert not HeadPose(pitch=0, negative_logit=2).is_negative
