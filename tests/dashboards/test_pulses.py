"""What students say: one voice each, and one suggestion at most."""

from collections import Counter

import pytest

from classroom.models import Pulse
from dashboards.aggregates.pulses import count_opinions, suggestion


def said(participant: int, kind: str, value: int | None = None) -> Pulse:
    return Pulse(participant_id=participant, kind=kind, value=value)


def test_the_newest_pulse_of_a_kind_counts_for_each_student():
    pulses = [said(1, "pace", 1), said(2, "pace", 1), said(1, "pace", 0), said(1, "lost"), said(1, "lost")]
    assert count_opinions(pulses) == {"pace_right": 1, "too_fast": 1, "lost": 1}


@pytest.mark.parametrize(
    ("words", "present", "code"),
    [
        ({}, 10, None),
        ({"lost": 1}, 2, None),  # one voice is no majority
        ({"lost": 2}, 6, "lost"),
        ({"lost": 2}, 7, None),  # under a third
        ({"too_fast": 4, "lost": 3}, 9, "too_fast"),
        ({"pace_right": 9}, 9, None),
        ({"wrong_reading": 9}, 9, None),
    ],
)
def test_a_suggestion_needs_a_third_of_the_class(words, present, code):
    suggested = suggestion(Counter(words), present)
    assert (suggested and suggested["code"]) == code


def test_a_suggestion_gives_its_reason():
    assert (
        suggestion(Counter(lost=3), 8)["reason"]
        == "3 of 8 students in class said “I'm lost” in the last 5 minutes."
    )
