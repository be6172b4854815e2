"""What a teacher can work out about one class-only student, and how far off they are.

Run with -s to read the table that docs/privacy.md quotes. Every lesson has its own secrets, from a seed, so
that the figures are the same in each run; bounds are about the mean of many lessons.
"""

import numpy as np
import pytest

from classroom.models import Consent
from dashboards.live.live_session import Hints
from tests import factory
from tests.dashboards import classes
from tests.dashboards.attack import (
    LOOKS,
    TYPICAL,
    best_mean,
    faces_found,
    features,
    lesson,
    lesson_of_looks,
    looks_found,
    mean_by_looks,
    solved,
    some_student,
)
from tests.dashboards.classes import after

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


@pytest.fixture(autouse=True)
def one_secret(settings) -> None:
    settings.SECRET_KEY = "the same in each run"


def points(share: float) -> str:
    return f"off by {100 * share:.0f} points"


def of_100(share: float) -> str:
    return f"right in {100 * share:.0f} of 100"


def test_four_puppets_get_no_number_whatever_the_fifth_student_does(findings):
    """Neither a number nor a count says whether the fifth had a face."""
    rng = np.random.default_rng(10)
    seen = lesson(rng, puppets=4, steps=90, victim=TYPICAL, victim_stays=0.5)
    told = features(seen.told(coverage=True))
    assert len(np.unique(told, axis=0)) == 1
    findings.append(("anything, 4 puppets", "nothing", ""))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "how", "trials", "least"),
    [
        ("6 puppets, 15 minutes", {"puppets": 6, "steps": 90}, 60, 0.15),
        ("8 that come and go, 15 minutes", {"puppets": 8, "steps": 90, "puppets_stay": 0.8}, 60, 0.15),
        pytest.param(
            "the same, and so does the student, an hour",
            {"puppets": 8, "steps": 360, "puppets_stay": 0.8, "victim_stays": 0.5},
            30,
            0.12,
            marks=pytest.mark.slow,
        ),
        (
            "19 that come and go, and so does the student, 15 minutes",
            {"puppets": 19, "steps": 90, "puppets_stay": 0.7, "victim_stays": 0.5},
            40,
            0.12,
        ),
        pytest.param(
            "8, three hours of it",
            {"puppets": 8, "steps": 1080, "puppets_stay": 0.8, "victim_stays": 0.5},
            15,
            0.12,
            marks=pytest.mark.slow,
        ),
    ],
)
def test_puppets_do_not_find_a_students_mean(what, how, trials, least, findings):
    rng = np.random.default_rng(11)
    estimates, truths = [], []
    for _ in range(trials):
        seen = lesson(rng, victim=some_student(rng), **how)
        estimates.append(solved(seen, seen.told()))
        truths.append(np.nanmean(seen.scores[0]))
    estimates, truths = np.array(estimates), np.array(truths)
    off, best = np.abs(estimates - truths).mean(), best_mean(estimates, truths)
    guess = np.abs(TYPICAL - truths).mean()
    recovered = f"{points(off)}; {100 * best:.0f} with what is typical"
    findings.append((f"the mean score, {what}", recovered, points(guess)))
    # An offset alone is 0.10 to 0.20; no mixture with a guess may halve what the guess is off by.
    assert (off > least, best > 0.5 * guess) == (True, True)


@pytest.mark.slow
@pytest.mark.parametrize(("lessons", "trials", "least"), [(4, 10, 0.05), (16, 6, 0.02)])
def test_many_lessons_under_one_name_give_a_mean_slowly(lessons, trials, least, findings):
    """Each place in a class has its own offset, so they average out. The consent text says so."""
    rng, off, guesses = np.random.default_rng(15), [], []
    how = {"puppets": 8, "steps": 270, "puppets_stay": 0.8, "victim_stays": 0.7}
    for _ in range(trials):
        victim = some_student(rng)
        seen = [lesson(rng, victim=victim, **how) for _ in range(lessons)]
        off.append(abs(np.mean([solved(one, one.told()) for one in seen]) - victim))
        guesses.append(abs(TYPICAL - victim))
    findings.append(
        (f"the mean score over {lessons} lessons", points(np.mean(off)), points(np.mean(guesses)))
    )
    assert np.mean(off) > least


@pytest.mark.slow
@pytest.mark.parametrize(
    ("puppets", "trials", "most"), [(6, 10, 0.05), (9, 10, 0.05), (16, 12, 0.08), (24, 12, 0.15)]
)
def test_puppets_hardly_find_what_a_student_looked_like(puppets, trials, most, findings):
    rng, right, guessed = np.random.default_rng(12), [], []
    for _ in range(trials):
        seen = lesson(rng, puppets=puppets, steps=90, victim=TYPICAL)
        looks = rng.choice(8, size=15, p=LOOKS)
        seen.mixes[1:] = np.eye(8)[np.arange(puppets) % 8][:, None]  # so many of each that none is left out
        seen.mixes[0] = np.eye(8)[looks].repeat(6, axis=0)  # a minute each
        right.append((looks_found(seen, seen.told()) == looks).mean())
        guessed.append((looks == 0).mean())
    right, guessed = np.mean(right), np.mean(guessed)
    findings.append((f"the expression of each minute, {puppets} puppets", of_100(right), of_100(guessed)))
    assert right < guessed + most


@pytest.mark.slow
def test_the_mix_of_expressions_reveals_no_more_of_a_students_mean(findings):
    """The expressions of each count with an offset, too: without it the mean was found to 4 points."""
    rng, estimates, truths = np.random.default_rng(16), [], []
    for _ in range(8):
        seen = lesson_of_looks(rng, puppets=40, steps=540)
        estimates.append(mean_by_looks(seen, seen.told()))
        truths.append(seen.scores[0].mean())
    off = np.abs(np.array(estimates) - truths).mean()
    guess = np.abs(np.mean(truths) - truths).mean()
    findings.append(("the mean score by the mix, 40 puppets, 90 minutes", points(off), points(guess)))
    assert off > 0.09


def face_lessons(rng: np.random.Generator, *, puppets: int, covered: int, lessons: int, steps: int) -> list:
    """The student's face is there or not for `steps` at a time; puppets stand still, or are covered."""
    found = []
    for _ in range(lessons):
        seen = lesson(rng, puppets=puppets + covered, steps=60, victim=some_student(rng))
        there = (rng.uniform(size=60 // steps) < 0.5).repeat(steps)
        seen.scores[0, ~there] = np.nan
        seen.scores[1:], seen.scores[1 + puppets :] = 0.0, np.nan
        seen.mixes[:] = np.eye(8)[np.arange(-1, puppets + covered) % 8][:, None]
        found.append((features(seen.told(coverage=True)), there))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("puppets", "covered", "most"), [(0, 9, 0.80), (4, 5, 0.80), (6, 0, 0.88), (9, 0, 0.92), (19, 0, 0.92)]
)
def test_all_published_numbers_together_do_not_show_for_sure_when_a_face_was_seen(
    puppets, covered, most, findings
):
    rng, right = np.random.default_rng(13), []
    for steps in (1, 6):
        lessons = [
            face_lessons(rng, puppets=puppets, covered=covered, lessons=16, steps=steps) for _ in range(2)
        ]
        right.append(faces_found(*lessons, steps))
    who = f"{puppets} puppets" + (f" and {covered} without a face" if covered else "")
    recovered = f"{of_100(right[0])}; of a minute in {100 * right[1]:.0f}"
    findings.append((f"a face or none in ten seconds, {who}", recovered, of_100(0.5)))
    assert max(right) < most


@pytest.mark.any_database
@pytest.mark.slow
@pytest.mark.django_db
def test_while_a_step_goes_on_the_live_page_says_nothing_of_it(findings):
    """Else a smile or a hidden face moves numbers of which the blur stands still."""
    session = classes.session()
    consents = [classes.student(session, f"S{n}", level=CLASS).active_consent() for n in range(20)]
    view, told, changed_at = classes.view_of(session), None, []
    view.snapshot(after(0))
    for second in range(60):
        readings = []
        for consent in consents:
            smiles = consent is consents[0] and second % 7 > 3
            has_face = consent is not consents[0] or second % 11 < 6
            look = {"score": 0.7, "expression": "happiness" if smiles else "neutral"}
            look = look if has_face else {"face": "none"}
            readings.append(factory.unsaved_reading(consent, taken_at=after(second), **look))
        factory.save_readings(readings)
        view.change(after(second + 0.5), Hints(consents={consent.pk for consent in consents}))
        if (view.sent["now"], view.sent["points"]) != told:
            changed_at.append(second)
        told = view.sent["now"], dict(view.sent["points"])
    assert all(second % 10 in (2, 3) for second in changed_at[1:]), changed_at
    findings.append(("what changes within ten seconds, live page", "nothing: told when they are over", ""))
