"""The smallest-group rule: in its one home, and seen from every place that shows a class number."""

import uuid

import numpy as np
import pytest
from django.utils.timezone import now as right_now

from classroom.models import Consent
from dashboards.aggregates.class_line import Exactness
from dashboards.aggregates.class_means import class_line
from dashboards.aggregates.own_cells import OwnCells
from dashboards.aggregates.roster import RosterEntry
from dashboards.aggregates.small_groups import TOO_FEW, GroupSizes, may_count
from dashboards.aggregates.timeline import Timeline
from dashboards.live.feed import LiveFeed
from emotion.buckets import Cell
from tests import factory
from tests.dashboards import classes

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY

EVERYBODY, ONLY_OWN, NOBODY = (True, False), (False, True), (False, False)


def counting(measured, filmed, noise=0.0):
    """Of (own lines, class-only, taken back), measured and with a camera on."""
    of = (GroupSizes(*np.array(kinds).reshape(3, 1)) for kinds in (measured, filmed))
    everybody, only_own = may_count(*of, np.array([noise]), 5)
    return bool(everybody[0]), bool(only_own[0])


@pytest.mark.parametrize(
    ("own_lines", "class_only", "cameras", "noise", "counts"),
    [
        (1, 0, 0, 0, EVERYBODY),  # all chose it: any number
        (0, 0, 0, 0, EVERYBODY),
        (3, 1, 1, 0, NOBODY),  # four measured, one of whom did not choose it
        (4, 1, 1, 0, NOBODY),  # five measured, and the class minus four shown lines is the fifth's
        (5, 1, 1, 0, ONLY_OWN),
        (30, 4, 4, 0, ONLY_OWN),
        (0, 5, 5, 3, NOBODY),  # one face more or less would be seen in whether there is a number
        (0, 6, 6, 3, NOBODY),
        (0, 7, 7, 0, EVERYBODY),
        (0, 7, 7, -1, NOBODY),
        (0, 6, 7, 0, NOBODY),
        (0, 6, 7, 1, EVERYBODY),
        (0, 5, 9, 2, EVERYBODY),
        (0, 4, 9, 3, NOBODY),  # whatever is drawn: fewer than five
        (3, 0, 9, 0, NOBODY),  # a number of three lines would say that none of nine has a face
        (5, 0, 9, 0, ONLY_OWN),
        (30, 9, 9, 0, EVERYBODY),
    ],
)
def test_the_rule(own_lines, class_only, cameras, noise, counts):
    assert counting((own_lines, class_only, 0), (own_lines, cameras, 0), noise) == counts


@pytest.mark.parametrize(
    ("own_lines", "class_only", "taken_back", "counts"),
    [
        (0, 1, 6, NOBODY),  # the six lines may have been noted down
        (5, 1, 6, ONLY_OWN),
        (4, 0, 1, NOBODY),  # the class minus four shown lines is the one that was taken back
        (0, 0, 7, EVERYBODY),
        (0, 7, 1, EVERYBODY),
    ],
)
def test_a_line_that_was_shown_makes_no_group_larger(own_lines, class_only, taken_back, counts):
    kinds = (own_lines, class_only, taken_back)
    assert counting(kinds, kinds) == counts


def test_what_is_shown_never_gives_away_the_mean_of_fewer_than_five(settings):
    """A reader can subtract all own lines: what remains must be nothing, or five students."""
    axes = (np.arange(12), np.arange(12), np.arange(12), np.arange(-4, 5))
    own, class_only, cameras, noise = (grid.ravel() for grid in np.meshgrid(*axes))
    nobody, filmed = np.zeros_like(own), np.maximum(class_only, cameras)
    measured, on = GroupSizes(own, class_only, nobody), GroupSizes(own, filmed, nobody)
    everybody, only_own = may_count(measured, on, noise, settings.SMALLEST_GROUP)
    remaining = np.where(everybody, class_only, 0)
    assert not (everybody & only_own).any()
    assert set(remaining[(remaining > 0) & (remaining < settings.SMALLEST_GROUP)]) == set()


@pytest.mark.parametrize("merge", [3, 6, 24])
def test_a_longer_step_says_nothing_that_its_ten_seconds_do_not(merge):
    """Also where students come and go: the ten seconds that are shown can be subtracted from it."""
    rng = np.random.default_rng(merge)
    people = [
        RosterEntry(uuid.uuid4(), "", 0, None, False, OWN if n < 3 else CLASS, n, (), ()) for n in range(18)
    ]
    cells = {
        person.consent_id: OwnCells.of(
            {
                bucket: Cell(0, 1, {"seen": 1}, rng.uniform(), (1.0,) * 8)
                for bucket in range(24)
                if rng.uniform() < (0.7 if bucket % 4 else 0.3)
            }
        )
        for person in people
    }
    fine = class_line(uuid.uuid4(), people, cells, first=0, last=23)
    assert 0 < fine.hidden.sum() < 24
    mean = np.nan_to_num(fine.mean)
    expected = (mean * fine.counted).reshape(-1, merge).sum(1) / fine.counted.reshape(-1, merge).sum(1)
    assert fine.merged(merge).mean == pytest.approx(expected)
    rounded = pytest.approx((fine.counted @ mean) / fine.counted.sum(), abs=0.005 + 1e-9)
    assert fine.whole().mean == rounded


def whole_session(session) -> object:
    number = Timeline.of_class(session, right_now().timestamp()).whole_class()
    return TOO_FEW if number.exactness == Exactness.HIDDEN else number.mean


def shown(session) -> dict[str, object]:
    """The class number of the first ten seconds, wherever a teacher can read one."""
    teacher = session.course.teachers.get()
    browser = factory.signed_in(teacher)
    rows = classes.csv_rows(browser.get(f"/sessions/{session.pk}/report.csv"))
    chart = browser.get(f"/sessions/{session.pk}/report/").context["report"].chart
    live = LiveFeed(teacher, session.pk).snapshot(classes.after(13))

    def value(point):
        return point.get("hidden") or point["mean"]

    return {
        "live line": value(live["points"][int(classes.START.timestamp() * 1000)]),
        "live number": value(live["now"]),
        "report": value(chart["points"][0]),
        "whole session": whole_session(session),
        "csv": rows[0]["class_score"],
    }


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize(("own", "class_only"), [(3, 1), (4, 1), (0, 4)])
def test_too_few_is_the_same_on_every_page(own, class_only):
    session = classes.session(closed_at=classes.after(20))
    classes.students(session, own, OWN)
    classes.students(session, class_only, CLASS)
    assert set(shown(session).values()) == {TOO_FEW}


@pytest.mark.django_db
def test_lines_that_are_taken_back_do_not_give_another_student_away():
    session = classes.session(closed_at=classes.after(20))
    classes.student(session, level=CLASS, scores=[0.137] * 3, every=3)
    for person in classes.students(session, 4, OWN):
        person.give_consent(CLASS, "1")
    assert set(shown(session).values()) == {TOO_FEW}


@pytest.mark.django_db
def test_a_dozen_class_only_students_are_enough_on_every_page():
    session = classes.session(closed_at=classes.after(20))
    classes.students(session, 12, CLASS, score=0.5)
    (value,) = {float(value) for value in shown(session).values()}  # blurred, and everywhere alike
    assert 0 <= value <= 1


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_number_is_then_that_of_everybody():
    session = classes.session(closed_at=classes.after(20))
    classes.students(session, 12, CLASS, score=0.2)
    classes.students(session, 12, OWN, score=0.8)
    (value,) = {float(value) for value in shown(session).values()}
    assert 0.2 <= value <= 0.8


@pytest.mark.django_db
def test_a_few_among_many_are_left_out_and_said_to_be():
    session = classes.session(closed_at=classes.after(20))
    classes.students(session, 6, OWN, score=0.8)
    classes.students(session, 2, CLASS, score=0.1)
    assert {str(value) for value in shown(session).values()} == {"0.8"}
    assert (
        LiveFeed(session.course.teachers.get(), session.pk).snapshot(classes.after(9))["now"]["counted"] == 6
    )


@pytest.mark.django_db
@pytest.mark.parametrize("scores", [[0.1] * 3, [None] * 3])
def test_a_class_number_does_not_tell_whether_a_class_only_student_has_a_face(scores):
    session = classes.session(closed_at=classes.after(20))
    classes.students(session, 3, OWN)
    classes.student(session, "Anna", level=CLASS, scores=scores, every=3)
    assert set(shown(session).values()) == {TOO_FEW}


@pytest.mark.django_db
def test_the_smallest_group_is_a_setting(settings):
    settings.SMALLEST_GROUP = 12
    session = classes.session(closed_at=classes.after(20))
    classes.students(session, 13, CLASS)
    assert set(shown(session).values()) == {TOO_FEW}
