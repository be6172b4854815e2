"""A report that is kept: the same page for less work, and nothing in it that a rule forbids now."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from classroom.models import ClassSession
from config.locales import written_for
from dashboards import tasks
from dashboards.models import KeptReport
from dashboards.report import keeping
from dashboards.report.report import Report
from emotion.models import FrameTally, Reading
from tests import factory
from tests.dashboards import taught
from tests.dashboards.kept import SINCE, anna, browser, kept, lesson, measured, page, with_mark

pytestmark = pytest.mark.django_db

NOW = timezone.now()

FACTS = {"fingerprint": "x", "rules": "y", "made_at": NOW, "valid_until": NOW + SINCE}


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


@pytest.mark.postgresql
def test_an_open_session_keeps_nothing():
    session = factory.open_session()
    page(session)
    assert not KeptReport.objects.exclude(body="").exists()


@pytest.mark.slow
@pytest.mark.postgresql
def test_each_language_and_region_has_its_own():
    session = lesson()
    assert "Students" in page(session, "en-GB")
    assert "Students" not in page(session, "de-AT").split("</header>")[2].split("<dt>")[1]
    page(session, "en-US")
    page(session, "en-GB")
    locales = KeptReport.objects.exclude(body="").values_list("language", "region")
    assert sorted(locales) == [("de", "AT"), ("en", "GB"), ("en", "US")]


@pytest.mark.slow
@pytest.mark.postgresql
def test_only_so_many_are_kept_and_all_are_shown(settings):
    settings.MOST_KEPT_REPORTS = 1
    session = lesson()
    for language in ("en-GB", "en-US", "de"):
        assert "Anna" in page(session, language)
    assert KeptReport.objects.count() == 1


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


@pytest.mark.postgresql
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


@pytest.mark.postgresql
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
