"""What changed for one student: said when it lasts, and only where there is enough to compare."""

import itertools
import uuid

import numpy as np
import pytest

from classroom.models import Consent
from dashboards.aggregates.own_cells import OwnCells
from dashboards.aggregates.own_changes import OwnChanges
from dashboards.live.live_session import Hints
from emotion.buckets import STEP_SECONDS, Cell, bucket_of
from tests.dashboards import classes
from tests.dashboards.classes import after, said_of, view_of

ANNA = uuid.uuid4()
USUAL = 0.6


def replay(scores: list[float | None], usual: float | None = USUAL) -> list[dict | None]:
    """What is said after each step; each step forgets the cells before the last two, as a live page does."""
    changes = OwnChanges()
    said = []
    for until in range(1, len(scores) + 1):
        kept = range(max(0, until - 2), until)
        cells = {at: Cell(0.0, 0.0, {}, scores[at], None, "2") for at in kept if scores[at] is not None}
        said.append(changes.follow(ANNA, OwnCells.of(cells), usual, until=until))
    return said


def at_once(scores: list[float | None]) -> dict | None:
    """What a page says that opens after all these steps."""
    cells = {at: Cell(0.0, 0.0, {}, score, None, "2") for at, score in enumerate(scores) if score is not None}
    return OwnChanges().follow(ANNA, OwnCells.of(cells), USUAL, until=len(scores))


@pytest.mark.parametrize("seed", range(20))
def test_a_page_that_opens_later_says_the_same(seed):
    chance = np.random.default_rng(seed)
    level = np.repeat(chance.uniform(0.2, 1, 12), chance.integers(2, 30, 12))
    scores = np.clip(level + chance.normal(0, 0.05, len(level)), 0, 1)
    known = [score if chance.random() > 0.1 else None for score in scores.tolist()]
    known[0] = USUAL
    said = replay(known)
    for length in range(20, len(known) + 1, 20):
        assert at_once(known[:length]) == said[length - 1]


def directions(said: list[dict | None]) -> list[str | None]:
    return [one and one["direction"] for one in said]


def test_a_lasting_fall_is_told_with_the_time_since_which_it_lasts():
    said = replay([0.6] * 30 + [0.2] * 20)
    told = [one for one in said if one and one["direction"] == "down"]
    assert {one["since"] for one in told} == {told[0]["since"]}
    assert 30 * STEP_SECONDS * 1000 <= told[0]["since"] <= 36 * STEP_SECONDS * 1000
    assert said[-1] == told[0]


def test_a_rise_is_told_and_over_once_the_minute_is_back():
    told = directions(replay([0.5] * 12 + [0.95] * 12 + [0.6] * 12))
    assert [word for word, _ in itertools.groupby(told)] == [None, "steady", "up", "steady"]


def test_half_a_minute_is_no_change():
    assert set(directions(replay([0.6] * 20 + [0.2] * 2 + [0.6] * 20))) == {None, "steady"}


@pytest.mark.parametrize("seed", range(5))
def test_a_student_who_is_as_usual_is_marked_once_in_a_lesson_at_most(seed):
    scores = np.clip(USUAL + np.random.default_rng(seed).normal(0, 0.15, 45 * 6), 0, 1).tolist()
    words = [word for word, _ in itertools.groupby(directions(replay(scores)))]
    assert words.count("up") + words.count("down") <= 1


def test_nothing_is_said_while_most_of_the_minute_has_no_data():
    told = directions(replay([0.6] * 12 + [0.2] * 12 + [None] * 4 + [0.2] * 3))
    assert told[23:] == ["down", "down", "down", None, None, None, None, None]


def test_after_a_gap_nobody_knows_whether_it_lasted():
    told = directions(replay([0.6] * 12 + [0.2] * 12 + [None] * 6 + [0.2] * 8))
    assert told[30:] == [None, None, None, "steady", "steady", "down", "down", "down"]


def test_without_a_usual_nothing_is_compared():
    assert set(replay([0.2] * 20, usual=None)) == {None}


@pytest.mark.slow
@pytest.mark.django_db
def test_a_teacher_who_opens_the_page_late_is_told_the_same():
    session = classes.session()
    own = Consent.Level.OWN_LINE
    anna = classes.student(session, level=own, scores=[0.8] * 180 + [0.3] * 120, every=1.0)
    early, late = view_of(session), view_of(session)
    early.snapshot(after(100))
    for seconds in range(110, 301, 10):
        early.change(after(seconds), Hints(everybody=True))
    snapshot = late.snapshot(after(300))
    told = said_of(anna, snapshot)["change"]
    assert told == early.sent["students"][str(anna.pk)]["change"]
    assert told["direction"] == "down"
    assert bucket_of(after(180)) <= told["since"] // 1000 // STEP_SECONDS <= bucket_of(after(240))
