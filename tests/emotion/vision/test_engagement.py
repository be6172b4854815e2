import itertools

import numpy as np
import pytest

from emotion.vision.engagement import FACING_WEIGHTS, WEIGHTS, band, baseline, score
from emotion.vision.labels import EXPRESSIONS
from emotion.vision.states import Facing


def certain(expression: str) -> list[float]:
    return [float(name == expression) for name in EXPRESSIONS]


def test_the_tables_name_every_expression_and_every_facing_once():
    assert tuple(WEIGHTS) == EXPRESSIONS
    assert set(FACING_WEIGHTS) == set(Facing)


@pytest.mark.parametrize(
    ("expression", "facing", "expected"),
    [
        ("neutral", Facing.CENTRE, 1.0),
        ("happiness", Facing.CENTRE, 1.0),
        ("surprise", Facing.CENTRE, 1.0),
        ("sadness", Facing.CENTRE, 1 / 3),
        ("fear", Facing.CENTRE, 1 / 3),
        ("anger", Facing.CENTRE, 0.25 / 0.9),
        ("contempt", Facing.CENTRE, 0.25 / 0.9),
        ("disgust", Facing.CENTRE, 0.2 / 0.9),
        ("neutral", Facing.ASIDE, 0.4),
        ("happiness", Facing.ASIDE, 0.4),
        ("neutral", Facing.AWAY, 0.0),
        ("neutral", Facing.EYES_CLOSED, 0.0),
    ],
)
def test_the_table_of_weights(expression, facing, expected):
    assert score(certain(expression), facing) == pytest.approx(expected)


def test_a_mixture_scores_between_its_parts():
    assert score([0.5, 0, 0, 0.5, 0, 0, 0, 0], Facing.CENTRE) == pytest.approx((1 + 1 / 3) / 2)


def faces(count: int = 2000) -> np.ndarray:
    """(count, 8) points of the whole simplex: evenly spread ones, near its corners, and the corners."""
    random = np.random.default_rng(19)
    spread = [random.dirichlet([alpha] * len(EXPRESSIONS), count) for alpha in (1.0, 0.1, 0.01)]
    return np.concatenate([*spread, np.eye(len(EXPRESSIONS))])


JOY = [EXPRESSIONS.index(name) for name in ("happiness", "surprise")]


@pytest.mark.parametrize("to", JOY)
def test_moving_share_to_happiness_or_surprise_never_lowers_the_score(to):
    """From any expression, any amount, anywhere in the simplex, whichever way the head points."""
    for facing, origin in itertools.product(Facing, range(len(EXPRESSIONS))):
        for face, amount in zip(faces(300), itertools.cycle((0.1, 0.5, 1.0))):
            moved = face.copy()
            moved[origin] -= amount * face[origin]
            moved[to] += amount * face[origin]
            assert score(moved, facing) >= score(face, facing) - 1e-12


def test_a_face_of_joy_and_surprise_scores_as_a_neutral_one():
    for facing in Facing:
        for joy in np.linspace(0, 1, 11):
            mixed = [1 - joy, joy * 0.7, joy * 0.3, 0, 0, 0, 0, 0]
            assert score(mixed, facing) == pytest.approx(score(certain("neutral"), facing))


def test_every_point_of_the_simplex_scores_between_0_and_1():
    for facing in Facing:
        scores = [score(face, facing) for face in faces()]
        assert 0 <= min(scores) <= max(scores) <= 1


def test_a_face_that_was_not_seen_has_no_score():
    assert score(None, Facing.CENTRE) is None
    assert score(certain("neutral"), None) is None


def test_scores_stay_within_0_and_1_even_when_the_shares_sum_to_a_little_more():
    for expression, facing in itertools.product(EXPRESSIONS, Facing):
        shares = [share * 1.0000001 for share in certain(expression)]
        assert 0 <= score(shares, facing) <= 1


def test_moving_share_to_a_heavier_expression_never_lowers_the_score():
    for lighter, heavier in itertools.permutations(EXPRESSIONS, 2):
        if WEIGHTS[lighter] > WEIGHTS[heavier]:
            continue
        scores = [
            score(
                [(1 - t) * a + t * b for a, b in zip(certain(lighter), certain(heavier), strict=True)],
                Facing.CENTRE,
            )
            for t in (0, 0.25, 0.5, 0.75, 1)
        ]
        assert scores == sorted(scores)


def test_turning_away_never_raises_the_score():
    for expression in EXPRESSIONS:
        turned = [score(certain(expression), facing) for facing in (Facing.CENTRE, Facing.ASIDE, Facing.AWAY)]
        assert turned == sorted(turned, reverse=True)


def test_a_wrong_number_of_probabilities_is_an_error():
    with pytest.raises(ValueError, match="shorter"):
        score([1.0] * 7, Facing.CENTRE)


@pytest.mark.parametrize(("scores", "expected"), [([], None), ([0.7] * 29, None), ([0.7] * 29 + [0.9], 0.7)])
def test_a_baseline_is_the_median_of_thirty_scores_or_more(scores, expected):
    assert baseline(scores) == expected


@pytest.mark.parametrize(
    ("value", "name"),
    [(0, "low"), (0.249, "low"), (0.25, "middle"), (0.65, "middle"), (0.651, "high"), (1, "high")],
)
def test_bands(value, name):
    assert band(value) == name
