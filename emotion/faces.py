"""One JPEG in, one aligned face out, or the reason why there is none.

Every frame is searched afresh: what is read as an expression was found as a face in that very frame.
"""

import cmath
import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
import simplejpeg

from .detector import Face, FaceDetector
from .jpeg import BadFrame, check_jpeg, unreadable
from .states import FaceState, Facing

__all__ = ["BadFrame", "Face", "FaceReader", "FaceState", "Facing", "View"]

# The longer side the detector sees. 160 is fast and enough for a face at a desk; without colour, faces under
# 25 px are missed there. So where it finds none as wide as NEAR, it looks again at 320, for four times
# the cost.
SEARCH_SIDES = (160, 320)
NEAR = 40
DECODE_SIDE = 240  # each side decoded at least; larger frames shrink while they are decoded, which is cheaper
# The detector draws the landmarks of a tilted head only a quarter to a third of the way. So a face that looks
# tilted is turned back by three times that and looked at again, twice at most. Three degrees to the detector
# are some ten in truth, which FER2013's own faces have and the network has learned.
TILTED = math.radians(3)
TILT_SHARE = 3
MAX_TURNS = 2
TURNED_WIDTH, TURNED_SIDE = 72, 128  # px of the face and of the square around it
MIN_FACE = 24  # px of frame: half of what the network takes in, so half the detail of its training images
# A face half as wide as the largest is a second person; a narrower one, a poster or a passer-by.
COMPARABLE = 0.5
OUTSIDE = 0.25  # share of the crop beyond the edge of the frame: with more, an eye or the mouth is half gone
DARK = 40 / 255  # light of the face. A tenth of full light leaves 26; 99.9 % of FER2013's faces have 71
BRIGHTEST = 95  # percentile taken as a face's light: a reflection or noisy pixels are no light to read by
BRIGHTEST_OF_FRAME = 99  # a dim room without anybody in it is empty rather than dark: one lit corner will do
# Laplacian over contrast. 99 % of FER2013's faces have 0.47, the smallest read on webcam frames 0.33. A blur
# of 1.25 px of 48 leaves 0.19; from there on, under 85 % of the answers are right, and the network as sure.
BLURRED = 0.2

# FER2013's own framing: where the five landmarks lie in its 48x48 images. Medians of its Training images as
# this detector sees them, less what it errs by on pictures so small (python -m emotion.training.framing),
# made symmetric.
FRAMING = np.array([[14.35, 18.25], [32.65, 18.25], [23.5, 27.9], [15.85, 36.2], [31.15, 36.2]])

# The landmarks' places on an average head, cm: x to the right of the picture, y down, z towards the camera.
HEAD = np.array([[-3.15, -2.6, 3.9], [3.15, -2.6, 3.9], [0, 1.1, 7.5], [-2.45, 4.35, 4.3], [2.45, 4.35, 4.3]])
CAMERA_DISTANCE = 55  # cm, a laptop's: what is nearer looks larger, which lengthens the nose by a sixth
_SEEN_HEAD = HEAD * (CAMERA_DISTANCE / (CAMERA_DISTANCE - HEAD[:, 2:]))
# From five (x, y) to the upper 2x3 of a scaled rotation: least squares under weak perspective, solved once.
_TO_AXES = np.linalg.pinv(_SEEN_HEAD - _SEEN_HEAD.mean(axis=0)).T  # (5, 3)

# Degrees. A 14 inch screen 55 cm away ends 16 degrees from its middle, and the estimate is good to about 5. A
# second screen stands between 20 and 45. Farther round nobody looks at a screen; from 60 one eye is hidden,
# and nothing is read.
ASIDE_FROM = 20
AWAY_FROM = 45
PROFILE_FROM = 60
NOD_ALLOWANCE = 1.5  # cameras sit above or below the screen and faces differ in length: nods get wider limits

_MIDDLES = (np.arange(8) + 0.5) / 8
_GRID = _MIDDLES[None, :] + 1j * _MIDDLES[:, None]  # 8 x 8 points of a unit square, as x + iy


@dataclass(frozen=True)
class View:
    """What one frame shows. `crop` is there exactly when the state is SEEN. `brightness`, 0..1: the light
    on the face, or of the frame where no face was found. `face` is in frame
    pixels."""

    state: FaceState
    brightness: float
    face: Face | None = None
    crop: np.ndarray | None = None
    facing: Facing | None = None


class FaceReader:
    """One per worker process. Keeps nothing between frames."""

    def __init__(self, crop_size: int = 48) -> None:
        self._crop_size = crop_size
        self._detector = FaceDetector()

    def view(self, frame: bytes) -> View:
        """The face of one JPEG in FER2013's framing, (crop_size, crop_size) uint8. Raises BadFrame."""
        width, _ = check_jpeg(frame)
        grey = decode_grey(frame)
        faces = sorted(self._search(grey), key=lambda face: -face.width)
        faces[:1] = [self._upright(grey, face) for face in faces[:1]]
        return self._judge(grey, faces, enlargement=width / grey.shape[1])

    def _search(self, grey: np.ndarray) -> list[Face]:
        for side in SEARCH_SIDES:
            scale = min(1.0, side / max(grey.shape))
            small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            faces = self._detector.detect(small)
            if any(face.width >= NEAR for face in faces):
                break
        return [face.scaled(1 / scale) for face in faces]

    def _upright(self, grey: np.ndarray, face: Face) -> Face:
        """The face with its landmarks as they are seen once it is turned upright."""
        turned = 0.0  # radians, so far
        for _ in range(MAX_TURNS):
            tilt = cmath.phase(similarity(FRAMING, face.landmarks)[0]) - turned
            if abs(tilt) < TILTED:
                break
            turned += TILT_SHARE * tilt
            landmarks = self._look_again(grey, face, turned)
            if landmarks is None:
                break
            face = replace(face, landmarks=landmarks)
        return face

    def _look_again(self, grey: np.ndarray, face: Face, turned: float) -> np.ndarray | None:
        """Landmarks in `grey`, detected in a square around the face, turned back by so many radians."""
        turn = TURNED_WIDTH / face.width * cmath.exp(-1j * turned)
        middle = complex(*(face.box[:2] + face.box[2:] / 2))
        shift = (TURNED_SIDE - 1) / 2 * (1 + 1j) - turn * middle
        size = (TURNED_SIDE, TURNED_SIDE)
        square = cv2.warpAffine(grey, matrix(turn, shift), size, borderMode=cv2.BORDER_REPLICATE)
        found = self._detector.detect(square)
        if not found:
            return None
        points = (found[0].landmarks @ (1, 1j) - shift) / turn
        return np.column_stack([points.real, points.imag])

    def _judge(self, grey: np.ndarray, faces: list[Face], *, enlargement: float) -> View:
        if not faces:
            light = brightness(grey, BRIGHTEST_OF_FRAME)
            return View(FaceState.TOO_DARK if light < DARK else FaceState.NONE, light)
        face = max(faces, key=lambda found: found.width)
        in_frame = face.scaled(enlargement)
        crop, outside = align(grey, face.landmarks, self._crop_size)
        light = brightness(inner(crop), BRIGHTEST)
        if light < DARK:
            return View(FaceState.TOO_DARK, light, in_frame)
        if sum(found.width >= COMPARABLE * face.width for found in faces) > 1:
            return View(FaceState.SEVERAL, light, in_frame)
        yaw, pitch = head_angles(face.landmarks)
        facing = facing_of(yaw, pitch)
        hidden = outside > OUTSIDE or abs(yaw) > PROFILE_FROM
        if hidden or in_frame.width < MIN_FACE or sharpness(crop) < BLURRED:
            return View(FaceState.UNSURE, light, in_frame, facing=facing)
        return View(FaceState.SEEN, light, in_frame, crop, facing)


def decode_grey(frame: bytes) -> np.ndarray:
    """(H, W) uint8. Strict: a scan that ends before the picture does is an error, not grey filling."""
    try:
        return simplejpeg.decode_jpeg(frame, "GRAY", min_height=DECODE_SIDE, min_width=DECODE_SIDE)[:, :, 0]
    except ValueError as error:
        raise unreadable(error) from error


def align(grey: np.ndarray, landmarks: np.ndarray, size: int) -> tuple[np.ndarray, float]:
    """The face turned upright and scaled to FER2013's framing, (size, size) uint8, and the share of it that
    lies outside the frame (filled with the nearest pixels of its edge)."""
    turn, shift = way_to_crop(landmarks, size)
    while abs(turn) < 0.5 and min(grey.shape) > 1:  # bilinear sampling skips pixels below one half
        grey = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        # x = 2 x' + 1/2, from pixel centre to pixel centre
        turn, shift = 2 * turn, shift + turn / 2 * (1 + 1j)
    size_of_crop = (size, size)
    crop = cv2.warpAffine(grey, matrix(turn, shift), size_of_crop, borderMode=cv2.BORDER_REPLICATE)
    return crop, _share_outside(turn, shift, size, grey.shape)


def way_to_crop(landmarks: np.ndarray, size: int) -> tuple[complex, complex]:
    """(turn, shift) from a frame with these landmarks, (5, 2) in pixels, to a crop of FER2013's framing."""
    return similarity(landmarks, (FRAMING + 0.5) * (size / 48) - 0.5)


def similarity(points: np.ndarray, targets: np.ndarray) -> tuple[complex, complex]:
    """(turn, shift): the rotation with scale and the translation that bring (n, 2) points closest to their
    targets in the sense of least squares; in complex numbers, target = turn * point + shift. (Umeyama 1991,
    equations 40 to 43, in two dimensions and without reflection.)"""
    z, w = points @ (1, 1j), targets @ (1, 1j)
    middle, goal = z.mean(), w.mean()
    z, w = z - middle, w - goal
    turn = complex(np.vdot(z, w) / np.vdot(z, z))
    return turn, complex(goal - turn * middle)


def matrix(turn: complex, shift: complex) -> np.ndarray:
    """turn * (x + iy) + shift as the (2, 3) matrix that cv2 wants."""
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def _share_outside(turn: complex, shift: complex, size: int, shape: tuple[int, int]) -> float:
    """Asked of 8 x 8 points of the crop, taken back to the frame."""
    points = (_GRID * size - shift) / turn
    x, y = points.real, points.imag
    inside = (x > -0.5) & (y > -0.5) & (x < shape[1] - 0.5) & (y < shape[0] - 0.5)
    return 1 - np.count_nonzero(inside) / inside.size


def brightness(grey: np.ndarray, percentile: int) -> float:
    place = grey.size * percentile // 100
    return float(np.partition(grey, place, axis=None)[place]) / 255


def inner(crop: np.ndarray) -> np.ndarray:
    """From brows to chin, between the temples: a bright window behind a dark face is not its light."""
    size = len(crop)
    return crop[size // 4 : size * 7 // 8, size // 4 : size * 3 // 4]


def sharpness(crop: np.ndarray) -> float:
    """Standard deviation of the Laplacian over that of the crop, so that flat light is not taken for blur."""
    edges = cv2.Laplacian(crop, cv2.CV_32F)[2:-2, 2:-2]
    return _spread(edges) / (_spread(crop) + 1e-3)


def _spread(values: np.ndarray) -> float:
    return cv2.meanStdDev(values)[1].item()


def head_angles(landmarks: np.ndarray) -> tuple[float, float]:
    """(yaw, pitch) in degrees from five landmarks, whatever the roll. Yaw grows as the nose moves to the
    right of the picture, pitch as it moves up.

    Pose from orthography and scaling (DeMenthon and Davis 1995), one step of it. An average head is assumed,
    so a person may be some degrees off; and the detector draws the landmarks of a turned face towards those
    of a frontal one, so real turns are rather larger than stated.
    """
    right, down = (landmarks.T @ _TO_AXES).tolist()  # the axes of the picture in the head's own frame, scaled
    (a, b, right_z), (c, d, down_z) = _unit(right), _unit(down)
    towards = a * d - b * c  # z of the axis towards the camera
    # the nose, (0, 0, 1) of the head, as seen from the camera, with the roll of the eyes taken out
    roll = math.atan2(c, a)
    x = right_z * math.cos(roll) + down_z * math.sin(roll)
    y = down_z * math.cos(roll) - right_z * math.sin(roll)
    return math.degrees(math.atan2(x, towards)), math.degrees(math.atan2(-y, towards))


def _unit(vector: list[float]) -> list[float]:
    length = math.hypot(*vector)
    return [part / length for part in vector]


def facing_of(yaw: float, pitch: float) -> Facing:
    angle = max(abs(yaw), abs(pitch) / NOD_ALLOWANCE)
    if angle < ASIDE_FROM:
        return Facing.CENTRE
    return Facing.ASIDE if angle < AWAY_FROM else Facing.AWAY
