"""One JPEG in; out comes the face that it shows, aligned, or the reason why none can be read.

Every frame is searched anew, so an expression is read only where this very frame shows a face.
"""

from dataclasses import replace
from statistics import fmean

import cv2
import numpy as np

from .detector import Face
from .facing import PROFILE_FROM, facing_of, head_angles, real_yaw
from .fitness import Fitness, is_covered, is_turned, might_be_covered, might_be_turned
from .geometry import align, align_below, resized
from .jpeg import check_jpeg
from .light import BRIGHTEST, DARK, brightness, inner, state_of_light
from .lowered import LANDMARK_PITCH_AHEAD, HeadPoseEstimator
from .observation import Observation
from .pixels import decode_grey
from .search import FaceSearch
from .states import FaceState

MIN_FACE = 24  # px of frame: half of what the network takes in, so half the detail of its training images
# A face half as wide as the largest is a second person; a narrower one, a poster or a passer-by.
COMPARABLE = 0.5
OUTSIDE = 0.25  # share of the crop beyond the edge of the frame: with more, an eye or the mouth is half gone
BRIGHTEST_OF_FRAME = 99  # percentile; an empty dim room is empty rather than dark: one lit corner will do
# FER2013's framing ends at the chin, so of a hand at the lower lip it shows only a corner. Where there may be
# one, the network also sees these crops and their mirror images: scale, and how many px of 48 lower. The
# first alone decides if its mean logit is under LOWER_CROP_MAYBE. Of 1,362 frames of 19 people without a
# hand, as they are and mirrored, none has a mean logit of LOWER_CROP_COVERED; the largest is -1.8.
LOWER_CROPS = ((0.9, 4), (1.0, 6), (0.8, 4))
LOWER_CROP_MAYBE, LOWER_CROP_COVERED = -4.0, -1.5
LOWER_CROP_OUTSIDE = 0.15  # share beyond the edge of the frame: with more, it is no picture of what is below
FIT_SIDE = 48  # px of the crop that is asked whether it is fit; larger ones are shrunk

# Laplacian over contrast. 99 % of FER2013's faces have 0.47, the smallest read on webcam frames 0.33. A blur
# of 1.25 px of 48 leaves 0.19; from there on, under 85 % of the answers are right, and the network as sure.
BLURRED = 0.2

# States that a face cannot have if it is too small, cut by the edge, or seen from the side.
NEED_A_CLEAR_VIEW = (FaceState.SEEN, FaceState.LOOKING_DOWN)

# States of faces whose landmarks tell nothing about where the head is turned.
WITHOUT_FACING = (FaceState.TOO_DARK, FaceState.TURNED)


class FrameInspector:
    """Finds the face of a frame and says whether its expression can be read. Keeps nothing between frames."""

    def __init__(self, crop_size: int = FIT_SIDE) -> None:
        """``crop_size``: side of the crops in pixels, as the recogniser takes them."""
        self._crop_size = crop_size
        self._search, self._head_poses, self._fitness = FaceSearch(), HeadPoseEstimator(), Fitness.load()

    def inspect(self, jpeg: bytes) -> Observation:
        """The face of one JPEG; with a crop where the state is SEEN. Raises BadFrame."""
        width, _ = check_jpeg(jpeg)
        grey = decode_grey(jpeg)
        faces = self._search.find(grey)
        faces[:1] = [self._search.upright(grey, face) for face in faces[:1]]
        enlargement = width / grey.shape[1]
        seen = self._judge(grey, faces, enlargement)
        return replace(seen, picture=grey, enlargement=enlargement)

    def inspect_crop(self, crop: np.ndarray) -> Observation:
        """An aligned face, (S, S) uint8, by all checks that need no frame around it."""
        state, doubts = self._judge_crop(crop, LANDMARK_PITCH_AHEAD)
        return Observation(
            state=state,
            brightness=brightness(inner(crop), BRIGHTEST),
            crop=crop if state == FaceState.SEEN else None,
            surer_by=self._fitness.surer_by(doubts),
        )

    def _judge(self, grey: np.ndarray, faces: list[Face], enlargement: float) -> Observation:
        """The observation of the widest face that is a person's. The first of them has been set upright."""
        for place, face in enumerate(faces):
            crop, outside = align(grey, face.landmarks, self._crop_size)
            state, doubts = self._judge_crop(crop, head_angles(face.landmarks)[1])
            if state == FaceState.NONE:
                continue
            if state == FaceState.SEEN and self._is_turned(grey, doubts):
                state = FaceState.TURNED
            if state == FaceState.SEEN and self._is_covered(grey, face, doubts):
                state = FaceState.UNSURE
            seen = _observation(face.scaled(enlargement), crop, state, outside)
            if state != FaceState.TOO_DARK and self._has_second_person(grey, face, faces[place + 1 :]):
                return Observation(state=FaceState.SEVERAL, brightness=seen.brightness, face=seen.face)
            return replace(seen, surer_by=self._fitness.surer_by(doubts))
        return self._judge_nobody(grey, enlargement)

    def _judge_nobody(self, grey: np.ndarray, enlargement: float) -> Observation:
        light = brightness(grey, BRIGHTEST_OF_FRAME)
        if light < DARK:
            return Observation(state=FaceState.TOO_DARK, brightness=light)
        face = self._sideways(grey)
        if face is None:
            return Observation(state=FaceState.NONE, brightness=light)
        return Observation(state=FaceState.TURNED, brightness=light, face=face.scaled(enlargement))

    def _has_second_person(self, grey: np.ndarray, face: Face, narrower: list[Face]) -> bool:
        """Whether another person is about as near as this face."""
        rivals = (other for other in narrower if other.width >= COMPARABLE * face.width)
        crops = (
            align(grey, self._search.upright(grey, rival).landmarks, self._crop_size)[0] for rival in rivals
        )
        return any(self._judge_crop(crop, LANDMARK_PITCH_AHEAD)[0] != FaceState.NONE for crop in crops)

    def _is_turned(self, grey: np.ndarray, doubts: np.ndarray) -> bool:
        """Whether the picture is turned. A face in a frame is upright by now, so more doubt is allowed."""
        return is_turned(doubts) or (might_be_turned(doubts) and self._sideways(grey) is not None)

    def _is_covered(self, grey: np.ndarray, face: Face, doubts: np.ndarray) -> bool:
        """Whether something is before the face, by the doubts of its crop and by what is below the crop."""
        if is_covered(doubts):
            return True
        if not might_be_covered(doubts):
            return False
        lower_crops = (
            align_below(grey, face.landmarks, FIT_SIDE, scale=scale, lower=lower)
            for scale, lower in LOWER_CROPS
        )
        logits = (
            self._fitness.covered_logit(crop)
            for crop, outside in lower_crops
            if outside <= LOWER_CROP_OUTSIDE
        )
        first = next(logits, None)
        if first is None or first < LOWER_CROP_MAYBE:
            return False
        return fmean([first, *logits]) >= LOWER_CROP_COVERED

    def _sideways(self, grey: np.ndarray) -> Face | None:
        """A readable face that stands on another side of the picture."""
        for face in self._search.find_sideways(grey):
            crop = align(grey, face.landmarks, self._crop_size)[0]
            if self._judge_crop(crop, LANDMARK_PITCH_AHEAD)[0] == FaceState.SEEN:
                return face
        return None

    def _judge_crop(self, crop: np.ndarray, landmark_pitch: float) -> tuple[FaceState, np.ndarray]:
        """The state of an aligned face, and the doubts about its fitness, (4,) probabilities.

        ``landmark_pitch``: degrees, by the landmarks of the detector.
        """
        doubts = self._fitness.doubts(resized(crop, FIT_SIDE))
        light, fit = state_of_light(crop), self._fitness.state(doubts)
        if light != FaceState.SEEN:
            # A drawing on white paper is not a face in too much light.
            is_white = light == FaceState.TOO_BRIGHT and fit == FaceState.NONE
            return FaceState.NONE if is_white else light, doubts
        if fit != FaceState.SEEN or _sharpness(crop) < BLURRED:
            return FaceState.UNSURE if fit == FaceState.SEEN else fit, doubts
        head = self._head_poses.estimate(crop)
        if head.is_negative:
            return FaceState.UNSURE, doubts
        return FaceState.LOOKING_DOWN if head.is_lowered(landmark_pitch) else FaceState.SEEN, doubts


def _observation(face: Face, crop: np.ndarray, state: FaceState, outside: float) -> Observation:
    """The observation of a face, in pixels of the frame. ``outside``: share of the crop beyond the frame."""
    light = brightness(inner(crop), BRIGHTEST)
    if state in WITHOUT_FACING:
        return Observation(state=state, brightness=light, face=face)
    landmark_yaw, pitch = head_angles(face.landmarks)
    yaw = real_yaw(landmark_yaw)
    is_hidden = outside > OUTSIDE or abs(yaw) > PROFILE_FROM
    if state in NEED_A_CLEAR_VIEW and (is_hidden or face.width < MIN_FACE):
        state = FaceState.UNSURE
    return Observation(
        state=state,
        brightness=light,
        face=face,
        facing=facing_of(yaw, pitch),
        crop=crop if state == FaceState.SEEN else None,
    )


def _sharpness(crop: np.ndarray) -> float:
    """Standard deviation of the Laplacian over that of the crop, so that flat light is not taken for blur."""
    edges = cv2.Laplacian(crop, cv2.CV_32F)[2:-2, 2:-2]
    return _deviation(edges) / (_deviation(crop) + 1e-3)


def _deviation(values: np.ndarray) -> float:
    return float(cv2.meanStdDev(values)[1].item())
