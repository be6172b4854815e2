"""Which way a head is turned, from the five landmarks of its face."""

import math

import numpy as np

from .states import Facing

# The landmarks on an average head, in cm: x to the right of the picture, y down, z towards the camera.
HEAD = np.array([[-3.15, -2.6, 3.9], [3.15, -2.6, 3.9], [0, 1.1, 7.5], [-2.45, 4.35, 4.3], [2.45, 4.35, 4.3]])
CAMERA_DISTANCE = 55  # cm, a laptop's; the nose is nearer to the camera and looks a sixth longer
_SEEN_HEAD = HEAD * (CAMERA_DISTANCE / (CAMERA_DISTANCE - HEAD[:, 2:]))
# (5, 3): leads from five landmarks to the upper two rows of a scaled rotation, by least squares under weak
# perspective.
_TO_AXES = np.linalg.pinv(_SEEN_HEAD - _SEEN_HEAD.mean(axis=0)).T  # (5, 3)

# Degrees. A 14 inch screen 55 cm away ends 16 degrees from its middle, and the estimate is good to 5 or 10. A
# second screen stands between 20 and 45. Farther round nobody looks at a screen; from 60 one eye is hidden,
# and nothing is read.
ASIDE_FROM = 20
AWAY_FROM = 45
PROFILE_FROM = 60
# The detector's landmarks show turned faces as more frontal than they are, and a little to one side. On 3,043
# faces of the model card's external test, turned by up to 30 degrees, their yaw was 0.76 of that of
# MediaPipe's mesh, less 2.3 (residual 3.6). On 495 faces and their mirror images it was off by 2.0 degrees to
# one side.
LANDMARK_YAW_SHARE = 0.76
LANDMARK_YAW_OFFSET = -2
# Cameras sit above or below the screen, and faces differ in length: nods get wider limits.
NOD_ALLOWANCE = 1.5


def head_angles(landmarks: np.ndarray) -> tuple[float, float]:
    """(yaw, pitch) in degrees from five landmarks (5, 2), whatever the roll.

    Yaw grows as the nose moves to the right of the picture, pitch as it moves up. One step of POSIT
    (DeMenthon and Davis 1995). An average head is assumed, so a person may be some degrees off.
    """
    # The axes of the picture in the head's own frame, scaled.
    right, down = (landmarks.T @ _TO_AXES).tolist()
    (a, b, right_z), (c, d, down_z) = _unit(right), _unit(down)
    # The z of the axis towards the camera.
    towards = a * d - b * c
    # The nose, (0, 0, 1) of the head, as seen from the camera, with the roll of the eyes taken out.
    roll = math.atan2(c, a)
    x = right_z * math.cos(roll) + down_z * math.sin(roll)
    y = down_z * math.cos(roll) - right_z * math.sin(roll)
    return math.degrees(math.atan2(x, towards)), math.degrees(math.atan2(-y, towards))


def real_yaw(landmark_yaw: float) -> float:
    """The yaw of a head in degrees, from the yaw that the detector's landmarks show."""
    return (landmark_yaw - LANDMARK_YAW_OFFSET) / LANDMARK_YAW_SHARE


def _unit(vector: list[float]) -> list[float]:
    length = math.hypot(*vector)
    return [part / length for part in vector]


def facing_of(yaw: float, pitch: float) -> Facing:
    """Which way a head with these angles, in degrees, is turned. ``lowered`` tells whether it looks down."""
    angle = max(abs(yaw), pitch / NOD_ALLOWANCE)
    if angle < ASIDE_FROM:
        return Facing.CENTRE
    return Facing.ASIDE if angle < AWAY_FROM else Facing.AWAY
