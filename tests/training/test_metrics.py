"""Figures whose right values are known."""

import numpy as np
import pytest

from training.evaluation import metrics
from training.evaluation.metrics import (
    Interval,
    confusion_matrix,
    expected_calibration_error,
    macro_f1,
    macro_f1_interval,
    recalls,
    wilson,
)

Y_TRUE, Y_PRED = np.array([0, 0, 0, 1, 1, 3]), np.array([0, 0, 1, 1, 3, 3])


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_has_wilsons_interval(hits, n, low, high):
    assert wilson(hits, n).rounded() == [low, high]


def test_of_nothing_nothing_is_known():
    assert wilson(0, 0) == Interval(0, 1)
    assert macro_f1_interval(np.array([2]), np.array([2])) == Interval(0, 1)


def test_rows_of_a_confusion_matrix_are_true_classes():
    assert confusion_matrix(Y_TRUE, Y_PRED, 4).tolist() == [
        [2, 1, 0, 0],
        [0, 1, 0, 1],
        [0, 0, 0, 0],
        [0, 0, 0, 1],
    ]
    assert confusion_matrix(Y_TRUE[:0], Y_PRED[:0], 2).tolist() == [[0, 0], [0, 0]]


def test_a_class_without_rows_has_no_recall():
    np.testing.assert_allclose(recalls(Y_TRUE, Y_PRED, 4), [2 / 3, 1 / 2, np.nan, 1])


def test_macro_f1_is_the_mean_over_classes_that_occur():
    assert macro_f1(Y_TRUE, Y_PRED) == pytest.approx((4 / 5 + 1 / 2 + 2 / 3) / 3)


def test_the_bootstrap_interval_of_macro_f1_is_that_of_resampled_rows(monkeypatch):
    monkeypatch.setattr(metrics, "RESAMPLES", 100)  # f1_score takes 5 ms for each
    random, scores = np.random.default_rng(0), []
    y_true = np.tile(Y_TRUE, 20)
    y_pred = np.tile(Y_PRED, 20)
    for _ in range(100):
        rows = random.integers(0, len(y_true), len(y_true))
        scores.append(macro_f1(y_true[rows], y_pred[rows]))
    found = macro_f1_interval(y_true, y_pred)
    np.testing.assert_allclose([found.low, found.high], np.percentile(scores, [2.5, 97.5]))


def test_the_interval_of_a_mean_is_two_standard_errors_wide_on_each_side():
    found = Interval.of_mean(np.array([0.0, 1.0] * 50))
    assert found.rounded() == [0.402, 0.598]
    assert Interval.of_mean(np.zeros(9)) == Interval(0, 0)


def test_confidence_that_is_right_has_no_calibration_error():
    confidence = np.array([0.5, 0.5, 0.9, 0.9])
    assert expected_calibration_error(confidence, np.array([1, 0, 0.9, 0.9])) == pytest.approx(0)
    assert expected_calibration_error(confidence, np.zeros(4)) == pytest.approx(0.7)
