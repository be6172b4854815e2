import cv2
import numpy as np
import pytest

from emotion.vision.facing import HEAD, facing_of, head_angles, real_yaw
from emotion.vision.search import FaceSearch
from emotion.vision.states import FaceState, Facing
from tests.media import clips


def head_turned(yaw: float, pitch: float = 0, roll: float = 0, *, distance: float = 55) -> np.ndarray:
    """The five landmarks of the average head as a camera would see them, in pixels. Angles in degrees."""
    (cy, cp, cr), (sy, sp, sr) = (
        np.cos(np.radians([yaw, pitch, roll])),
        np.sin(np.radians([yaw, pitch, roll])),
    )
    turn = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]]) @ [[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]
    head = HEAD @ (turn @ [[1, 0, 0], [0, cp, -sp], [0, sp, cp]]).T
    return 160 + 350 * head[:, :2] / (distance - head[:, 2:])


@pytest.mark.parametrize("yaw", [-60, -45, -30, -15, 0, 15, 30, 45, 60])
@pytest.mark.parametrize("roll", [-20, 0, 20])
def test_yaw_is_recovered_whatever_the_roll(yaw, roll):
    assert head_angles(head_turned(yaw, roll=roll)) == pytest.approx((yaw, 0), abs=2)


@pytest.mark.parametrize("pitch", [-40, -20, 0, 20, 40])
def test_pitch_is_recovered(pitch):
    assert head_angles(head_turned(0, pitch)) == pytest.approx((0, pitch), abs=2)


@pytest.mark.parametrize("distance", [35, 55, 90])
def test_the_distance_from_the_camera_costs_a_few_degrees_at_most(distance):
    assert head_angles(head_turned(30, distance=distance))[0] == pytest.approx(30, abs=4)


@pytest.mark.parametrize(
    ("yaw", "pitch", "facing"),
    [
        (0, 0, Facing.CENTRE),
        (19, 0, Facing.CENTRE),
        (-19, 0, Facing.CENTRE),
        (21, 0, Facing.ASIDE),
        (-44, 0, Facing.ASIDE),
        (46, 0, Facing.AWAY),
        (-80, 0, Facing.AWAY),
        (0, 28, Facing.CENTRE),
        (0, 35, Facing.ASIDE),
        (0, 70, Facing.AWAY),
        (0, -35, Facing.CENTRE),
        (30, -35, Facing.ASIDE),
    ],
)
def test_facing(yaw, pitch, facing):
    assert facing_of(yaw, pitch) == facing


def test_a_mirrored_frame_turns_the_head_the_other_way(look):
    yaws, mirrored = (
        np.array([real_yaw(head_angles(seen.landmarks)[0]) for seen in faces])
        for faces in (
            [look(frame).face for frame in clips.frames()[::20]],
            [look(clips.mirrored(frame)).face for frame in clips.frames()[::20]],
        )
    )
    assert abs((yaws + mirrored).mean()) < 2  # 4 without LANDMARK_YAW_OFFSET
    assert np.ptp(yaws) > 15  # she does move
    assert np.corrcoef(yaws, -mirrored)[0, 1] > 0.8


def test_a_profile_is_unsure_and_away(inspector):
    grey = cv2.cvtColor(clips.frames()[250], cv2.COLOR_BGR2GRAY)
    seen = FaceSearch().find_level(grey)[0]
    profile = type(seen)(seen.box, head_turned(70) + seen.landmarks.mean(axis=0) - 160, seen.score)
    view = inspector._judge(grey, [profile], enlargement=1)
    assert (view.state, view.facing, view.crop) == (FaceState.UNSURE, Facing.AWAY, None)
