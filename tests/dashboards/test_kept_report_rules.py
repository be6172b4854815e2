"""What ends a kept report: what is taken back, what changes, and rules that forbid what it says."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from classroom.models import ClassSession, Mode
from config.locales import written_for
from dashboards import tasks
from dashboards.models import KeptReport
from dashboards.report import fingerprint, keeping
from emotion.buckets import bucket_of
from emotion.models import PublishedBucket
from tests import factory
from tests.dashboards import taught
from tests.dashboards.kept import CHANGES, SINCE, TAKEN_BACK, about_zoe, kept, lesson, page, with_mark

pytestmark = pytest.mark.django_db

NOW = timezone.now()

FACTS = {"fingerprint": "x", "rules": "y", "made_at": NOW, "valid_until": NOW + SINCE}


def keep(session: ClassSession, body: str) -> None:
    with written_for("en", "GB"):
        assert KeptReport.objects.claim(session).publish(body, **FACTS)


@pytest.mark.postgresql
@pytest.mark.parametrize("what", TAKEN_BACK)
def test_what_is_taken_back_leaves_the_database_and_the_page_at_once(what):
    take_back, words = TAKEN_BACK[what]
    session = about_zoe()
    keep(session, body=f"<p>{words}</p>")
    # In the transaction itself: what comes after a commit may never come.
    with transaction.atomic():
        take_back(session)
        assert kept(session).body == ""
    assert words not in page(session)
    assert words not in kept(session).body


def test_a_page_has_what_may_be_taken_back():
    text = page(about_zoe())
    assert [words for _, words in TAKEN_BACK.values() if words not in text] == []


def test_a_word_that_is_hidden_leaves_it():
    session = lesson()
    for number in range(5):
        factory.participant(session, f"Student {number}", joined_at=session.opened_at)
    question = taught.ask(session, "word")
    taught.answer(question, *[{"text": "Zoe"}] * 6)
    assert "<bdi>Zoe</bdi> <span" in page(session)
    question.hide_word("zoe")
    assert kept(session).body == ""
    assert "<bdi>Zoe</bdi> <span" not in page(session)


def fingerprint_now(session: ClassSession) -> str:
    return fingerprint.fingerprint_of(ClassSession.objects.get(pk=session.pk))


@pytest.mark.postgresql
@pytest.mark.parametrize("what", CHANGES)
def test_what_no_signal_tells_changes_the_fingerprint(what):
    session = lesson()
    session.markers.create(label="Old")
    taught.ask(session, right_options=[0])
    taught.asked(session, "Why?")
    before = fingerprint_now(session)
    assert fingerprint_now(session) == before
    CHANGES[what](session)
    assert fingerprint_now(session) != before


@pytest.mark.parametrize(
    ("name", "value"),
    [("SMALLEST_GROUP", 7), ("READING_RETENTION", timedelta(days=20)), ("ALLOWED_MODES", ["participation"])],
)
def test_another_setting_changes_the_fingerprint(settings, name, value):
    session = lesson()
    before = fingerprint_now(session)
    setattr(settings, name, value)
    assert fingerprint_now(session) != before


def test_another_fingerprint_makes_it_anew():
    session = with_mark(lesson())
    session.markers.create(label="New")
    assert "kept!" not in page(session)


def test_a_mode_that_is_no_longer_allowed_shows_no_number(settings):
    session = lesson()
    assert "87%" in page(session)
    settings.ALLOWED_MODES = ["participation"]
    assert "87%" not in page(session)


def test_an_approval_that_expired_shows_no_number():
    session = lesson()
    assert "87%" in page(session)
    yesterday = timezone.localdate() - timedelta(days=1)
    type(session.approval).objects.update(valid_until=yesterday)
    assert "87%" not in page(session)


def test_readings_that_expired_since_are_not_shown():
    session = lesson()
    session.participants.get().consents.update(retention_days=1)
    assert "87%" in page(session)
    with written_for("en", "GB"):
        later = keeping.report_body(session, timezone.now() + timedelta(days=2))
    assert "87%" not in later


def test_another_release_makes_it_anew(monkeypatch):
    session = with_mark(lesson())
    monkeypatch.setattr(fingerprint, "AT_START", "another")
    assert "kept!" not in page(session)


def test_every_setting_that_reports_read_is_in_the_fingerprint():
    read = {
        name
        for folder in ("aggregates", "charts", "report")
        for path in (Path(settings.BASE_DIR) / "dashboards" / folder).glob("*.py")
        for name in re.findall(r"settings\.([A-Z_]+)", path.read_text())
    }
    of_no_number = {"BASE_DIR", "DEBUG", "KEPT_REPORT_LIFETIME"}
    assert read - of_no_number <= set(fingerprint.SETTINGS)


@pytest.mark.postgresql
def test_it_is_valid_until_the_first_reading_may_expire(settings):
    session = lesson()
    settings.READING_RETENTION = timedelta(days=3)
    first = session.opened_at - fingerprint.STEP + timedelta(days=3)
    last = session.closed_at + fingerprint.STEP + timedelta(days=3)
    until = fingerprint.valid_until
    assert until(session, session.closed_at) == first
    # They expire one after the other.
    assert until(session, first + timedelta(minutes=9)) == first + timedelta(minutes=9)
    assert until(session, last) == last + settings.KEPT_REPORT_LIFETIME
    session.participants.get().consents.update(retention_days=1)
    assert until(session, session.closed_at) == first - timedelta(days=2)


@pytest.mark.postgresql
def test_it_is_valid_until_the_first_published_step_expires():
    session = lesson()
    opened, expires = session.opened_at, session.closed_at + timedelta(hours=5)
    step = {"on": 0, "covered": None, "hidden": True, "group": 0, "measured": 0, "counted": 0}
    for number in range(2):
        bucket, at = bucket_of(opened) + number, expires + timedelta(seconds=10 * number)
        PublishedBucket.objects.create(session=session, bucket=bucket, expires_at=at, **step)
    assert fingerprint.valid_until(session, session.closed_at) == expires
    assert fingerprint.valid_until(session, expires) == expires + timedelta(seconds=10)


@pytest.mark.postgresql
@pytest.mark.parametrize("end", ["mode", "approval", "time"])
def test_a_text_that_a_rule_forbids_is_deleted_without_an_opening(settings, end):
    session, other = lesson(), lesson(mode=Mode.MIRROR)
    settings.ALLOWED_MODES = ["participation", "mirror", "analytics"]
    page(session)
    page(other)
    tasks.forget_invalid_reports()
    assert kept(session).body
    if end == "mode":
        settings.ALLOWED_MODES = ["participation", "mirror"]
    elif end == "approval":
        yesterday = timezone.localdate() - timedelta(days=1)
        type(session.approval).objects.filter(pk=session.approval_id).update(valid_until=yesterday)
    else:
        KeptReport.objects.filter(session=session).update(valid_until=timezone.now())
    tasks.forget_invalid_reports()
    assert kept(session).body == ""
    assert bool(kept(other).body) == (end != "mode")
