"""Two versions of the engagement formula in one session: never one number of both."""

from datetime import timedelta

import pytest
from django.urls import reverse

from classroom.models import Consent
from dashboards.aggregates.baselines import baselines
from dashboards.aggregates.class_line import Exactness
from dashboards.aggregates.roster import roster
from dashboards.live.live_session import Hints
from dashboards.report.report import Report
from dashboards.report.session_csv import NOTES
from emotion.buckets import bucket_of
from emotion.models import BucketSummary, PublishedBucket
from exports.record import SessionRecord
from exports.words import BLURRED, COARSE, TOO_FEW
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after, said_of, teacher_of, view_of

pytestmark = pytest.mark.django_db
OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


def reads(person, seconds, score, version, count=1):
    consent = person.active_consent()
    moments = [after(seconds + place) for place in range(count)]
    factory.save_readings(
        [
            factory.unsaved_reading(consent, score=score, taken_at=at, engagement_version=version)
            for at in moments
        ]
    )


@pytest.fixture
def session(db):
    """Read by version 1 until 10:00:20, then by version 2; 150 seconds."""
    session = classes.session()
    for name in ("Anna", "Ben"):
        person = classes.student(session, name, level=OWN)
        reads(person, 0, 0.6, "1", count=20)
        reads(person, 20, 0.9, "2", count=40)
    return session


def test_the_report_has_a_number_for_each_version_and_none_over_both(session):
    report = Report.of(session, after(60))
    assert report.whole is None
    assert [(era.version, era.number.mean) for era in report.eras] == [("1", 0.6), ("2", 0.9)]
    assert report.eras[1].since == after(20)
    assert {point["mean"] for point in report.chart["points"]} == {0.6, 0.9, None}
    assert [one["at"] for one in report.chart["formulas"]] == [
        after(seconds).timestamp() * 1000 for seconds in (0, 20)
    ]


def test_the_page_of_the_report_says_so(session):
    session.close(after(60))
    browser = factory.signed_in(teacher_of(session))
    page = browser.get(reverse("report", args=[session.pk])).content.decode()
    assert "The engagement formula changed during this session." in page
    assert "There is no average of the whole session" in page


def test_a_student_has_a_mean_and_a_usual_for_each_version(session):
    rows = Report.of(session, after(60)).students
    means = [(own.version, round(own.mean, 2), own.usual) for own in rows[0].means]
    assert means == [("1", 0.6, None), ("2", 0.9, 0.9)]  # 20 scores of version 1 are no usual


def test_a_usual_of_one_version_does_not_judge_another():
    session = classes.session()
    anna = classes.student(session, level=OWN)
    reads(anna, 0, 0.6, "1", count=40)
    people = roster(session)
    assert baselines(people, after(50).timestamp(), version="1") == {anna.pk: 0.6}
    assert baselines(people, after(50).timestamp(), version="2") == {}
    reads(anna, 300, 0.9, "2", count=30)
    assert baselines(people, after(350).timestamp(), version="2") == {anna.pk: 0.9}


def test_ten_seconds_of_two_versions_are_summed_up_by_the_later_one():
    session = classes.session()
    anna = classes.student(session, level=OWN)
    reads(anna, 0, 0.6, "1", count=5)
    reads(anna, 5, 0.9, "2", count=2)
    summary = BucketSummary.objects.get()
    assert (summary.score, summary.engagement_version, summary.seen) == (0.9, "2", 7)


def test_ten_seconds_of_a_class_are_a_mean_of_one_version():
    session = classes.session()
    for n, (score, version) in enumerate([(0.6, "1"), (0.9, "2"), (0.9, "2")]):
        reads(classes.student(session, f"{n}", level=OWN), 0, score, version, count=9)
    (point,) = Report.of(session, after(9.5)).chart["points"]
    assert (point["mean"], point["counted"]) == (0.9, 2)


def test_a_live_page_says_since_when_another_version_counts():
    session = classes.session()
    anna = classes.student(session, level=OWN)
    reads(anna, 0, 0.6, "1", count=40)
    view = view_of(session)
    told = view.snapshot(after(39.5))
    assert (told["formulas"], told["now"]["mean"], said_of(anna, told)["baseline"]) == ([], 0.6, 0.6)
    reads(anna, 40, 0.9, "2", count=2)
    told = view.change(after(42), Hints(consents={anna.active_consent().pk}))
    assert [one["version"] for one in told["formulas"]] == ["1", "2"]
    assert told["formulas"][1]["at"] == after(40).timestamp() * 1000
    assert told["now"]["mean"] == 0.9
    view.change(after(44), Hints(everybody=True))
    assert said_of(anna, view.sent)["baseline"] is None


def test_a_live_page_compares_with_the_usual_of_the_version_that_counts_now(session):
    message = view_of(session).snapshot(after(59.5))
    anna = session.participants.get(display_name="Anna")
    assert said_of(anna, message)["baseline"] == 0.9


def test_the_csv_names_the_version_of_each_row(session):
    session.close(after(60))
    browser = factory.signed_in(teacher_of(session))
    rows = classes.csv_rows(browser.get(reverse("report-csv", args=[session.pk])))
    assert [row["engagement_version"] for row in rows if row["participant"] == "Anna"][:4] == [
        "1",
        "1",
        "2",
        "2",
    ]


def test_tables_have_an_average_of_each_version_as_the_page_does(session):
    session.close(after(60))
    record = SessionRecord.of(report := Report.of(session, after(61)))
    of_class = [row for row in record.averages if row.participant is None]
    assert [(row.formula, row.begins_at, row.average) for row in of_class] == [
        (era.version, era.since, era.number.mean) for era in report.eras
    ]
    assert len(of_class) == 2
    assert (record.session.average, record.session.formula) == (None, "1, 2")
    for student, person in zip(report.students, record.participants, strict=True):
        own = [row for row in record.averages if row.participant == person.participant]
        assert [(row.formula, row.average, row.usual) for row in own] == [
            (one.version, pytest.approx(one.mean), one.usual) for one in student.means
        ]
        assert person.formula == (own[0].formula if len(own) == 1 else "")


def test_a_session_of_an_older_version_is_shown_as_it_was_made():
    session = classes.session()
    anna = classes.student(session, level=OWN)
    reads(anna, 0, 0.6, "1", count=40)
    session.close(after(40))
    browser = factory.signed_in(teacher_of(session))
    page = browser.get(reverse("report", args=[session.pk])).content.decode()
    assert "These numbers were made by version 1 of the engagement formula" in page
    report = Report.of(session, after(40) + timedelta(days=1))
    assert (report.whole.mean, report.eras) == (0.6, [])


def test_the_version_that_read_a_class_only_student_is_not_shown():
    session = classes.session()
    reads(classes.student(session, level=CLASS), 0, 0.6, "1", count=9)
    report = Report.of(session, after(9.5))
    assert (report.eras, report.formulas, report.chart["formulas"]) == ([], [], [])


# Of three eras: how exact the class's number is in the page's words, and in the CSV's.
ERAS = [
    ({"counted": 6, "low": None, "high": None}, "each step to the nearest 10%", Exactness.COARSE),
    ({"counted": 20, "low": 0.5, "high": 0.8}, "blurred to protect individual students", Exactness.BLURRED),
    ({"counted": 0, "hidden": True}, "too few to show", Exactness.HIDDEN),
]


def was_published(session, bucket, version, *, counted, hidden=False, **values):
    PublishedBucket.objects.create(
        session=session,
        bucket=bucket,
        hidden=hidden,
        measured=6,
        counted=counted,
        group=counted,
        engagement_version=version,
        on=200,
        expires_at=after(10**9),
        **({} if hidden else {"mean": 0.7} | values),
    )


def test_page_paper_and_csv_say_of_each_version_how_exact_its_number_is():
    session = classes.session(closed_at=after(30))
    anna = classes.student(session, "Anna", level=OWN)
    for place, (told, _, _) in enumerate(ERAS):
        reads(anna, 10 * place, 0.7, f"{place + 1}", count=9)
        was_published(session, bucket_of(after(10 * place)), f"{place + 1}", **told)
    browser = factory.signed_in(teacher_of(session))
    page = browser.get(reverse("report", args=[session.pk])).content.decode()
    rows = classes.csv_rows(browser.get(reverse("report-csv", args=[session.pk])))
    tiles = page.partition('<dl class="tiles">')[2].partition("</dl>")[0]
    assert "no-print" not in tiles
    of_each = tiles.partition("There is no average")[0].split('<dd class="tile-')[1:]
    record = SessionRecord.of(Report.of(session, after(40)))
    of_class = [row for row in record.averages if row.participant is None]
    assert [row.formula for row in of_class] == ["1", "2", "3"]
    assert [row.average_note for row in of_class] == [COARSE, BLURRED, TOO_FEW]
    for (_, words, exactness), told, row in zip(ERAS, of_each, rows, strict=True):
        assert words in told
        assert row["class_note"] == NOTES[exactness]
