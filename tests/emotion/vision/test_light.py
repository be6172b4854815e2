"""Clipped, bent and veiled light on a face. overexposed.jpg is a smile at five times its light."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.vision.light import state_of_light
from emotion.vision.states import FaceState
from tests.emotion.vision.observing import states
from tests.media import clips
from training.data.video import jpeg
from training.evaluation.trials.light import CASES, OF_FRAMES

OVEREXPOSED = Path(clips.__file__).with_name("overexposed.jpg")
UNCOVERED = [0, 40, *range(240, 480, 40)]  # between these she holds a hand before her face


def lit(case: str) -> list[np.ndarray]:
    return [
        CASES[case](cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY))[:, :, None].repeat(3, axis=2)
        for frame in (clips.frames()[place] for place in UNCOVERED)
    ]


def test_a_white_face_is_too_bright(inspector):
    view = inspector.inspect(OVEREXPOSED.read_bytes())
    assert (view.state, view.crop) == (FaceState.TOO_BRIGHT, None)


@pytest.mark.parametrize("light", ["2", "3", "5", "7", "10"])
def test_a_clipped_face_is_too_bright_at_every_strength(look, light):
    assert states(look, lit(f"{light} times the light")) <= {FaceState.TOO_BRIGHT, FaceState.NONE}


@pytest.mark.parametrize("light", ["3", "5"])
def test_a_clipped_face_stays_too_bright_when_it_is_made_darker(look, light):
    assert states(look, lit(f"{light} times, clipped, then 0.7 of it")) <= {
        FaceState.TOO_BRIGHT,
        FaceState.NONE,
    }


def test_a_face_that_is_half_white_is_too_bright(look):
    for picture in clips.frames(clips.SMILING)[::20]:
        middle = int(look(picture).face.landmarks[2, 0])
        half = picture.copy()
        half[:, :middle] = clips.lit(picture, 8)[:, :middle]
        assert look(half).state == FaceState.TOO_BRIGHT


@pytest.mark.parametrize("light", [2, 3])
def test_light_beside_the_face_changes_nothing_and_on_the_face_is_too_bright(inspector, light):
    told = {where: set() for where in ("beside the face", "with the face")}
    for picture in clips.frames(clips.SMILING)[::20]:
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        for where, states_there in told.items():
            lit_there = OF_FRAMES[f"{light} times on the half {where}"](grey)
            states_there.add(inspector.inspect(jpeg(lit_there)).state)
    assert told["beside the face"] == {FaceState.SEEN}
    assert told["with the face"] <= {FaceState.TOO_BRIGHT, FaceState.NONE}


@pytest.mark.parametrize(
    "case", ["1.25 times the light", "1.5 times the light", "gamma 0.5", "gamma 0.35", "black below 40"]
)
def test_a_face_in_much_light_that_is_not_clipped_is_read(look, case):
    assert states(look, lit(case)) == {FaceState.SEEN}


@pytest.mark.parametrize("light", [1, 0.5, 0.3])
def test_a_bright_window_behind_a_face_changes_nothing(look, light):
    pictures = [clips.lit(clips.frames()[place], light) for place in UNCOVERED]
    for picture in pictures:
        picture[:, :60] = 255
    assert states(look, pictures) == {FaceState.SEEN}


@pytest.mark.parametrize("grey", [255, 250, 200])
def test_a_white_wall_is_no_face(look, grey):
    assert look(np.full((240, 320, 3), grey, np.uint8)).state == FaceState.NONE


def test_a_face_without_its_shadows_is_too_dark():
    face = np.full((48, 48), 2, np.uint8)
    face[12:24] = np.linspace(10, 200, 48).astype(np.uint8)
    assert state_of_light(face) == FaceState.TOO_DARK


def test_light_skin_without_a_clipped_level_is_read():
    face = np.linspace(170, 254, 48 * 48).reshape(48, 48).astype(np.uint8)
    assert state_of_light(face) == FaceState.SEEN


def test_a_face_behind_thick_haze_is_unsure():
    face = np.linspace(225, 240, 48 * 48).reshape(48, 48).astype(np.uint8)
    assert state_of_light(face // 2) == FaceState.UNSURE


def test_a_face_that_is_all_white_is_too_bright():
    assert state_of_light(np.full((48, 48), 254, np.uint8)) == FaceState.TOO_BRIGHT
