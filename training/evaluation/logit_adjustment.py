"""What the rare classes would gain, and the common ones lose, if answers leaned against each class's share of
Training (logit adjustment after training, Menon et al. 2021, arXiv 2007.07314, equation 9).

Only looked at, not served: a leaning confidence is no longer the share of taggers who would agree.
"""

import numpy as np

from emotion.vision.labels import EXPRESSIONS, FER2013_LABELS
from emotion.vision.recogniser import Recogniser
from training.data.dataset import NO_MAJORITY, Faces, majority, vote_shares
from training.evaluation.evaluate import Score

LEANINGS = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0)  # 0 is what is served, 1 treats all classes as equally frequent


def rare_classes(recogniser: Recogniser, faces: Faces, training: Faces) -> dict:
    """For both label sets, for each leaning, what ``Score.as_dict`` says of the answers to these faces."""
    said = recogniser.recognise(faces.images)
    wanted = majority(faces.votes)
    decided = wanted != NO_MAJORITY
    shares, trust = vote_shares(training.votes)
    votes = (shares * trust[:, None]).sum(axis=0)
    labels = np.bincount(training.labels, minlength=len(FER2013_LABELS))
    return {
        "fer2013": leant(said.fer2013, labels, FER2013_LABELS, faces.labels),
        "ferplus": leant(said.probabilities[decided], votes, EXPRESSIONS, wanted[decided]),
    }


def leant(
    probabilities: np.ndarray, frequencies: np.ndarray, classes: tuple[str, ...], wanted: np.ndarray
) -> dict:
    """By leaning, ``Score.as_dict`` of probabilities (N, C) whose classes are as frequent as (C,) says."""
    logits = np.log(np.maximum(probabilities, 1e-12))
    prior = np.log(np.maximum(frequencies / frequencies.sum(), 1e-12))
    return {
        str(leaning): Score(classes, wanted, (logits - leaning * prior).argmax(axis=1)).as_dict()
        for leaning in LEANINGS
    }


def table(found: dict) -> str:
    """In percent: accuracy, macro-F1, then the recall of each class."""
    return "\n\n".join(_table(title, leanings) for title, leanings in found.items())


def _table(title: str, leanings: dict) -> str:
    names = next(iter(leanings.values()))["recall"]
    lines = [f"{title:<9}{'accuracy':>9}{'macro-F1':>9}" + "".join(f"{name[:9]:>10}" for name in names)]
    for leaning, scores in leanings.items():
        recalls = (recall if recall is not None else np.nan for recall in scores["recall"].values())
        shown = "".join(f"{100 * recall:>10.1f}" for recall in recalls)
        lines.append(f"{leaning:<9}{100 * scores['accuracy']:>9.2f}{100 * scores['macro_f1']:>9.2f}{shown}")
    return "\n".join(lines)
