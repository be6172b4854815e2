"""Measures what post-hoc logit adjustment gains for rare classes and costs common ones.

Logits are lowered by tau times the logarithm of each class's share of Training (Menon et al. 2021, arXiv
2007.07314, equation 9). The site does not use it: an adjusted confidence is no longer the share of taggers
who would agree.
"""

import numpy as np

from emotion.vision.labels import EXPRESSIONS, FER2013_LABELS
from emotion.vision.recogniser import Recogniser
from training.data.dataset import NO_MAJORITY, Faces, majority, vote_shares
from training.evaluation.evaluate import Score

# 0 is what is served, 1 treats all classes as equally frequent.
TAUS = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0)


def logit_adjustment(recogniser: Recogniser, faces: Faces, training: Faces) -> dict:
    """{label set: {tau: ``Score.as_dict``}} of answers to ``faces``, with priors of ``training``."""
    recognition = recogniser.recognise(faces.images)
    y_true = majority(faces.rated)
    decided = y_true != NO_MAJORITY
    shares, trust = vote_shares(training.rated)
    votes = (shares * trust[:, None]).sum(axis=0)
    labels = np.bincount(training.labels, minlength=len(FER2013_LABELS))
    return {
        "fer2013": adjusted(recognition.fer2013, labels, FER2013_LABELS, faces.labels),
        "ferplus": adjusted(recognition.probabilities[decided], votes, EXPRESSIONS, y_true[decided]),
    }


def adjusted(
    probabilities: np.ndarray, frequencies: np.ndarray, classes: tuple[str, ...], y_true: np.ndarray
) -> dict:
    """{tau: ``Score.as_dict``} of probabilities (N, C), with counts (C,) of each class in Training."""
    logits = np.log(np.maximum(probabilities, 1e-12))
    prior = np.log(np.maximum(frequencies / frequencies.sum(), 1e-12))
    return {str(tau): Score(classes, y_true, (logits - tau * prior).argmax(axis=1)).as_dict() for tau in TAUS}


def table(results: dict) -> str:
    """Percentages of both label sets: accuracy, macro-F1, then the recall of each class."""
    return "\n\n".join(_table(title, taus) for title, taus in results.items())


def _table(title: str, taus: dict) -> str:
    names = next(iter(taus.values()))["recall"]
    lines = [f"{title:<9}{'accuracy':>9}{'macro-F1':>9}" + "".join(f"{name[:9]:>10}" for name in names)]
    for tau, scores in taus.items():
        recalls = (recall if recall is not None else np.nan for recall in scores["recall"].values())
        shown = "".join(f"{100 * recall:>10.1f}" for recall in recalls)
        lines.append(f"{tau:<9}{100 * scores['accuracy']:>9.2f}{100 * scores['macro_f1']:>9.2f}{shown}")
    return "\n".join(lines)
