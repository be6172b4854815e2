"""What a teacher can work out about one class-only student, and how far off they are.

Run with -s to read the table that docs/privacy.md quotes. Every lesson has its own secrets, from a seed, so
that the figures are the same in each run; bounds are about the mean of many lessons.
"""

import numpy as np
import pytest
from django.utils import timezone

from classroom.models import CONSENT_TEXT_VERSION, Consent
from dashboards.aggregates.class_line import Exactness
from dashboards.live.live_session import Hints
from dashboards.report.report import Report
from dashboards.report.session_csv import NOTES
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


CLASS_COLUMNS = (
    "class_score",
    "class_low",
    "class_high",
    "class_measured",
    "class_counted",
    "class_note",
    "engagement_version",
)


def class_columns(session) -> list[tuple]:
    browser = factory.signed_in(classes.teacher_of(session))
    rows = classes.csv_rows(browser.get(f"/sessions/{session.pk}/report.csv"))
    return [tuple(row[name] for name in CLASS_COLUMNS) for row in rows]


def told_everywhere(session, now) -> dict:
    """What a teacher reads about the class in each step, wherever they can: all of it at one moment."""
    report = Report.of(session, timezone.now())
    return {
        "csv": set(class_columns(session)),
        "report": report.chart,
        "live": classes.view_of(session).snapshot(now)["points"],
        "whole": (report.whole, report.coverage, report.gaps, report.formulas),
    }


def lesson_of_a_dozen():
    session = classes.session()
    classes.student(session, "Otto", level=OWN, scores=[0.6] * 24, every=5)
    for n in range(12):
        classes.student(session, f"S{n}", level=CLASS, scores=[0.8, 0.9] * 12, every=5)
    return session, classes.student(session, "Eva", level=CLASS, scores=[0.137] * 24, every=5)


def switch_on_own_line(eva) -> None:
    eva.give_consent(OWN, CONSENT_TEXT_VERSION)


TAKES_BACK = [lambda eva: eva.withdraw_consent(), lambda eva: eva.erase(), switch_on_own_line]


@pytest.mark.django_db
@pytest.mark.parametrize("act", [*TAKES_BACK, lambda eva: eva.leave()])
def test_a_report_before_and_after_a_student_withdraws_says_the_same_of_every_step(act):
    session, eva = lesson_of_a_dozen()
    session.close(after(120))
    before = told_everywhere(session, after(130))
    assert all(point["blurred"] for point in before["report"]["points"][:12])
    act(eva)
    assert told_everywhere(session, after(140)) == before


@pytest.mark.django_db
@pytest.mark.parametrize("act", TAKES_BACK)
def test_an_open_live_page_says_the_same_of_every_step_after_a_student_withdraws(act):
    session, eva = lesson_of_a_dozen()
    view = classes.view_of(session)
    told = dict(view.snapshot(after(60))["points"])
    for second in (62, 64, 66):
        told |= view.change(after(second), Hints(everybody=True)).get("points", {})
    now = view.sent["now"]
    act(eva)
    again = view.change(after(66), Hints(everybody=True))
    assert again["type"] == "snapshot"
    assert again["points"] == told
    assert (again["now"]["mean"], again["now"]["mix"]) == (now["mean"], now["mix"])
    assert classes.view_of(session).snapshot(after(66))["points"] == told


@pytest.mark.django_db
def test_thirteen_times_before_minus_twelve_times_after_is_not_who_erased_themselves(findings):
    session, eva = lesson_of_a_dozen()
    session.close(after(120))
    numbers = []
    for _ in range(2):
        told = class_columns(session)
        numbers.append(np.mean([float(mean) for mean, *_ in told if mean[:1].isdigit()]))
        session.participants.filter(pk=eva.pk).first() and eva.erase()
    before, later = numbers
    assert later == pytest.approx(before, abs=1e-9)
    findings.append(("who withdrew or erased, reports before and after", "nothing: the same numbers", ""))


@pytest.mark.django_db
def test_a_first_publication_leaves_out_a_student_who_withdrew():
    session, eva = lesson_of_a_dozen()
    session.close(after(120))
    eva.erase()
    shown = told_everywhere(session, after(130))["report"]["points"][:12]
    assert max(point["counted"] for point in shown) <= 13


@pytest.mark.django_db
def test_a_step_that_was_published_for_five_is_hidden_when_more_are_required_later(settings):
    session, _eva = lesson_of_a_dozen()
    session.close(after(120))
    told_everywhere(session, after(130))
    settings.SMALLEST_GROUP = 20
    shown = told_everywhere(session, after(130))["report"]["points"]
    assert {point.get("mean") for point in shown} == {None}


@pytest.mark.django_db
def test_puppets_that_withdraw_leave_nothing_of_the_one_who_stays():
    """Of the readings that are left all are one student's: no column may be made of them."""
    session, eva = lesson_of_a_dozen()
    session.close(after(120))
    before = told_everywhere(session, after(130))
    for puppet in session.participants.exclude(pk=eva.pk):
        puppet.withdraw_consent()
    assert told_everywhere(session, after(140))["csv"] == before["csv"]


@pytest.mark.django_db
def test_among_covered_puppets_no_column_says_whether_the_student_had_a_face():
    session = classes.session()
    for n in range(9):
        classes.student(session, f"S{n}", level=CLASS, scores=[None] * 12, every=5)
    classes.student(session, "Eva", level=CLASS, scores=[0.5, 0.6, None, None] * 3, every=5)
    session.close(after(60))
    assert set(class_columns(session)) == {
        ("too few to show", "", "", "10", "0", NOTES[Exactness.HIDDEN], "")
    }


@pytest.mark.any_database
@pytest.mark.slow
@pytest.mark.django_db
def test_while_a_step_goes_on_the_live_page_says_nothing_of_it(findings):
    """Else a smile or a hidden face moves numbers of which the blur stands still."""
    session = classes.session()
    people = [classes.student(session, f"S{n}", level=CLASS) for n in range(20)]
    view, told, changed_at = classes.view_of(session), None, []
    view.snapshot(after(0))
    for second in range(60):
        readings = []
        for person in people:
            smiles = person is people[0] and second % 7 > 3
            has_face = person is not people[0] or second % 11 < 6
            look = {"score": 0.7, "expression": "happiness" if smiles else "neutral"}
            look = look if has_face else {"face": "none"}
            readings.append(factory.unsaved_reading(person.active_consent(), taken_at=after(second), **look))
        factory.save_readings(readings)
        consents = {person.active_consent().pk for person in people}
        view.change(after(second + 0.5), Hints(consents=consents))
        if (view.sent["now"], view.sent["points"]) != told:
            changed_at.append(second)
        told = view.sent["now"], dict(view.sent["points"])
    assert all(second % 10 in (2, 3) for second in changed_at[1:]), changed_at
    findings.append(("what changes within ten seconds, live page", "nothing: told when they are over", ""))
