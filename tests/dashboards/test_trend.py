"""The class number of the last minute: calm in a steady class, and certain that a change lasts."""

import itertools

import numpy as np
import pytest

from dashboards.aggregates.trend import Trend, trend
from emotion.buckets import STEP_SECONDS

STEPS_A_MINUTE = 6


def points(means: list[float | None]) -> list[dict]:
    return [
        {
            "at": number * STEP_SECONDS * 1000,
            "mean": mean,
            "low": mean and mean - 0.04,
            "high": mean and mean + 0.04,
        }
        for number, mean in enumerate(means)
    ]


def replay(means: list[float | None]) -> list[Trend | None]:
    """What was shown after each step."""
    line = points(means)
    return [trend(line[:count], count * STEP_SECONDS) for count in range(1, len(line) + 1)]


def changes(shown: list) -> int:
    return sum(before != after for before, after in itertools.pairwise(shown))


@pytest.mark.parametrize("seed", range(5))
def test_in_a_steady_class_nothing_changes_twice_a_minute(seed):
    """Steps of a class whose number goes from 45 to 68 % within a minute, as it was found."""
    noise = np.random.default_rng(seed).normal(0, 0.06, 45 * STEPS_A_MINUTE)
    shown = [one for one in replay((0.57 + noise).tolist()) if one]
    assert changes([one["mean"] for one in shown]) <= 2 * 45
    assert changes([one["direction"] for one in shown if one["direction"]]) <= 2


def test_a_lasting_fall_is_told_once_and_since_when():
    shown = replay([0.7] * 60 + [0.5] * 30)
    told = [one for one in shown if one and one["direction"] == "down"]
    assert told[0]["usual"] == 0.7
    assert {one["since"] for one in told} == {told[0]["since"]}
    assert 600_000 <= told[0]["since"] <= 660_000
    assert told[-1]["mean"] == 0.5


def test_a_short_dip_is_no_trend():
    assert {one["direction"] for one in replay([0.7] * 60 + [0.5] * 2 + [0.7] * 20) if one} == {
        None,
        "steady",
    }


def test_it_is_over_once_the_number_is_back():
    shown = replay([0.7] * 60 + [0.5] * 20 + [0.7] * 20)
    assert (shown[-1]["direction"], shown[-1]["since"]) == ("steady", None)


def test_no_usual_in_the_first_minutes_and_no_number_without_a_step():
    assert replay([0.7] * 12)[-1]["direction"] is None
    assert replay([0.7] * 12 + [None] * 7)[-1] is None
    assert trend([], 100) is None


def test_the_likely_range_is_the_minutes():
    last = replay([0.7] * 12)[-1]
    assert (last["low"], last["high"]) == (0.66, 0.74)
