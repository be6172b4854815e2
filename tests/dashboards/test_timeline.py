"""Live page and report hold one timeline: a page that watched a class tells what the report of it tells."""

import random

import pytest

from classroom.models import Consent, Presence
from dashboards.aggregates.roster import roster
from dashboards.aggregates.time_table import TimeUse
from dashboards.aggregates.timeline import Timeline
from dashboards.live.live_session import Hints, LiveSession
from dashboards.report.report import Report
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after, teacher_of, view_of
from tests.dashboards.pages import page_after

pytestmark = pytest.mark.django_db
OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


def points_of(report: Report) -> dict[int, dict]:
    """Those that say anything: a page is sent nothing of a step that is not published yet."""
    return {point["at"]: point for point in report.chart["points"] if point["measured"]}


@pytest.mark.slow
@pytest.mark.parametrize(("own", "class_only"), [(3, 0), (6, 9), (2, 12), (0, 4)])
def test_a_page_that_watched_the_class_has_the_reports_numbers(own, class_only):
    draw = random.Random(own + class_only)
    session = classes.session()
    levels = [OWN] * own + [CLASS] * class_only
    people = [classes.student(session, f"S{n}", level=level) for n, level in enumerate(levels)]
    consents = {person: person.active_consent() for person in people}
    feed = view_of(session)
    page = feed.snapshot(after(0))
    for second in range(2, 64, 2):
        readings = []
        for consent in consents.values():
            has_face = draw.random() < 0.9
            fields = {"score": draw.random()} if has_face else {"score": None, "face": "none"}
            readings.append(factory.unsaved_reading(consent, taken_at=after(second), **fields))
        factory.save_readings(readings)
        if second == 30:
            people[0].presences.create(state=Presence.State.PAUSED, since=after(second))
        page = page_after(page, feed.change(after(second + 1), Hints(everybody=second == 30)))
    session.close(after(64))
    page = page_after(page, feed.change(after(80), Hints(everybody=True)))
    report = Report.of(session, after(80))
    told = points_of(report)
    assert told
    assert {at: page["points"][at] for at in told} == told
    coverage = {str(row.entry.id): row.coverage for row in report.students}
    rounded = {id_: None if share is None else round(share, 2) for id_, share in coverage.items()}
    assert {id_: said["coverage"] for id_, said in page["students"].items()} == rounded


def test_what_was_known_before_the_first_bucket_is_kept():
    session = classes.session()
    classes.student(session, level=OWN, scores=[0.5] * 30)
    (anna,) = everybody = roster(session)
    first = Timeline.of_class(session, after(0).timestamp()).first
    known = TimeUse.of({first: {"paused": 10.0}, first + 1: {"paused": 10.0}})
    timeline = Timeline(session, everybody, {}, first + 1, after(20).timestamp(), True, {anna.id: known})
    timeline.account_for(everybody)
    assert timeline.time_uses[anna.id] == {first: {"paused": 10.0}, first + 1: {"no_frame": 10.0}}
    assert timeline.use_of(anna) == {first + 1: {"no_frame": 10.0}}


@pytest.mark.slow
def test_a_live_session_reads_the_past_once_and_keeps_its_seconds():
    session = classes.session()
    classes.student(session, level=OWN, scores=[0.5] * 200)
    live = LiveSession(teacher_of(session), session.pk, after(1).timestamp())
    for second in range(3, 200, 2):
        live.look(after(second).timestamp(), Hints())
    (anna,) = live.roster
    kept = live.timeline.time_uses[anna.id]
    assert len(kept) <= 10
    seconds = sum(live.settled[anna.id].values()) + sum(sum(part.values()) for part in kept.values())
    assert seconds == pytest.approx(199)


def test_time_stands_still_when_the_class_has_ended():
    session = classes.session(closed_at=after(20))
    timeline = Timeline.of_class(session, after(500).timestamp())
    assert (timeline.until, timeline.has_ended) == (after(20).timestamp(), True)


def test_a_live_page_names_readings_that_expired_as_the_report_does(settings):
    session = classes.session(closed_at=after(20))
    anna = classes.student(session, level=OWN, scores=[0.5] * 20)
    now = after(20) + settings.READING_RETENTION
    assert set(view_of(session).snapshot(now)["cells"][str(anna.pk)].values()) == {"erased"}
    assert [gap.reason for gap in Report.of(session, now).gaps] == ["erased"]
