"""What a teacher learns from the columns of the class, before and after a student takes back."""

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
from tests.dashboards.classes import after

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


@pytest.fixture(autouse=True)
def one_secret(settings) -> None:
    settings.SECRET_KEY = "the same in each run"


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


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("act", [*TAKES_BACK, lambda eva: eva.leave()])
def test_a_report_before_and_after_a_student_withdraws_says_the_same_of_every_step(act):
    session, eva = lesson_of_a_dozen()
    session.close(after(120))
    before = told_everywhere(session, after(130))
    assert all(point["blurred"] for point in before["report"]["points"][:12])
    act(eva)
    assert told_everywhere(session, after(140)) == before


@pytest.mark.slow
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


@pytest.mark.slow
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
