"""A report that is kept: the same page for less work, and nothing in it that a rule forbids now."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from classroom.models import ClassSession, Consent, Mode, Participant
from config.locales import written_for
from dashboards import tasks
from dashboards.models import KeptReport
from dashboards.report import fingerprint, keeping
from dashboards.report.report import Report
from emotion.buckets import bucket_of
from emotion.models import FrameTally, PublishedBucket, Reading
from tests import factory
from tests.dashboards import classes, taught

pytestmark = pytest.mark.django_db
OWN = Consent.Level.OWN_LINE
LASTED, SINCE = timedelta(minutes=15), timedelta(minutes=75)
NOW = timezone.now()
FACTS = {"fingerprint": "x", "rules": "y", "made_at": NOW, "valid_until": NOW + SINCE}


def lesson(**fields) -> ClassSession:
    """One that ended an hour ago, with Anna, whose camera saw something."""
    opened = timezone.now().replace(microsecond=0) - SINCE
    session = classes.session(opened_at=opened, started_at=opened, **fields)
    measured(session, "Anna")
    ended = opened + LASTED
    ClassSession.objects.filter(pk=session.pk).update(closed_at=ended)
    session.participants.update(left_at=ended, last_seen_at=ended)
    session.refresh_from_db()
    return session


def measured(session: ClassSession, name: str) -> Participant:
    person = factory.participant(session, name, joined_at=session.opened_at)
    person.presences.create(state="measuring", since=session.opened_at)
    consent = factory.consent(person, OWN, given_at=session.opened_at)
    taken = [session.opened_at + timedelta(seconds=second) for second in range(30)]
    factory.save_readings([factory.unsaved_reading(consent, score=0.87, taken_at=at) for at in taken])
    return person


def anna(session: ClassSession) -> Participant:
    return session.participants.get(display_name="Anna")


def browser(session: ClassSession, language: str = "en-GB") -> Client:
    client = factory.signed_in(session.course.teachers.get())
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    return client


def page(session: ClassSession, language: str = "en-GB") -> str:
    response = browser(session, language).get(f"/sessions/{session.pk}/report/")
    assert response.status_code == 200
    return response.content.decode()


def kept(session: ClassSession) -> KeptReport:
    return KeptReport.objects.get(session=session)


def with_mark(session: ClassSession) -> ClassSession:
    """What is kept of its report has a mark, which a page has only if it was not made anew."""
    page(session)
    KeptReport.objects.filter(session=session).update(body=kept(session).body + "<i>kept!</i>")
    assert "kept!" in page(session)
    return session


def test_the_second_opening_is_the_first_without_its_work(monkeypatch):
    session = lesson()
    factory.marker(session, "Slide 1", at=session.opened_at + timedelta(minutes=3))
    taught.asked(session, "Why?", votes=1)
    first = page(session).split("</header>")
    monkeypatch.setattr(Report, "of", None)
    assert page(session).split("</header>")[2].split("csrfmiddlewaretoken")[0] == first[2].split("csrf")[0]
    assert kept(session).body in first[2]


def test_what_is_kept_is_what_a_fresh_rendering_gives():
    session = lesson()
    page(session)
    with written_for("en", "GB"):
        assert kept(session).body == keeping._drawn(session, timezone.now())


def test_it_holds_nothing_of_its_viewer():
    session = lesson()
    marker = factory.marker(session, "Slide 1")
    asked = taught.asked(session, "Why?")
    text = page(session)
    assert "csrf" not in kept(session).body
    assert "<form" not in kept(session).body
    assert text.count('id="remove-form"') == 1
    for url in (f"markers/{marker.pk}/", f"{asked.pk}/"):
        assert url in kept(session).body


def test_an_open_session_keeps_nothing():
    session = factory.open_session()
    page(session)
    assert not KeptReport.objects.exclude(body="").exists()


def test_each_language_and_region_has_its_own():
    session = lesson()
    assert "Students" in page(session, "en-GB")
    assert "Students" not in page(session, "de-AT").split("</header>")[2].split("<dt>")[1]
    page(session, "en-US")
    page(session, "en-GB")
    locales = KeptReport.objects.exclude(body="").values_list("language", "region")
    assert sorted(locales) == [("de", "AT"), ("en", "GB"), ("en", "US")]


def test_only_so_many_are_kept_and_all_are_shown(settings):
    settings.MOST_KEPT_REPORTS = 1
    session = lesson()
    for language in ("en-GB", "en-US", "de"):
        assert "Anna" in page(session, language)
    assert KeptReport.objects.count() == 1


TAKEN_BACK: dict[str, tuple[Callable[[ClassSession], object], str]] = {
    "withdraws": (lambda session: anna(session).withdraw_consent(), "87%"),
    "erases": (lambda session: anna(session).erase(), "Anna"),
    "deletes a marker": (lambda session: session.markers.get().erase(), "About Zoe"),
    "renames a marker": (lambda session: session.markers.get().rename("Better"), "About Zoe"),
    "deletes a question": (lambda session: session.questions.get().erase(), "Is it Zoe"),
    "deletes a student's question": (lambda session: session.student_questions.get().erase(), "Why Zoe"),
    "revokes the approval": (
        lambda session: type(session.approval).objects.filter(pk=session.approval_id).revoke(timezone.now()),
        "87%",
    ),
}


def about_zoe() -> ClassSession:
    session = lesson()
    factory.marker(session, "About Zoe")
    taught.asked(session, "Why Zoe?")
    taught.ask(session, text="Is it Zoe?")
    return session


def keep(session: ClassSession, body: str) -> None:
    with written_for("en", "GB"):
        assert KeptReport.objects.claim(session).publish(body, **FACTS)


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


CHANGES: dict[str, Callable[[ClassSession], object]] = {
    "a marker is added": lambda session: session.markers.create(label="New"),
    "a marker is changed without a signal": lambda session: session.markers.update(label="New"),
    "the session is renamed": lambda session: ClassSession.objects.filter(pk=session.pk).update(title="New"),
    "the course is renamed": lambda session: type(session.course).objects.update(name="New"),
    "a name changes": lambda session: session.participants.update(display_name="Ben"),
    "a question changes": lambda session: session.questions.update(right_options=[1]),
    "the last counts of frames arrive": lambda session: FrameTally.objects.add(session.pk, {"received": 7}),
    "an upvote arrives": lambda session: session.student_questions.get().upvotes.create(
        participant=anna(session)
    ),
}


def fingerprint_now(session: ClassSession) -> str:
    return fingerprint.fingerprint_of(ClassSession.objects.get(pk=session.pk))


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


def test_it_is_valid_until_the_first_published_step_expires():
    session = lesson()
    opened, expires = session.opened_at, session.closed_at + timedelta(hours=5)
    step = {"on": 0, "covered": None, "hidden": True, "group": 0, "measured": 0, "counted": 0}
    for number in range(2):
        bucket, at = bucket_of(opened) + number, expires + timedelta(seconds=10 * number)
        PublishedBucket.objects.create(session=session, bucket=bucket, expires_at=at, **step)
    assert fingerprint.valid_until(session, session.closed_at) == expires
    assert fingerprint.valid_until(session, expires) == expires + timedelta(seconds=10)


def test_a_kept_report_costs_as_many_queries_however_large_the_class_was(django_assert_num_queries):
    for students in (6, 26):
        session = taught.whole(students=students)
        page(session)
        teacher = browser(session)
        with django_assert_num_queries(19):
            teacher.get(f"/sessions/{session.pk}/report/")


@pytest.mark.parametrize("take_back", ["withdraw_consent", "erase"])
def test_a_maker_that_is_overtaken_publishes_nothing(monkeypatch, take_back):
    session, draw = lesson(), keeping._drawn

    def draw_while_anna_takes_back(*of) -> str:
        body = draw(*of)
        assert "Anna" in body
        getattr(anna(session), take_back)()
        return body

    monkeypatch.setattr(keeping, "_drawn", draw_while_anna_takes_back)
    page(session)
    monkeypatch.undo()
    assert kept(session).body == ""
    assert "87%" not in page(session)


def test_of_two_makers_the_later_publishes():
    session = lesson()
    first, second = KeptReport.objects.claim(session), KeptReport.objects.claim(session)
    assert not first.publish("first", **FACTS)
    assert second.publish("second", **FACTS)
    assert kept(session).body == "second"


def test_a_deleted_session_leaves_none():
    session = lesson()
    page(session)
    writing = KeptReport.objects.claim(session)
    session.erase()
    assert not writing.publish("old", **FACTS)
    assert not KeptReport.objects.exists()


def test_it_is_made_soon_after_the_end_for_those_who_had_the_live_page():
    session = factory.open_session()
    measured(session, "Anna")
    browser(session, "de-AT").get(session.get_absolute_url())
    now = timezone.now()
    session.close(now - timedelta(seconds=10))
    assert not KeptReport.objects.due(now)
    ClassSession.objects.filter(pk=session.pk).update(closed_at=now - timedelta(seconds=40))
    (due,) = KeptReport.objects.due(now)
    tasks.make_report(due.pk)
    assert (kept(session).language, kept(session).region) == ("de", "AT")
    assert kept(session).body in page(session, "de-AT")
    assert not KeptReport.objects.due(timezone.now())


def test_one_that_was_opened_before_the_last_counts_is_made_again():
    session = with_mark(lesson())
    FrameTally.objects.add(session.pk, {"received": 7})
    assert not KeptReport.objects.due(timezone.now())
    KeptReport.objects.update(made_at=session.closed_at + timedelta(seconds=2))
    (due,) = KeptReport.objects.due(timezone.now())
    tasks.make_report(due.pk)
    assert "kept!" not in kept(session).body
    assert not KeptReport.objects.due(timezone.now())


def test_what_was_taken_back_is_made_again_without_an_opening():
    session = lesson()
    page(session)
    anna(session).withdraw_consent()
    (due,) = KeptReport.objects.due(timezone.now())
    tasks.make_report(due.pk)
    assert "Anna" in kept(session).body
    assert "87%" not in kept(session).body


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


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_maker_that_read_before_the_withdrawal_was_committed_leaves_no_text():
    if connection.vendor == "sqlite":
        pytest.skip("on SQLite nobody else writes during a transaction")
    session = lesson()

    def open_and_close() -> str:
        try:
            return page(session)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as worker, transaction.atomic():
        anna(session).withdraw_consent()
        assert "87%" in worker.submit(open_and_close).result()
    assert kept(session).body == ""
    assert "87%" not in page(session)
    assert not Reading.objects.exists()
