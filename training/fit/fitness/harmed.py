"""Harmed faces, and how often each harm changes the recogniser's answers."""

import numpy as np
from numpy.random import Generator
from tqdm import tqdm

from emotion.vision.recogniser import Recogniser
from training.fit.fitness.canvas import SIDE, enlarged, shrunk
from training.fit.fitness.harms import HARMS

# Each harm is done to this many faces, to see how many answers it changes.
FACES_A_HARM = 32
LEAST_ANSWERED = 8
# The share of harms that are followed by a second one.
SECOND_HARM_SHARE = 0.15
REPORTED_STRENGTHS = (0.15, 0.4)
NAMES = tuple(HARMS)
# These harms are drawn more often, most of all those that bend a face and leave it sharp.
WEIGHTS = {
    "warped": 3, "rolling_shutter": 3, "motion": 3, "hazy": 2, "striped": 2, "median": 2, "lost_packets": 2,
    "mosaic": 2, "interlaced": 2, "grain": 2, "doubled": 1.5, "zoomed": 1.5,
}  # fmt: skip


def harmed_faces(
    faces: np.ndarray, recogniser: Recogniser, count: int, *, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """``count`` harms, each done to FACES_A_HARM of (N, 48, 48) uint8 faces.

    Returns the crops (M, 48, 48), and for each (M,) the share of answers that its harm changed. Only faces
    that are answered before and after count.
    """
    random, crops, changed = np.random.default_rng(seed), [], []
    for _ in tqdm(range(count), desc="harms", disable=None, leave=False):
        before = faces[random.integers(len(faces), size=FACES_A_HARM)]
        after = _harmed_alike(before, random)
        crops.append(after)
        changed.append(np.full(FACES_A_HARM, _changed(recogniser, before, after), np.float32))
    return np.concatenate(crops), np.concatenate(changed)


def _harmed_alike(faces: np.ndarray, random: Generator) -> np.ndarray:
    """The faces after one harm, drawn at random but the same for all of them."""
    names, strengths = _harm(random)
    side, seed = int(random.choice([SIDE, 72, 96, 144], p=[0.6, 0.12, 0.2, 0.08])), random.integers(2**31)
    made = []
    for face in faces:
        same_random, harmed = np.random.default_rng(seed), enlarged(face, side)
        for name, strength in zip(names, strengths, strict=True):
            harmed = HARMS[name](harmed, same_random, strength)
        made.append(shrunk(harmed))
    return np.stack(made)


def _harm(random: Generator) -> tuple[list[str], list[float]]:
    shares = np.array([WEIGHTS.get(name, 1) for name in NAMES])
    count = 1 + (random.random() < SECOND_HARM_SHARE)
    names = random.choice(NAMES, size=count, replace=False, p=shares / shares.sum()).tolist()
    return names, [_strength(random) * (0.6 if count == 2 else 1) for _ in names]


def _strength(random: Generator) -> float:
    if random.random() < 0.2:
        return float(random.choice(REPORTED_STRENGTHS))
    return 0.8 * random.random() ** 1.5


def _changed(recogniser: Recogniser, before: np.ndarray, after: np.ndarray) -> float:
    first, second = recogniser.recognise(before), recogniser.recognise(after)
    is_other = first.probabilities.argmax(axis=1) != second.probabilities.argmax(axis=1)
    is_answered = ~first.unsure & ~second.unsure
    if is_answered.sum() < LEAST_ANSWERED:
        return max(0.3, float(is_other.mean()))
    return float(is_other[is_answered].mean())
