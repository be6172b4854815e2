"""What a student decided on is stored with the decision: later settings may be stricter and never laxer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from classroom.models import CONSENT_TEXT_VERSION, Consent, Mode
from dashboards.aggregates.small_groups import TOO_FEW
from dashboards.aggregates.timeline import Timeline
from dashboards.report.own_data import own_readings
from dashboards.report.own_report import OwnReport
from dashboards.report.report import Report
from emotion import tasks
from emotion.buckets import bucket_start
from emotion.models import BucketSummary, Reading
from tests import factory
from tests.dashboards import classes
from tests.dashboards.test_small_groups import shown

pytestmark = pytest.mark.django_db
OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


def test_a_decision_names_the_text_the_mode_and_the_numbers_it_rests_on(settings):
    settings.SMALLEST_GROUP, settings.READING_RETENTION = 7, timedelta(days=12)
    consent = factory.participant(factory.open_session(Mode.MIRROR)).give_consent(CLASS, CONSENT_TEXT_VERSION)
    consent.refresh_from_db()
    promised = (consent.text_version, consent.mode, consent.smallest_group, consent.retention_days)
    assert promised == (CONSENT_TEXT_VERSION, Mode.MIRROR, 7, 12)


@pytest.mark.parametrize(("promised", "today"), [(5, 2), (5, 9), (9, 5)])
def test_the_larger_of_the_promised_and_the_present_smallest_group_counts(settings, promised, today):
    settings.SMALLEST_GROUP = promised
    session = classes.session(closed_at=classes.after(20))
    classes.students(session, max(promised, today) - 1, CLASS)
    settings.SMALLEST_GROUP = today
    assert set(shown(session).values()) == {TOO_FEW}


@pytest.mark.parametrize(("others", "is_enough"), [(8, False), (15, True)])
def test_one_who_was_promised_more_is_protected_among_others_who_were_not(settings, others, is_enough):
    session = classes.session(closed_at=classes.after(20))
    classes.students(session, others, CLASS)
    settings.SMALLEST_GROUP = 8
    classes.student(session, "Eva", scores=[0.5] * 3, every=3)
    settings.SMALLEST_GROUP = 5
    assert (TOO_FEW not in shown(session).values()) == is_enough


@pytest.mark.postgresql
@pytest.mark.parametrize(("promised", "today"), [(30, 90), (90, 30)])
def test_readings_of_forty_days_ago_are_shown_to_nobody_before_the_nightly_task_has_come(
    settings, promised, today
):
    now = timezone.now()
    settings.READING_RETENTION = timedelta(days=promised)
    anna = old_student(now - timedelta(days=40))
    settings.READING_RETENTION = timedelta(days=today)
    assert Reading.objects.exists()
    own, report = OwnReport.of(anna, now), Report.of(anna.session, now)
    assert (own.means, own.steps, own.mix) == ([], [], [])
    assert own_readings(anna, now) == []
    assert own.gaps[0].label == "Data erased"
    assert report.readings_expired
    assert (report.students[0].means, report.versions) == ([], [])
    assert {point["mean"] for point in report.chart["points"]} == {None}
    assert "0.61" not in report_csv(anna.session)
    assert anna.consents.with_reading_count(now).get().reading_count == 0
    tasks.erase_expired_readings()
    assert not Reading.objects.exists()
    assert not BucketSummary.objects.exists()


def test_a_class_number_goes_with_the_first_reading_in_it_that_expires():
    """Own lines count in it, too."""
    session = classes.session(closed_at=classes.after(20))
    classes.students(session, 12, CLASS)
    otto = classes.student(session, "Otto", level=OWN, scores=[0.5] * 3, every=3)
    otto.consents.update(retention_days=7)
    _ = Timeline.of_class(session, classes.after(30).timestamp()).line
    kept = {step.expires_at - bucket_start(step.bucket) for step in session.published_buckets.all()}
    assert kept == {timedelta(days=7)}


@pytest.mark.postgresql
def test_readings_that_were_promised_longer_than_today_are_kept_as_long_as_today(settings):
    now = timezone.now()
    settings.READING_RETENTION = timedelta(days=60)
    anna = old_student(now - timedelta(days=40))
    assert own_mean(anna, now) == 0.61
    assert anna.consents.with_reading_count(now).get().reading_count == 3
    tasks.erase_expired_readings()
    assert Reading.objects.count() == 3


def test_a_later_decision_keeps_the_promises_of_the_readings_it_takes_over(settings):
    settings.SMALLEST_GROUP, settings.READING_RETENTION = 9, timedelta(days=7)
    anna = classes.student(classes.session(), level=OWN, scores=[0.5])
    settings.SMALLEST_GROUP, settings.READING_RETENTION = 5, timedelta(days=30)
    later = anna.give_consent(CLASS, CONSENT_TEXT_VERSION)
    later.refresh_from_db()
    assert (later.smallest_group, later.retention_days) == (9, 7)


@pytest.mark.postgresql
def test_a_student_who_decided_in_another_mode_is_not_shown_to_a_teacher():
    session = classes.session(closed_at=classes.after(20))
    anna = classes.student(session, level=OWN, scores=[0.61] * 3)
    anna.consents.update(mode=Mode.MIRROR)
    report = Report.of(session, classes.after(30))
    assert (report.students[0].means, report.whole.mean) == ([], None)
    assert "0.61" not in report_csv(session)
    assert own_mean(anna, classes.after(30)) == 0.61


def own_mean(anna, now) -> float:
    (made,) = OwnReport.of(anna, now).means
    return round(made.mean, 2)


def old_student(at):
    session = factory.open_session(opened_at=at, closed_at=at + timedelta(minutes=1))
    anna = factory.participant(session, joined_at=at)
    anna.presences.update(state="measuring", since=at)
    consent = factory.consent(anna, OWN, given_at=at)
    for second in range(3):
        factory.reading(consent, score=0.61, taken_at=at + timedelta(seconds=second))
    return anna


def report_csv(session) -> str:
    browser = factory.signed_in(session.course.teachers.get())
    return classes.csv_text(browser.get(f"/sessions/{session.pk}/report.csv"))
