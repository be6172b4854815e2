"""What a table of predictions is worth: accuracy, macro-F1, recall, calibration, each with its 95 %
interval.
"""

from dataclasses import dataclass

import numpy as np

Z95 = 1.959964  # two-sided 95 % of the normal distribution
RESAMPLES = 1000


@dataclass(frozen=True)
class Interval:
    low: float
    high: float

    def __str__(self) -> str:
        return f"{100 * self.low:.1f} to {100 * self.high:.1f}"


def wilson(hits: int, n: int) -> Interval:
    """95 % interval of a share (Wilson 1927); (0, 1) where nothing was counted."""
    if n == 0:
        return Interval(0.0, 1.0)
    share, spread = hits / n, Z95**2 / n
    centre = (share + spread / 2) / (1 + spread)
    half = Z95 * np.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Interval(max(0.0, float(centre - half)), min(1.0, float(centre + half)))


def confusion_matrix(wanted: np.ndarray, given: np.ndarray, classes: int) -> np.ndarray:
    """(C, C) counts, a row per true class and a column per answer."""
    return np.bincount(wanted * classes + given, minlength=classes**2).reshape(classes, classes)


def recalls(confusion: np.ndarray) -> np.ndarray:
    """(C,) share of each true class that was answered rightly; NaN for a class without rows."""
    rows = confusion.sum(axis=1)
    return np.where(rows > 0, np.diag(confusion) / np.maximum(rows, 1), np.nan)


def macro_f1(confusion: np.ndarray) -> float:
    """Mean F1 over the classes that occur among the true labels or the answers."""
    rows, columns = confusion.sum(axis=1), confusion.sum(axis=0)
    occurring = rows + columns > 0
    return float((2 * np.diag(confusion)[occurring] / (rows + columns)[occurring]).mean())


def macro_f1_interval(wanted: np.ndarray, given: np.ndarray, classes: int, *, seed: int = 0) -> Interval:
    """95 % percentile bootstrap over rows: no closed form exists for macro-F1."""
    random = np.random.default_rng(seed)
    scores = []
    for _ in range(RESAMPLES):
        rows = random.integers(0, len(wanted), len(wanted))
        scores.append(macro_f1(confusion_matrix(wanted[rows], given[rows], classes)))
    low, high = np.percentile(scores, [2.5, 97.5])
    return Interval(float(low), float(high))


def expected_calibration_error(confidence: np.ndarray, truth: np.ndarray, bins: int = 15) -> float:
    """ECE (Guo et al. 2017, equation 3): confidence (N,) against truth (N,), a hit or the share of taggers
    who agree, 0..1.
    """
    place = np.clip((confidence * bins).astype(int), 0, bins - 1)
    gaps = np.bincount(place, weights=confidence - truth, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))


def cross_entropy(probabilities: np.ndarray, wanted: np.ndarray) -> float:
    """Mean over rows of -sum(wanted * log(probabilities)); both (N, C)."""
    return float(-(wanted * np.log(np.maximum(probabilities, 1e-12))).sum(axis=1).mean())
