"""What a teacher can work out about one student who only counts in the class, and how far off they are.

Run with -s to read the figures that docs/privacy.md quotes.
"""

from uuid import uuid4

import numpy as np
import pytest

from classroom.models import CONSENT_TEXT_VERSION, Consent
from dashboards import sticky
from dashboards.watch import News
from tests import factory
from tests.dashboards import classes
from tests.dashboards.attack import FIRST, SPREAD, lesson, solved
from tests.dashboards.classes import after

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY
TYPICAL = 0.7  # the mean of the class, which everybody may know


@pytest.mark.parametrize(
    ("what", "how", "trials"),
    [
        ("4 puppets, 15 minutes", {"puppets": 4, "steps": 90}, 30),
        ("8 puppets that come and go", {"puppets": 8, "steps": 90, "puppets_stay": 0.8}, 30),
        (
            "the victim comes and goes, too, for an hour",
            {"puppets": 8, "steps": 360, "puppets_stay": 0.8, "victim_stays": 0.5},
            15,
        ),
        (
            "a large class, all of it puppets",
            {"puppets": 19, "steps": 90, "puppets_stay": 0.7, "victim_stays": 0.5},
            20,
        ),
        ("three hours of it", {"puppets": 6, "steps": 1080, "puppets_stay": 0.8, "victim_stays": 0.5}, 6),
    ],
)
def test_puppets_do_not_find_a_students_mean(what, how, trials):
    rng = np.random.default_rng(11)
    errors, guesses = [], []
    for _ in range(trials):
        seen = lesson(rng, victim=float(np.clip(rng.normal(TYPICAL, SPREAD), 0, 1)), **how)
        truth = np.nanmean(seen.scores[0])
        errors.append(abs(np.clip(solved(seen, seen.told()), 0, 1) - truth))
        guesses.append(abs(TYPICAL - truth))
    print(
        f"{what}: off by {np.mean(errors):.2f}, a guess that knows the class mean by {np.mean(guesses):.2f}"
    )
    # The offsets alone are 0.10 to 0.20; near an end of the scale a guess is closer. Each run draws others.
    assert np.mean(errors) > 0.07


@pytest.mark.parametrize("puppets", [4, 9, 19])
def test_puppets_do_not_find_what_a_student_looked_like(puppets):
    rng, right, guessed = np.random.default_rng(12), [], []
    for _ in range(10):
        seen = lesson(rng, puppets=puppets, steps=90, victim=TYPICAL)
        looks = rng.choice(8, size=15, p=[0.5, 0.2, 0.05, 0.1, 0.05, 0.03, 0.04, 0.03])
        seen.mixes[0] = np.eye(8)[looks].repeat(6, axis=0)  # a minute each
        told = seen.told().mix * (puppets + 1) - seen.mixes[1:].sum(axis=0)
        minutes = np.nan_to_num(told).reshape(15, 6, 8).mean(axis=1)
        right.append((minutes.argmax(axis=1) == looks).mean())
        guessed.append((looks == 0).mean())
    right, guessed = np.mean(right), np.mean(guessed)
    print(f"{puppets} puppets: {right:.0%} of minutes right, a guess that says neutral {guessed:.0%}")
    assert right < guessed + 0.25


def test_counts_and_coverage_do_not_say_when_a_student_had_a_face():
    rng, by_count, by_coverage = np.random.default_rng(13), [], []
    for _ in range(10):
        seen = lesson(rng, puppets=19, steps=90, victim=TYPICAL, victim_stays=0.5)
        line, there = seen.told(), ~np.isnan(seen.scores[0])
        by_count.append(((line.counted - 19 > 0.5) == there).mean())
        by_coverage.append(((line.covered * 20 - 19 > 0.5) == there).mean())
    by_count, by_coverage = np.mean(by_count), np.mean(by_coverage)
    print(
        f"19 puppets: face or none right in {by_count:.0%} of steps by counts, {by_coverage:.0%} by coverage"
    )
    assert max(by_count, by_coverage) < 0.85


def test_of_few_neither_count_nor_mix_nor_band_is_told():
    seen = lesson(np.random.default_rng(14), puppets=8, steps=60, victim=TYPICAL, puppets_stay=0.8)
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
    assert (off < 0.06, jitter < 0.04, covers > 0.85) == (True, True, True)


def test_an_offset_is_the_same_for_as_long_as_a_seat_exists_and_never_small():
    seats = [uuid4() for _ in range(500)]
    offsets = sticky.offsets(seats)
    assert (offsets == sticky.offsets(seats)).all()
    assert (np.abs(offsets) >= 0.10).all()
    assert (np.abs(offsets) <= 0.20).all()
    assert abs(offsets.mean()) < 0.03


def test_the_same_step_of_the_same_group_is_told_alike_however_often_it_is_asked():
    seats, session = [uuid4() for _ in range(6)], uuid4()
    keys = sticky.group_keys(seats, np.ones((6, 3), dtype=bool))
    drawn = [sticky.draws(session, "step", range(FIRST, FIRST + 3), keys) for _ in range(2)]
    assert (drawn[0] == drawn[1]).all()
    fewer = sticky.group_keys(seats, np.arange(6)[:, None] > np.zeros(3))
    assert (sticky.draws(session, "step", range(FIRST, FIRST + 3), fewer) != drawn[0]).all()


CLASS_COLUMNS = ("class_score", "class_low", "class_high", "class_measured", "class_counted")


def told_everywhere(session, now) -> dict:
    """What a teacher reads about the class in each step, wherever they can: all of it at one moment."""
    browser = factory.signed_in(classes.teacher_of(session))
    rows = classes.csv_rows(browser.get(f"/sessions/{session.pk}/report.csv"))
    report = browser.get(f"/sessions/{session.pk}/report/").context
    chart, live = report["chart"]["points"], classes.view_of(session).snapshot(now)["points"]
    return {
        "csv": {row["from"]: tuple(row[name] for name in CLASS_COLUMNS) for row in rows},
        "report": {point["at"]: point for point in chart},
        "live": live,
        "whole": {name: report[name] for name in ("whole", "covered", "gaps")},
    }


def lesson_of_six():
    session = classes.session()
    classes.student(session, "Otto", level=OWN, scores=[0.6] * 24, every=5)
    for n in range(5):
        classes.student(session, f"S{n}", level=CLASS, scores=[0.8, 0.9] * 12, every=5)
    return session, classes.student(session, "Eva", level=CLASS, scores=[0.137] * 24, every=5)


def switch_on_own_line(eva) -> None:
    eva.give_consent(OWN, CONSENT_TEXT_VERSION)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act",
    [
        lambda eva: eva.withdraw_consent(),
        lambda eva: eva.erase(),
        switch_on_own_line,
        lambda eva: eva.leave(),
    ],
)
def test_a_report_before_and_after_a_student_withdraws_says_the_same_of_every_step(act):
    session, eva = lesson_of_six()
    session.close(after(120))
    before = told_everywhere(session, after(130))
    assert {point["counted"] for point in before["report"].values()} >= {6}
    act(eva)
    assert told_everywhere(session, after(140)) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act", [lambda eva: eva.withdraw_consent(), lambda eva: eva.erase(), switch_on_own_line]
)
def test_an_open_live_page_says_the_same_of_every_step_after_a_student_withdraws(act):
    session, eva = lesson_of_six()
    view = classes.view_of(session)
    told = dict(view.snapshot(after(60))["points"])
    for second in (62, 64, 66):
        told |= view.change(after(second), News(everybody=True)).get("points", {})
    now = view.told["now"]
    act(eva)
    again = view.change(after(66), News(everybody=True))
    assert again["type"] == "snapshot"
    assert {at: again["points"][at] for at in told} == told
    assert again["now"] == now
    assert classes.view_of(session).snapshot(after(66))["points"].items() >= told.items()


@pytest.mark.django_db
def test_six_times_before_minus_five_times_after_is_not_the_student_who_erased_themselves():
    session, eva = lesson_of_six()
    session.close(after(120))
    numbers = []
    for _ in range(2):
        csv = told_everywhere(session, after(130))["csv"]
        numbers.append(np.mean([float(values[0]) for values in csv.values() if values[0][:1].isdigit()]))
        session.participants.filter(pk=eva.pk).first() and eva.erase()
    before, later = numbers
    estimate = 6 * before - 5 * later
    print(f"6 x before minus 5 x after: {estimate:.3f}, the student's mean 0.137, the class {before:.3f}")
    assert before == later


@pytest.mark.django_db
def test_what_was_never_told_is_told_without_who_withdrew():
    session, eva = lesson_of_six()
    session.close(after(120))
    eva.erase()
    points = told_everywhere(session, after(130))["report"].values()
    assert {point["counted"] for point in points if "mean" in point and point["mean"] is not None} == {6}


@pytest.mark.django_db
def test_a_step_that_was_told_for_five_is_hidden_when_more_are_asked_for_later(settings):
    session, _eva = lesson_of_six()
    session.close(after(120))
    told_everywhere(session, after(130))
    settings.SMALLEST_GROUP = 9
    points = told_everywhere(session, after(130))["report"].values()
    assert {point.get("mean") for point in points} == {None}


def test_an_expression_that_nobody_had_is_not_told():
    """The blur of a mix must not invent anger in a class that smiles."""
    rng = np.random.default_rng(4)
    seen = lesson(rng, puppets=19, steps=120, victim=0.7)
    seen.mixes[:] = np.eye(8)[1]
    invented = seen.told().mix[:, [place for place in range(8) if place != 1]] > 0
    assert invented.mean() < 0.03


def test_a_blurred_band_has_a_width():
    rng = np.random.default_rng(5)
    seen = lesson(rng, puppets=11, steps=60, victim=0.7)
    seen.scores[:] = 0.999
    line = seen.told()
    assert (line.low < line.high).all()
    assert (line.low <= line.mean).all()
