"""One JPEG in, one aligned face out, or the reason why there is none.

Every frame is searched afresh: what is read as an expression was found as a face in that very frame.
"""

import cmath
import math
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import attrgetter

import cv2
import numpy as np
import simplejpeg

from .detector import Face, FaceDetector
from .facing import PROFILE_FROM, facing_of, head_angles, real_yaw
from .fitness import Fitness, is_covered, is_turned, might_be_covered, might_be_turned
from .jpeg import BadFrame, check_jpeg, unreadable
from .light import BRIGHTEST, DARK, brightness, inner, state_of_light
from .lowered import DRAWN_AHEAD, HeadReader
from .states import FaceState, Facing

__all__ = ["BadFrame", "Face", "FaceReader", "FaceState", "Facing", "View"]

# The longer side the detector sees. 160 is fast and enough for a face at a desk; without colour, faces under
# 25 px are missed there. So where it finds none as wide as NEAR, it looks again at 320, for four times
# the cost.
SEARCH_SIDES = (160, 320)
NEAR = 40
DECODE_SIDE = 240  # each side decoded at least; larger frames shrink while they are decoded, which is cheaper
# The detector draws the landmarks of a tilted head only a quarter to a third of the way. So a face that looks
# tilted is turned back by three times that and looked at again, three times at most. Three degrees to the
# detector are some ten in truth, which FER2013's own faces have and the network has learned.
TILTED = math.radians(3)
TILT_SHARE = 3
MAX_TURNS = 3
TURNED_WIDTH, TURNED_SIDE = 72, 128  # px of the face and of the square around it
# Of heads tilted by 40 degrees, as on a hand, the detector misses half, and others it draws as if they were
# upright. But it is less sure of them: upright faces score 0.90 in the median, tilted by 25 degrees 0.80. So
# below SURE_SCORE the smallest picture is turned to either side and looked at again, and the surer look
# counts. Bottles and shelves then score up to 0.68.
SURE_SCORE = 0.88
LEANING = [math.radians(degrees) for degrees in (-30, 30)]
LEANING_SCORE = 0.75
MIN_FACE = 24  # px of frame: half of what the network takes in, so half the detail of its training images
# A face half as wide as the largest is a second person; a narrower one, a poster or a passer-by.
COMPARABLE = 0.5
OUTSIDE = 0.25  # share of the crop beyond the edge of the frame: with more, an eye or the mouth is half gone
BRIGHTEST_OF_FRAME = 99  # a dim room without anybody in it is empty rather than dark: one lit corner will do
# A picture in which nobody is found upright is looked at once more from each other side, to tell the student.
SIDEWAYS = [math.radians(degrees) for degrees in (180, 90, -90)]
# FER2013's framing ends at the chin: of a hand at the lower lip it shows a corner. Where that may be one, the
# network is asked of these crops and their mirror images, too: size, and how many px of 48 lower. The first
# settles it where its mean logit is below PERHAPS_BELOW. Of 1,362 frames of 19 people without a hand, as they
# are and mirrored, none has a mean logit of COVERED_BELOW; the largest is -1.8.
LOWER_LOOKS = ((0.9, 4), (1.0, 6), (0.8, 4))
PERHAPS_BELOW, COVERED_BELOW = -4.0, -1.5
OUTSIDE_BELOW = 0.15  # share beyond the edge of the frame: with more, what is below is not in the picture
FIT_SIDE = 48  # px of the crop that is asked whether it is fit; larger ones are shrunk

# Laplacian over contrast. 99 % of FER2013's faces have 0.47, the smallest read on webcam frames 0.33. A blur
# of 1.25 px of 48 leaves 0.19; from there on, under 85 % of the answers are right, and the network as sure.
BLURRED = 0.2

# FER2013's own framing: where the five landmarks lie in its 48x48 images. Medians of its Training images as
# this detector sees them, less what it errs by on pictures so small (python -m emotion.training.framing),
# made symmetric.
FRAMING = np.array([[14.35, 18.25], [32.65, 18.25], [23.5, 27.9], [15.85, 36.2], [31.15, 36.2]])

# What is said of no face that is too small for it, cut by the edge, or seen from the side.
JUDGED_CLOSELY = (FaceState.SEEN, FaceState.LOOKING_DOWN)

WIDTH = attrgetter("width")
WITHOUT_FACING = {FaceState.TOO_DARK, FaceState.TURNED}  # what the landmarks say of these is not so

_MIDDLES = (np.arange(8) + 0.5) / 8
_GRID = _MIDDLES[None, :] + 1j * _MIDDLES[:, None]  # 8 x 8 points of a unit square, as x + iy


@dataclass(frozen=True)
class View:
    """What one frame shows. `crop` is there exactly when the state is SEEN. `brightness`, 0..1: the light
    on the face, or of the frame where no face was found. `face` is in frame pixels. `picture`, (H, W) uint8:
    the frame as it was decoded, and `enlargement`, how many of the frame's pixels one of its pixels is.
    `surer_by`: how far above its threshold the recogniser's answer must be, as detail is perhaps lost."""

    state: FaceState
    brightness: float
    face: Face | None = None
    crop: np.ndarray | None = None
    facing: Facing | None = None
    picture: np.ndarray | None = field(default=None, repr=False)
    enlargement: float = 1.0
    surer_by: float = 0.0


class FaceReader:
    """One per worker process. Keeps nothing between frames."""

    def __init__(self, crop_size: int = 48) -> None:
        self._crop_size = crop_size
        self._detector, self._heads, self._fitness = FaceDetector(), HeadReader(), Fitness.load()

    def view(self, frame: bytes) -> View:
        """The face of one JPEG in FER2013's framing, (crop_size, crop_size) uint8. Raises BadFrame."""
        width, _ = check_jpeg(frame)
        grey = decode_grey(frame)
        faces = self._search(grey)
        if not faces or max(faces, key=WIDTH).score < SURE_SCORE:
            faces = self._search_leaning(grey, faces)
        faces.sort(key=WIDTH, reverse=True)
        faces[:1] = [self._upright(grey, face) for face in faces[:1]]
        enlargement = width / grey.shape[1]
        judged = self._judge(grey, faces, enlargement=enlargement)
        return replace(judged, picture=grey, enlargement=enlargement)

    def _search(self, grey: np.ndarray) -> list[Face]:
        for side in SEARCH_SIDES:
            small, scale = _shrunk(grey, side)
            faces = self._detector.detect(small)
            if any(face.width >= NEAR for face in faces):
                break
        return [face.scaled(1 / scale) for face in faces]

    def _search_leaning(self, grey: np.ndarray, faces: list[Face]) -> list[Face]:
        """With the faces that are found, or found with a better score, once the picture is turned."""
        for lean in LEANING:
            for face in self._turned_faces(grey, lean):
                others = [other for other in faces if not _overlap(face, other)]
                scores = [other.score for other in faces if _overlap(face, other)]
                if face.score >= max([LEANING_SCORE, *scores]):
                    faces = [*others, face]
        return faces

    def _turned_faces(self, grey: np.ndarray, lean: float) -> list[Face]:
        """Found in the smallest picture once it is turned back by ``lean``, where they are in ``grey``."""
        small, scale = _shrunk(grey, SEARCH_SIDES[0])
        turn = cmath.exp(-1j * lean)
        cols, rows = size = small.shape[::-1] if abs(lean) < math.pi / 4 else (max(small.shape),) * 2
        shift = complex(cols - 1, rows - 1) / 2 - turn * complex(small.shape[1] - 1, small.shape[0] - 1) / 2
        turned = cv2.warpAffine(small, matrix(turn, shift), size, borderMode=cv2.BORDER_REPLICATE)
        found = self._detector.detect(turned)
        return [replace(_before(face, turn, shift).scaled(1 / scale), lean=lean) for face in found]

    def _upright(self, grey: np.ndarray, face: Face) -> Face:
        """The face with its landmarks as they are seen once it is turned upright."""
        turned = face.lean  # radians, so far
        for _ in range(MAX_TURNS):
            tilt = cmath.phase(similarity(FRAMING, face.landmarks)[0]) - turned
            coarse = face.lean and turned == face.lean  # landmarks of the smallest picture
            if abs(tilt) < TILTED and not coarse:
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
        return _taken_back(found[0].landmarks, turn, shift)

    def _judge(self, grey: np.ndarray, faces: list[Face], *, enlargement: float) -> View:
        """Of the widest face that is somebody's."""
        for place, face in enumerate(faces):
            crop, outside = align(grey, face.landmarks, self._crop_size)
            state, doubts = self._judge_crop(crop, head_angles(face.landmarks)[1])
            if state != FaceState.NONE:
                if state == FaceState.SEEN and self._is_turned(grey, doubts):
                    state = FaceState.TURNED
                if state == FaceState.SEEN and self._is_covered(grey, face, doubts):
                    state = FaceState.UNSURE
                view = self._judge_face(face, crop, state, outside, enlargement)
                view = replace(view, surer_by=self._fitness.surer_by(doubts))
                return self._alone(grey, view, face, faces[place + 1 :])
        return self._judge_nobody(grey, enlargement)

    @staticmethod
    def _judge_face(
        face: Face, crop: np.ndarray, state: FaceState, outside: float, enlargement: float
    ) -> View:
        light, in_frame = brightness(inner(crop), BRIGHTEST), face.scaled(enlargement)
        if state in WITHOUT_FACING:
            return View(state, light, in_frame)
        drawn, pitch = head_angles(face.landmarks)
        yaw = real_yaw(drawn)
        hidden = outside > OUTSIDE or abs(yaw) > PROFILE_FROM
        if state in JUDGED_CLOSELY and (hidden or in_frame.width < MIN_FACE):
            state = FaceState.UNSURE
        facing = facing_of(yaw, pitch)
        return View(state, light, in_frame, crop if state == FaceState.SEEN else None, facing)

    def _alone(self, grey: np.ndarray, view: View, face: Face, narrower: list[Face]) -> View:
        """The view, or SEVERAL where somebody else is as near."""
        rivals = [other for other in narrower if other.width >= COMPARABLE * face.width]
        crops = (align(grey, self._upright(grey, other).landmarks, self._crop_size)[0] for other in rivals)
        if view.state == FaceState.TOO_DARK or all(self.judge(crop) == FaceState.NONE for crop in crops):
            return view
        return View(FaceState.SEVERAL, view.brightness, view.face)

    def _is_turned(self, grey: np.ndarray, doubts: np.ndarray) -> bool:
        """Asked more strictly than of a bare crop: this one has been set upright."""
        return is_turned(doubts) or (might_be_turned(doubts) and self._search_sideways(grey) is not None)

    def _is_covered(self, grey: np.ndarray, face: Face, doubts: np.ndarray) -> bool:
        """Asked more strictly than of a bare crop, and also of what is below it."""
        if is_covered(doubts) or not might_be_covered(doubts):
            return is_covered(doubts)
        looks = (_lower_look(grey, face.landmarks, size, lower) for size, lower in LOWER_LOOKS)
        crops = (crop for crop, outside in looks if outside <= OUTSIDE_BELOW)
        logits = [self._fitness.covered_logit([crop]) for crop in islice(crops, 1)]
        if not logits or logits[0] < PERHAPS_BELOW:
            return False
        logits += [self._fitness.covered_logit([crop]) for crop in crops]
        return sum(logits) / len(logits) >= COVERED_BELOW

    def _judge_nobody(self, grey: np.ndarray, enlargement: float) -> View:
        light = brightness(grey, BRIGHTEST_OF_FRAME)
        if light < DARK:
            return View(FaceState.TOO_DARK, light)
        face = self._search_sideways(grey)
        if face is None:
            return View(FaceState.NONE, light)
        return View(FaceState.TURNED, light, face.scaled(enlargement))

    def _search_sideways(self, grey: np.ndarray) -> Face | None:
        """A face that is sure to be one once the picture is turned by 90 or 180 degrees."""
        for turned in SIDEWAYS:
            for face in self._turned_faces(grey, turned)[:1]:
                upright = self._upright(grey, face)
                crop = align(grey, upright.landmarks, self._crop_size)[0]
                if face.score >= LEANING_SCORE and self.judge(crop) == FaceState.SEEN:
                    return upright
        return None

    def judge(self, crop: np.ndarray, drawn_pitch: float = DRAWN_AHEAD) -> FaceState:
        """SEEN where an aligned face is fit to be read, as its crop and the pitch of its landmarks tell."""
        return self._judge_crop(crop, drawn_pitch)[0]

    def judged(self, crop: np.ndarray) -> tuple[FaceState, float]:
        """With how much surer the recogniser must be, as ``View.surer_by``."""
        state, doubts = self._judge_crop(crop, DRAWN_AHEAD)
        return state, self._fitness.surer_by(doubts)

    def _judge_crop(self, crop: np.ndarray, drawn_pitch: float) -> tuple[FaceState, np.ndarray]:
        """With the doubts about its fitness, (4,) probabilities."""
        doubts = self._fitness.doubts(_of_side(crop, FIT_SIDE))
        light, fit = state_of_light(crop), self._fitness.state(doubts)
        if light != FaceState.SEEN:
            is_white = light == FaceState.TOO_BRIGHT and fit == FaceState.NONE  # a drawing, not a lit face
            return FaceState.NONE if is_white else light, doubts
        if fit != FaceState.SEEN or sharpness(crop) < BLURRED:
            return FaceState.UNSURE if fit == FaceState.SEEN else fit, doubts
        head = self._heads.head(crop)
        if head.is_negative:
            return FaceState.UNSURE, doubts
        return FaceState.LOOKING_DOWN if head.is_lowered(drawn_pitch) else FaceState.SEEN, doubts


def _overlap(face: Face, other: Face) -> bool:
    """Whether the middle of one lies in the box of the other."""
    apart = np.abs((face.box[:2] + face.box[2:] / 2) - (other.box[:2] + other.box[2:] / 2))
    return bool((apart < np.maximum(face.box[2:], other.box[2:]) / 2).all())


def _shrunk(grey: np.ndarray, side: int) -> tuple[np.ndarray, float]:
    scale = min(1.0, side / max(grey.shape))
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), scale


def _before(face: Face, turn: complex, shift: complex) -> Face:
    """The face where it was before its picture was turned, in an upright box of the same size."""
    half = face.box[2:] / 2
    *landmarks, middle = _taken_back(np.vstack([face.landmarks, face.box[:2] + half]), turn, shift)
    return replace(face, box=np.concatenate([middle - half, face.box[2:]]), landmarks=np.array(landmarks))


def _taken_back(points: np.ndarray, turn: complex, shift: complex) -> np.ndarray:
    """Where (n, 2) points came from that were turned and shifted."""
    before = (points @ (1, 1j) - shift) / turn
    return np.column_stack([before.real, before.imag])


def decode_grey(frame: bytes) -> np.ndarray:
    """(H, W) uint8. Strict: a scan that ends before the picture does is an error, not grey filling."""
    try:
        return simplejpeg.decode_jpeg(frame, "GRAY", min_height=DECODE_SIDE, min_width=DECODE_SIDE)[:, :, 0]
    except ValueError as error:
        raise unreadable(error) from error


def align(grey: np.ndarray, landmarks: np.ndarray, size: int) -> tuple[np.ndarray, float]:
    """The face turned upright and scaled to FER2013's framing, (size, size) uint8, and the share of it that
    lies outside the frame (filled with the nearest pixels of its edge)."""
    return _cut(grey, *way_to_crop(landmarks, size), size)


def _lower_look(
    grey: np.ndarray, landmarks: np.ndarray, scale: float, lower: float
) -> tuple[np.ndarray, float]:
    """As ``align``, of FIT_SIDE, with the face smaller by ``scale`` and so many px of the crop higher up."""
    middle = (FIT_SIDE - 1) / 2 * (1 + 1j)
    turn, shift = way_to_crop(landmarks, FIT_SIDE)
    return _cut(grey, scale * turn, scale * (shift - middle) + middle - lower * 1j, FIT_SIDE)


def _cut(grey: np.ndarray, turn: complex, shift: complex, size: int) -> tuple[np.ndarray, float]:
    """The square that the way leads to, and the share of it that lies outside the frame."""
    while abs(turn) < 0.5 and min(grey.shape) > 1:  # bilinear sampling skips pixels below one half
        grey = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        # x = 2 x' + 1/2, from pixel centre to pixel centre
        turn, shift = 2 * turn, shift + turn / 2 * (1 + 1j)
    crop = cv2.warpAffine(grey, matrix(turn, shift), (size, size), borderMode=cv2.BORDER_REPLICATE)
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


def _of_side(crop: np.ndarray, side: int) -> np.ndarray:
    return crop if len(crop) == side else cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA)


def sharpness(crop: np.ndarray) -> float:
    """Standard deviation of the Laplacian over that of the crop, so that flat light is not taken for blur."""
    edges = cv2.Laplacian(crop, cv2.CV_32F)[2:-2, 2:-2]
    return _spread(edges) / (_spread(crop) + 1e-3)


def _spread(values: np.ndarray) -> float:
    return cv2.meanStdDev(values)[1].item()
