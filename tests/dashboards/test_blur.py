"""What the blur costs, and that it is the same for the same thing."""

from uuid import UUID, uuid4

import numpy as np
import pytest

from dashboards.aggregates import sticky_noise
from tests.dashboards.attack import FIRST, SPREAD, TYPICAL, lesson


@pytest.fixture(autouse=True)
def one_secret(settings) -> None:
    settings.SECRET_KEY = "the same in each run"


def test_few_students_get_a_coarse_count_and_no_mix_or_band():
    seen = lesson(np.random.default_rng(14), puppets=8, steps=60, victim=TYPICAL, puppets_stay=0.9)
    line = seen.told()
    shown = ~np.isnan(line.mean)
    assert shown.any()
    assert set(line.counted[shown]) == {5}
    assert np.isnan(line.low).all()
    assert np.isnan(line.mix).all()
    assert set(np.round(line.mean[shown] * 10, 6) % 1) == {0}


@pytest.mark.parametrize("students", [20, 25, 30])
def test_a_class_of_twenty_to_thirty_keeps_a_usable_line_and_band(students):
    rng, off, jitter, covers = np.random.default_rng(students), [], [], []
    for _ in range(20):
        seen = lesson(rng, puppets=students - 1, steps=90, victim=TYPICAL)
        own = rng.normal(TYPICAL, SPREAD, size=(students, 1)) + rng.normal(0, 0.08, size=(students, 90))
        seen.scores[:] = np.clip(own, 0, 1)
        line, truth = seen.told(), seen.scores.mean(axis=0)
        off.append(np.abs(line.mean - truth).mean())
        jitter.append((line.mean - truth).std())
        covers.append(((line.low <= TYPICAL) & (line.high >= TYPICAL)).mean())
    off, jitter, covers = map(np.mean, (off, jitter, covers))
    print(
        f"{students} students: off by {off:.3f}, of it moving {jitter:.3f}; "
        f"the band holds the truth in {covers:.0%}"
    )
    assert (off < 0.05, jitter < 0.03, covers > 0.9) == (True, True, True)


@pytest.mark.parametrize(("students", "most"), [(20, 0.12), (30, 0.09)])
def test_a_mix_keeps_what_most_of_a_class_looks_like(students, most):
    rng, off = np.random.default_rng(students), []
    for _ in range(10):
        seen = lesson(rng, puppets=students - 1, steps=90, victim=TYPICAL)
        looks = rng.choice(8, size=(students, 15), p=[0.7, 0.12, 0.03, 0.06, 0.03, 0.02, 0.02, 0.02])
        seen.mixes[:] = np.eye(8)[looks].repeat(6, axis=1)
        off.append(np.abs(seen.told().mix - seen.mixes.mean(axis=0))[:, :2].mean())
    print(f"{students} students: a common expression is off by {np.mean(off):.3f}")
    assert np.mean(off) < most


def test_an_expression_that_nobody_had_is_not_shown():
    """The blur of a mix must not invent anger in a class that smiles."""
    rng = np.random.default_rng(4)
    seen = lesson(rng, puppets=19, steps=120, victim=0.7)
    seen.mixes[:] = np.eye(8)[1]
    invented = seen.told().mix[:, [place for place in range(8) if place != 1]] > 0
    assert invented.mean() < 0.03


def test_a_blurred_band_has_a_width():
    rng = np.random.default_rng(5)
    seen = lesson(rng, puppets=13, steps=60, victim=0.7)
    seen.scores[:] = 0.999
    line = seen.told()
    banded = ~np.isnan(line.low)
    assert banded.mean() > 0.9
    assert (line.low < line.high)[banded].all()
    assert (line.low <= line.mean)[banded].all()


def test_an_offset_is_the_same_for_as_long_as_a_student_is_in_the_class_and_never_small():
    students = [uuid4() for _ in range(500)]
    offsets = sticky_noise.offsets(students)
    assert (offsets == sticky_noise.offsets(students)).all()
    assert (np.abs(offsets) >= 0.10).all()
    assert (np.abs(offsets) <= 0.20).all()
    assert abs(offsets.mean()) < 0.03


def test_a_step_of_one_group_has_the_same_number_however_often_it_is_asked():
    students, session = [uuid4() for _ in range(6)], uuid4()
    keys = sticky_noise.group_keys(students, np.ones((6, 3), dtype=bool))
    drawn = [sticky_noise.draws(session, "step", range(FIRST, FIRST + 3), keys) for _ in range(2)]
    assert (drawn[0] == drawn[1]).all()
    fewer = sticky_noise.group_keys(students, np.arange(6)[:, None] > np.zeros(3))
    assert (sticky_noise.draws(session, "step", range(FIRST, FIRST + 3), fewer) != drawn[0]).all()


def test_a_published_number_is_drawn_the_same_after_an_upgrade():
    """Two draws of one number would average out. These values are those of 0.1.0."""
    student, session = UUID(int=1), UUID(int=2)
    assert sticky_noise.offsets([student]).round(6).tolist() == [0.133332]
    assert sticky_noise.draws(session, "step", [7], [3])[0, :2].round(6).tolist() == [-1.359239, 1.94038]
