"""The material of samples, from FER2013's Training rows and folders of pictures."""

import hashlib
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from emotion.vision.detector import FaceDetector
from emotion.vision.geometry import FRAMING
from emotion.vision.recogniser import Recogniser
from training.data.dataset import BadFile, Faces
from training.data.framing import CANVAS, ENLARGED, SURE
from training.fit.fitness.annotations import AT_THE_FACE, COVERED, NOBODY, NOT_ORDINARY, ORDINARY, annotated
from training.fit.fitness.canvas import SIDE
from training.fit.fitness.crops import Cutter, fitted, pictures_in, place_of, turned_frame
from training.fit.fitness.harmed import harmed_faces
from training.fit.fitness.samples import Material

FOLDERS = ("nobody", "masked", "bare", "hands")
# Every fifth picture, by its name.
KEPT_FOR_TESTS = 5
# The column of the votes for "not a face".
NOT_A_FACE = 9
HAND_SIDE = 64  # px
# The share of its picture that a hand must cover, and may.
LEAST_HAND, MOST_HAND = 0.12, 0.65


def material(faces: Faces, folder: Path, recogniser: Recogniser, *, harms: int) -> Material:
    """Crops and harms to make samples of; ``harms`` is the number of different harms.

    ``folder`` holds the folders named in FOLDERS. Raises BadFile where one is missing or no picture of it is
    of use.
    """
    missing = [name for name in FOLDERS if not (folder / name).is_dir()]
    if missing:
        raise BadFile(f"{folder} has no folder {missing[0]}; it needs {', '.join(FOLDERS)}.")
    rows = faces.of("Training")
    images = rows.images if rows.votes is None else rows.images[rows.votes[:, NOT_A_FACE] <= 1]
    letters = annotated(images)
    ordinary = images[~np.isin(letters, list(NOT_ORDINARY))]
    landmarks = landmarks_of(ordinary)
    turned, degrees = _turned(ordinary, landmarks)
    harmed, changed = harmed_faces(ordinary, recogniser, harms)
    cut = {name: _cut(folder / name, low_threshold=name == "nobody") for name in ("nobody", "masked", "bare")}
    return Material(
        faces=ordinary,
        landmarks=landmarks,
        hidden=images[letters == COVERED],
        free=images[np.isin(letters, [AT_THE_FACE, ORDINARY])],
        harmed=harmed,
        changed=changed,
        bare=cut["bare"],
        masked=cut["masked"],
        nobody=np.concatenate([cut["nobody"], images[letters == NOBODY]]),
        turned=turned,
        degrees=degrees,
        hands=_hands(folder / "hands"),
    )


def is_for_tests(path: Path) -> bool:
    """Whether a picture, by its name, is kept for tests and not trained on. Of hands all are trained on."""
    return int(hashlib.md5(path.name.encode(), usedforsecurity=False).hexdigest(), 16) % KEPT_FOR_TESTS == 0


def _cut(folder: Path, *, low_threshold: bool) -> np.ndarray:
    cutter, crops = Cutter(low_threshold=low_threshold), []
    for path, grey in tqdm(pictures_in(folder), desc=folder.name, disable=None, leave=False):
        if not is_for_tests(path):
            crops += [cut.crop for cut in cutter.cuts(fitted(grey))[: 3 if low_threshold else 1]]
    if not crops:
        raise BadFile(f"{folder} holds no picture in which the detector finds anything.")
    return np.stack(crops)


def landmarks_of(images: np.ndarray) -> np.ndarray:
    """Landmarks (N, 5, 2) in px of 48 of faces (N, 48, 48) uint8.

    They are the detector's, or those of FER2013's framing where it finds no face.
    """
    detector, edge = FaceDetector(), (CANVAS - ENLARGED) // 2
    found = np.repeat(FRAMING[None], len(images), axis=0)
    for n, image in enumerate(images):
        large = cv2.resize(image, (ENLARGED, ENLARGED), interpolation=cv2.INTER_LINEAR)
        grey = cv2.mean(large)[0]
        canvas = cv2.copyMakeBorder(large, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=grey)
        faces = [face for face in detector.detect(canvas) if face.score > SURE]
        if faces:
            found[n] = (faces[0].landmarks - edge + 0.5) * (SIDE / ENLARGED) - 0.5
    return found


def _turned(images: np.ndarray, landmarks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Crops (M, 48, 48) of faces turned at random, cut as the worker does, and remaining degrees (M,)."""
    random, cutter, crops, degrees = np.random.default_rng(5), Cutter(), [], []
    for image, truth in zip(images, landmarks, strict=True):
        side = int(random.uniform(70, 150))
        face = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
        edge = int(side * random.uniform(0.15, 0.5))
        canvas = cv2.copyMakeBorder(face, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
        frame, turn, shift = turned_frame(canvas, random.uniform(-180, 180), mirrored=False)
        points = turn * (((truth + 0.5) * side / SIDE - 0.5 + edge) @ (1, 1j)) + shift
        for cut in cutter.cuts(frame)[:1]:
            place = place_of(cut, np.column_stack([points.real, points.imag]))
            if 0.6 < place.scale < 1.6 and place.offset < 9:
                crops.append(cut.crop)
                degrees.append(place.degrees)
    return np.stack(crops), np.array(degrees)


def _hands(folder: Path) -> np.ndarray:
    """(N, 64, 64, 2) grey and opacity of hands, separated from a plain ground by their saturation."""
    found = []
    for path in sorted(folder.rglob("*")):
        picture = cv2.imread(str(path)) if path.is_file() else None
        if picture is not None:
            small = cv2.resize(picture, (HAND_SIDE, HAND_SIDE), interpolation=cv2.INTER_AREA)
            opaque = _largest(cv2.cvtColor(small, cv2.COLOR_BGR2HSV)[..., 1])
            if LEAST_HAND < (opaque > 0).mean() < MOST_HAND:
                found.append(np.dstack([cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), opaque]))
    return np.stack(found) if found else np.zeros((0, HAND_SIDE, HAND_SIDE, 2), np.uint8)


def _largest(saturation: np.ndarray) -> np.ndarray:
    _, strong = cv2.threshold(saturation, 0, 255, cv2.THRESH_OTSU)
    strong = cv2.morphologyEx(strong, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, labels, facts, _ = cv2.connectedComponentsWithStats(strong)
    largest = 1 + facts[1:, cv2.CC_STAT_AREA].argmax() if len(facts) > 1 else -1
    return np.where(labels == largest, 255, 0).astype(np.uint8)
