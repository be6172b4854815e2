"""A suggestion comes from a change that lasts, against what is usual in this class."""

import numpy as np
import pytest

from dashboards.aggregates.class_history import COUNTED, ClassHistory
from dashboards.aggregates.suggestions import Suggestion, suggestions
from dashboards.aggregates.trend import Trend

NOW = 1_000_000_000
MINUTES = 60_000


def history(present: int, **counts: list[int]) -> ClassHistory:
    steps = max(map(len, counts.values()), default=6)
    rows = {name: np.array(counts.get(name, [0] * steps)) for name in COUNTED}
    return ClassHistory(0, {**rows, "present": np.full(steps, present)})


def down(minutes: int) -> Trend:
    since = NOW - minutes * MINUTES
    return {"mean": 0.62, "low": 0.59, "high": 0.67, "usual": 0.7, "direction": "down", "since": since}


STEADY: Trend = {**down(0), "direction": "steady", "since": None}


def suggested(of: ClassHistory, trend: Trend | None = None) -> list[Suggestion]:
    said = {name: int(counts[-1]) for name, counts in of.counts.items()}
    return suggestions(of, said, said["present"], trend, NOW)


def codes(of: ClassHistory, trend: Trend | None = None) -> list[str]:
    return [one["code"] for one in suggested(of, trend)]


@pytest.mark.parametrize(
    ("words", "present", "expected"),
    [
        ({}, 10, []),
        ({"lost": [1] * 3}, 2, []),  # one voice is no majority
        ({"lost": [2] * 3}, 6, ["lost"]),
        ({"lost": [0, 2, 2]}, 6, []),  # for less than half a minute
        ({"lost": [2] * 3}, 7, []),  # under a third
        ({"too_fast": [4] * 3, "lost": [3] * 3}, 9, ["too_fast", "lost"]),
        # A third of this class always says so.
        ({"too_fast": [4] * 60}, 9, []),
        ({"too_fast": [4] * 50 + [8] * 10}, 9, ["too_fast"]),
    ],
)
def test_a_third_more_than_usual_for_half_a_minute(words, present, expected):
    assert codes(history(present, **words)) == expected


def test_it_says_what_changed_what_to_do_and_why():
    said = suggested(history(28, lost=[0] * 40 + [12] * 18))[0]
    assert said["text"] == "12 of 28 are lost"
    assert said["move"] == "Stop and ask what the last clear point was."
    assert said["reason"] == "Three minutes ago: 12."
    assert said["disagrees"] == ""


def test_a_number_that_stays_down_comes_after_words_and_says_that_nobody_says_so():
    assert codes(history(9), down(minutes=1)) == []
    alone = suggested(history(9), down(minutes=3))
    assert [one["code"] for one in alone] == ["below_usual"]
    assert alone[0]["reason"] == "62% in the last minute. Usual in this class: 70%."
    assert alone[0]["disagrees"].startswith("No student says so.")
    with_words = suggested(history(9, lost=[4] * 3), down(minutes=3))
    assert [(one["code"], one["disagrees"]) for one in with_words] == [("lost", ""), ("below_usual", "")]


def test_words_that_the_camera_does_not_show_say_so():
    assert suggested(history(9, lost=[4] * 3), STEADY)[0]["disagrees"].startswith("The camera shows no")
