"""Temperatures and abstention threshold of the served graph, fitted on PublicTest and written to its card."""

from pathlib import Path

import numpy as np
from scipy.special import softmax

from emotion.vision.labels import FER2013_LABELS
from emotion.vision.recogniser import Recogniser, read_card
from training.data.dataset import Faces, vote_shares
from training.evaluation.evaluate import Evaluation, evaluate_faces
from training.evaluation.metrics import cross_entropy, expected_calibration_error
from training.fit.export import write_card

# Where the network answers at all, nine of ten answers should be right.
TARGET_ACCURACY = 0.90
THRESHOLDS = np.round(np.arange(0.20, 0.96, 0.01), 2)
TEMPERATURES = np.round(np.geomspace(0.4, 3.0, 200), 4)


def calibrate(folder: Path, faces: Faces) -> dict:
    """Fits both temperatures on these faces, then the threshold on the calibrated probabilities.

    Writes them into card.json of the folder, and returns the card.
    """
    card = read_card(folder) | {
        "temperature": {"expressions": 1.0, "fer2013": 1.0},
        "abstention": {"threshold": 0.0},
    }
    write_card(folder, card)
    evaluation = evaluate_faces(Recogniser.load(folder), faces)
    shares, trust = vote_shares(faces.rated)
    logits = np.log(evaluation.recognition.probabilities)
    labels = np.eye(len(FER2013_LABELS))[faces.labels]
    card["temperature"] = {
        "expressions": fit_temperature(logits[trust > 0], shares[trust > 0]),
        "fer2013": fit_temperature(np.log(evaluation.recognition.fer2013), labels),
    }
    write_card(folder, card)
    evaluation = evaluate_faces(Recogniser.load(folder), faces)
    card["abstention"] = abstention(evaluation)
    card["calibration"] = {
        "split": "PublicTest",
        "ece_cross_fitted": cross_fitted_error(logits, shares, trust > 0),
    }
    write_card(folder, card)
    return card


def fit_temperature(logits: np.ndarray, targets: np.ndarray) -> float:
    """The T for which softmax(logits / T) has the least cross-entropy with the targets; both (N, C).

    Temperature scaling of Guo et al. 2017 (arXiv 1706.04599), section 4.2, on a fixed grid.
    """
    losses = [cross_entropy(softmax(logits / t, axis=1), targets) for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def least_cross_entropy(logits: np.ndarray, targets: np.ndarray) -> float:
    """Cross-entropy in nats under the fitted temperature, that is, what calibration cannot improve."""
    return cross_entropy(softmax(logits / fit_temperature(logits, targets), axis=1), targets)


def cross_fitted_error(logits: np.ndarray, shares: np.ndarray, rated: np.ndarray) -> float:
    """ECE of two halves of the rows, each under the temperature fitted on the other half; 0..1.

    Logits and shares of taggers (N, 8); ``rated`` (N,) bool selects rows with votes for an expression.
    """
    logits, shares = logits[rated], shares[rated]
    halves = np.arange(len(logits)) % 2
    confidence, agreeing = np.zeros(len(logits)), np.zeros(len(logits))
    for half in (0, 1):
        here, other = halves == half, halves != half
        temperature = fit_temperature(logits[other], shares[other])
        probabilities = softmax(logits[here] / temperature, axis=1)
        top = probabilities.argmax(axis=1)
        confidence[here], agreeing[here] = probabilities.max(axis=1), shares[here][np.arange(len(top)), top]
    return expected_calibration_error(confidence, agreeing)


def abstention(evaluation: Evaluation) -> dict:
    """The lowest threshold at which TARGET_ACCURACY of the answers on FER+ majority rows are right.

    The result holds the curve of all thresholds. Coverage is counted twice: on rows with a majority, and on
    all rows, where many faces are unclear to people as well.
    """
    confidence = evaluation.recognition.probabilities.max(axis=1)
    score = evaluation.majority
    right = score.y_true == score.y_pred
    curve = [_point(threshold, confidence, confidence[evaluation.decided], right) for threshold in THRESHOLDS]
    good = [point for point in curve if point["accuracy"] >= TARGET_ACCURACY]
    chosen = (good or curve)[0]
    return {
        "threshold": chosen["threshold"],
        "target_accuracy": TARGET_ACCURACY,
        "chosen_on": "PublicTest",
        "curve": curve,
    }


def _point(threshold: float, every: np.ndarray, decided: np.ndarray, right: np.ndarray) -> dict:
    answered = decided >= threshold
    return {
        "threshold": float(threshold),
        "accuracy": round(float(right[answered].mean()), 4) if answered.any() else 1.0,
        "coverage": round(float(answered.mean()), 4),
        "coverage_all_rows": round(float((every >= threshold).mean()), 4),
    }
