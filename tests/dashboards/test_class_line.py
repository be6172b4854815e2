"""One number per step: what it is the mean of, and how sure it is."""

import uuid
from dataclasses import replace

import numpy as np
import pytest

from dashboards.aggregates.bootstrap import SMALLEST_BAND, band
from dashboards.aggregates.class_line import ClassLine
from dashboards.aggregates.class_means import class_line
from dashboards.aggregates.own_cells import OwnCells
from dashboards.aggregates.roster import RosterEntry
from emotion.buckets import Cell
from emotion.vision.labels import EXPRESSIONS

SESSION = uuid.uuid4()


def roster(own: int, class_only: int = 0) -> list[RosterEntry]:
    levels = ["own_line"] * own + ["class_only"] * class_only
    return [
        RosterEntry(uuid.uuid4(), f"S{n}", 0, None, False, level, n, (), ()) for n, level in enumerate(levels)
    ]


def cell(score: float | None, readings: int = 1, expression: str = "neutral") -> Cell:
    if score is None:
        return Cell(0, 1, {"none": readings}, None, None)
    return Cell(0, 1, {"seen": readings}, score, tuple(float(name == expression) for name in EXPRESSIONS))


def in_columns(cells: dict[int, dict[int, Cell]]) -> dict[int, OwnCells]:
    return {consent: OwnCells.of(own) for consent, own in cells.items()}


def line_of(*scores: float | None):
    """One student per score, all in bucket 0."""
    cells = {n: {0: cell(score)} for n, score in enumerate(scores)}
    return class_line(SESSION, roster(own=len(scores)), in_columns(cells), first=0, last=0)


def test_nobody_counts_more_by_sending_more_frames():
    cells = {0: {0: cell(0.2, readings=50)}, 1: {0: cell(0.8, readings=1)}}
    assert class_line(SESSION, roster(own=2), in_columns(cells), first=0, last=0).numbers(0)["mean"] == 0.5


def test_a_student_without_a_face_is_not_measured_and_does_not_pull_the_mean_down():
    assert line_of(0.4, 0.8, None).numbers(0) == {
        "measured": 2,
        "counted": 2,
        "mean": 0.6,
        "low": None,
        "high": None,
        "mix": [1.0, *[0.0] * 7],
    }


def test_a_step_without_anybody_is_empty_and_not_zero():
    cells = {0: {0: cell(0.5), 2: cell(0.7)}}
    line = class_line(SESSION, roster(own=1), in_columns(cells), first=0, last=2)
    assert [line.numbers(step)["mean"] for step in range(3)] == [0.5, None, 0.7]


def test_a_longer_step_weighs_students_by_their_buckets_and_not_by_their_frames():
    cells = {0: {6: cell(0.2, readings=3), 7: cell(0.6, readings=1)}, 1: {8: cell(0.9)}}
    line = class_line(SESSION, roster(own=2), in_columns(cells), first=6, last=8).merged(3)
    assert line.numbers(0)["mean"] == pytest.approx((0.2 + 0.6 + 0.9) / 3, abs=0.005)
    assert (line.start(0), line.step) == (60, 30)


def test_a_longer_step_begins_with_the_one_before_its_first_bucket():
    line = class_line(SESSION, roster(own=1), in_columns({0: {7: cell(0.5)}}), first=7, last=9).merged(3)
    steps = [(line.start(step), line.numbers(step)["mean"]) for step in range(2)]
    assert steps == [(60, 0.5), (90, None)]


def test_the_mix_is_the_mean_of_student_means():
    cells = {0: {0: cell(0.5, readings=9)}, 1: {0: cell(0.5, expression="happiness")}}
    assert class_line(SESSION, roster(own=2), in_columns(cells), first=0, last=0).numbers(0)["mix"] == [
        0.5,
        0.5,
        *[0.0] * 6,
    ]


@pytest.mark.parametrize("students", range(1, SMALLEST_BAND))
def test_few_students_have_no_band_rather_than_a_false_one(students):
    point = line_of(*[0.1 * n for n in range(students)]).numbers(0)
    assert (point["low"], point["high"]) == (None, None)


def test_the_band_holds_the_mean_and_is_the_same_every_time():
    scores = [0.1, 0.3, 0.5, 0.6, 0.9, 0.95]
    first, second = line_of(*scores).numbers(0), line_of(*scores).numbers(0)
    assert first == second
    assert first["low"] < first["mean"] < first["high"]


def test_students_who_agree_have_a_band_of_no_width():
    point = line_of(*[0.4] * 8).numbers(0)
    assert (point["low"], point["mean"], point["high"]) == (0.4, 0.4, 0.4)


def test_the_band_narrows_with_more_students():
    rng = np.random.default_rng(1)
    widths = []
    for n in (6, 24, 96):
        scores = rng.uniform(size=(n, 30))
        low, high = band(scores, np.ones_like(scores, dtype=bool))
        widths.append((high - low).mean())
    assert widths[0] > 1.6 * widths[1] > 1.6 * 1.6 * widths[2]


def test_the_band_of_twenty_students_covers_the_truth_about_as_often_as_it_says():
    scores = np.random.default_rng(2).beta(5, 2.5, size=(20, 1500))
    low, high = band(scores, np.ones_like(scores, dtype=bool))
    covered = ((low <= 5 / 7.5) & (high >= 5 / 7.5)).mean()
    assert 0.9 < covered < 0.97


def lines(seed: int) -> ClassLine:
    """Steps with and without a band, and without any number."""
    chance = np.random.default_rng(seed)
    steps = int(chance.integers(1, 40))
    mean = np.where(chance.random(steps) < 0.2, np.nan, chance.random(steps))
    low, high = (mean * chance.random(steps), mean + (1 - mean) * chance.random(steps))
    has_band = chance.random(steps) < 0.5
    counted = np.where(np.isnan(mean), 0, chance.integers(1, 30, steps))
    return replace(
        ClassLine.of_nobody(7).merged(1),
        mean=mean,
        low=np.where(has_band, low, np.nan),
        high=np.where(has_band, high, np.nan),
        mix=np.full((steps, len(EXPRESSIONS)), np.nan),
        measured=counted,
        counted=counted,
        hidden=np.zeros(steps, dtype=bool),
        class_only=np.zeros(steps, dtype=int),
        published_once=np.zeros(steps, dtype=bool),
        on=np.zeros(steps),
        covered=np.full(steps, np.nan),
    )


@pytest.mark.slow
@pytest.mark.parametrize("merge", [2, 3, 6, 30])
def test_the_average_of_longer_steps_lies_in_its_likely_range(merge):
    for seed in range(200):
        line = lines(seed)
        merged = line.merged(merge)
        for numbers in [*map(merged.numbers, range(len(merged))), vars(line.whole())]:
            if numbers["low"] is not None:
                assert numbers["low"] <= numbers["mean"] <= numbers["high"]
        assert np.isnan(merged.low).sum() <= np.isnan(line.low).sum()


def test_a_step_without_a_range_gets_the_widest_of_its_minute():
    line = replace(
        lines(0).part(7, 9),
        mean=np.array([0.5, 0.6, 0.9]),
        low=np.array([0.4, 0.3, np.nan]),
        high=np.array([0.7, 0.65, np.nan]),
        counted=np.array([10, 10, 10]),
    )
    whole = line.whole()
    assert (whole.low, whole.mean, whole.high) == (0.43, 0.67, 0.78)
