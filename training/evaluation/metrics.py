"""Accuracy, macro-F1, recall and calibration of a table of predictions, with 95 % intervals."""

from dataclasses import dataclass
from typing import Self

import numpy as np

# Its stats are loaded at their first use, like sklearn below: each takes most of a second.
import scipy

RESAMPLES = 1000


@dataclass(frozen=True)
class Interval:
    """A 95 % interval of a figure, fractions 0..1."""

    low: float
    high: float

    @classmethod
    def of_mean(cls, values: np.ndarray) -> Self:
        """The interval of the mean of (N,) values, by the normal approximation."""
        mean, half = values.mean(), scipy.stats.norm.ppf(0.975) * scipy.stats.sem(values, ddof=0)
        return cls(float(mean - half), float(mean + half))

    def rounded(self) -> list[float]:
        """[low, high] with four digits, as the JSON files hold them."""
        return [round(self.low, 4), round(self.high, 4)]

    def __str__(self) -> str:
        return f"{100 * self.low:.1f} to {100 * self.high:.1f}"


def wilson(hits: int, n: int) -> Interval:
    """95 % interval of a share (Wilson 1927); 0 to 1 where nothing was counted."""
    if n == 0:
        return Interval(0.0, 1.0)
    found = scipy.stats.binomtest(hits, n).proportion_ci(confidence_level=0.95, method="wilson")
    return Interval(float(found.low), float(found.high))


def confusion_matrix(y_true: np.ndarray, y_pred: np.ndarray, classes: int) -> np.ndarray:
    """(C, C) counts of true and predicted classes (N,): a row per true class, a column per predicted one."""
    from sklearn import metrics

    if not len(y_true):
        return np.zeros((classes, classes), dtype=np.int64)
    return metrics.confusion_matrix(y_true, y_pred, labels=np.arange(classes))


def recalls(y_true: np.ndarray, y_pred: np.ndarray, classes: int) -> np.ndarray:
    """(C,) shares of each true class that were predicted rightly, 0..1; NaN for a class without rows."""
    from sklearn import metrics

    labels = np.arange(classes)
    return metrics.recall_score(y_true, y_pred, labels=labels, average=None, zero_division=np.nan)


def macro_f1(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """Mean F1, 0..1, over the classes that occur among the true or the predicted ones, (N,) indices each."""
    from sklearn import metrics

    return float(metrics.f1_score(y_true, y_pred, average="macro"))


def macro_f1_interval(y_true: np.ndarray, y_pred: np.ndarray, *, seed: int = 0) -> Interval:
    """95 % percentile bootstrap over N rows; 0 to 1 for a single row.

    No closed form exists for macro-F1.
    """
    if len(y_true) < 2:
        return Interval(0.0, 1.0)
    classes = int(max(y_true.max(), y_pred.max())) + 1
    pairs = y_true * classes + y_pred  # (N,) each row as one number

    def macro_f1_of(pairs: np.ndarray) -> float:
        # Computed from counts, because f1_score checks its input for 5 ms, and this runs a thousand times.
        confusion = np.bincount(pairs, minlength=classes**2).reshape(classes, classes)
        occurrences = confusion.sum(axis=0) + confusion.sum(axis=1)
        occurring = occurrences > 0
        return (2 * np.diag(confusion)[occurring] / occurrences[occurring]).mean()

    found = scipy.stats.bootstrap(
        (pairs,), macro_f1_of, n_resamples=RESAMPLES, vectorized=False, method="percentile", rng=seed
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def expected_calibration_error(confidence: np.ndarray, truth: np.ndarray, bins: int = 15) -> float:
    """ECE (Guo et al. 2017, equation 3) of N predictions, 0..1.

    ``truth`` (N,) is a hit or the share of taggers who agree, 0..1, beside ``confidence`` (N,).
    """
    place = np.clip((confidence * bins).astype(int), 0, bins - 1)
    gaps = np.bincount(place, weights=confidence - truth, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))


def cross_entropy(probabilities: np.ndarray, targets: np.ndarray) -> float:
    """Mean over rows of -sum(targets * log(probabilities)), in nats; both (N, C), rows summing to 1."""
    return float(-(targets * np.log(np.maximum(probabilities, 1e-12))).sum(axis=1).mean())
