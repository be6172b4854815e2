"""Scores under what webcams do to faces, each condition compared with the clean faces row by row."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from tqdm import tqdm

from emotion.vision.recogniser import Recogniser
from training.data.dataset import Faces
from training.data.video import decoded
from training.evaluation.evaluate import Evaluation, Score, evaluate_faces
from training.evaluation.metrics import Interval, wilson
from training.evaluation.observations import answers, observe_crops

SEED = 20251122
COLUMNS = (
    "condition",
    "what",
    "FER2013 % (95 %)",
    "change",
    "FER+ % (95 %)",
    "change",
    "answered %",
    "of these right % (95 %)",
)
# Changes one picture (H, W) uint8 and keeps its shape.
Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Condition:
    """One kind of change, with its name and description."""

    name: str
    what: str
    """What is changed, in words and numbers, for the table."""
    change: Change


def blurred(face: np.ndarray, _: np.random.Generator) -> np.ndarray:
    return cv2.GaussianBlur(face, (0, 0), len(face) / 32)


def noisy(face: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return _grey(face + random.normal(0, 15, face.shape))


def dim(face: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return _grey(0.2 * face + random.normal(0, 3, face.shape))


def side_lit(face: np.ndarray, random: np.random.Generator) -> np.ndarray:
    light = np.linspace(0.25, 1.6, face.shape[1])
    return _grey(face * (light if random.random() < 0.5 else light[::-1]))


def backlit(face: np.ndarray, _: np.random.Generator) -> np.ndarray:
    return _grey(255 * (face / 255) ** 2.2)


def compressed(face: np.ndarray, _: np.random.Generator) -> np.ndarray:
    return decoded(cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, 40])[1])


def rolled(degrees: float) -> Change:
    def roll(face: np.ndarray, random: np.random.Generator) -> np.ndarray:
        middle = tuple((side - 1) / 2 for side in face.shape[::-1])
        turn = cv2.getRotationMatrix2D(middle, degrees * random.choice([-1, 1]), 1)
        return cv2.warpAffine(face, turn, face.shape[::-1], borderMode=cv2.BORDER_REPLICATE)

    return roll


def small(width: int) -> Change:
    def shrink(face: np.ndarray, _: np.random.Generator) -> np.ndarray:
        seen = cv2.resize(face, (width, width), interpolation=cv2.INTER_AREA)
        return cv2.resize(seen, face.shape[::-1], interpolation=cv2.INTER_LINEAR)

    return shrink


CONDITIONS = (
    Condition("blur", "Gaussian, 1.5 px of 48", blurred),
    Condition("noise", "15 of 255 grey levels", noisy),
    Condition("dim light", "a fifth of the light, noise of 3 grey levels", dim),
    Condition("light from one side", "a quarter of the light to 1.6 times, clipped", side_lit),
    Condition("light from behind", "gamma 2.2 on the face", backlit),
    Condition("JPEG quality 40", "of the 48 px crop itself", compressed),
    Condition("roll 10 degrees", "left or right, as if the alignment had missed it", rolled(10)),
    Condition("roll 25 degrees", "left or right, as if the alignment had missed it", rolled(25)),
    Condition("face of 40 px", "shrunk and enlarged again", small(40)),
    Condition("face of 24 px", "the smallest that the worker reads", small(24)),
)


def changed(faces: Faces, change: Change) -> Faces:
    """Faces whose images are changed one by one, with the same random numbers at each call."""
    random = np.random.default_rng(SEED)
    return replace(faces, images=np.stack([change(face, random) for face in faces.images]))


def robustness(recogniser: Recogniser, faces: Faces) -> dict:
    """{condition: figures}, with the clean faces first; fractions 0..1, intervals of 95 %."""
    clean = evaluate_faces(recogniser, faces)
    found = {"clean": {"what": "as the data set has them"} | _figures(recogniser, clean, clean)}
    for condition in tqdm(CONDITIONS, desc="conditions", disable=None, leave=False):
        harmed = evaluate_faces(recogniser, changed(faces, condition.change))
        found[condition.name] = {"what": condition.what} | _figures(recogniser, harmed, clean)
    return found


def _figures(recogniser: Recogniser, harmed: Evaluation, clean: Evaluation) -> dict:
    is_answered = answers(observe_crops(recogniser, harmed.faces.images)) >= 0
    figures = {
        "fer2013": _against(harmed.fer2013, clean.fer2013),
        "answered": round(float(is_answered.mean()), 4),
    }
    if harmed.ferplus:
        figures["ferplus"] = _against(harmed.ferplus, clean.majority)
        figures["ferplus_answers_right"] = _counted(harmed.ferplus.where(is_answered[harmed.decided]))
    return figures


def _counted(score: Score) -> dict:
    accuracy = round(score.accuracy, 4) if len(score) else None
    return {"n": len(score), "accuracy": accuracy, "interval": wilson(score.hits, len(score)).rounded()}


def _against(harmed: Score, clean: Score) -> dict:
    """Accuracy and its change, with intervals; the change is paired by face."""
    gain = (harmed.y_pred == harmed.y_true).astype(int) - (clean.y_pred == clean.y_true).astype(int)
    change = {"change": round(float(gain.mean()), 4), "change_interval": Interval.of_mean(gain).rounded()}
    return _counted(harmed) | change


def _grey(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def table(found: dict) -> str:
    """The figures as a Markdown table, in percent."""
    lines = [f"| {' | '.join(COLUMNS)} |", "| --- " * len(COLUMNS) + "|"]
    for name, row in found.items():
        scores = [_cells(row[key]) if key in row else "| |" for key in ("fer2013", "ferplus")]
        answered = row.get("ferplus_answers_right")
        right = _share(answered) if answered and answered["n"] else ""
        lines.append(
            f"| {name} | {row['what']} | {' | '.join(scores)} | {100 * row['answered']:.1f} | {right} |"
        )
    return "\n".join(lines)


def _cells(score: dict) -> str:
    return f"{_share(score)} | {100 * score['change']:+.1f}"


def _share(score: dict) -> str:
    low, high = (100 * end for end in score["interval"])
    return f"{100 * score['accuracy']:.1f} ({low:.1f} to {high:.1f})"
