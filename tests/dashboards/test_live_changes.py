"""What a live page is told after its first snapshot: what changed, and nothing else."""

import pytest

from classroom.models import Consent
from dashboards.live.live_session import Hints
from emotion.models import Reading
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after, said_of, view_of

pytestmark = pytest.mark.django_db

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


def test_a_change_says_only_what_changed():
    session = classes.session()
    anna = classes.student(session, "Anna", level=OWN, scores=[0.5] * 3)
    classes.student(session, "Ben", level=OWN, scores=[0.5] * 3)
    view = view_of(session)
    view.snapshot(after(3))
    factory.reading(anna.active_consent(), expression="surprise", score=0.5, taken_at=after(3.2))
    message = view.change(after(3.4), Hints(consents={anna.active_consent().pk}))
    assert message["students"] == {str(anna.pk): {"expression": "surprise"}}
    assert "cells" not in message
    assert "markers" not in message


def test_a_change_without_news_is_next_to_nothing():
    session = classes.session()
    classes.student(session, level=OWN, scores=[0.5] * 3)
    view = view_of(session)
    view.snapshot(after(3))
    assert set(view.change(after(3.1), Hints())) == {"type", "server_time"}


@pytest.mark.slow
def test_changes_add_up_to_the_snapshot_of_a_page_that_opens_later():
    session = classes.session()
    classes.student(session, "Anna", level=OWN, scores=[0.5] * 60)
    classes.student(session, "Ben", level=CLASS, scores=[0.2, None] * 12, begin=7, every=1.5)
    view = view_of(session)
    told = view.snapshot(after(0.5))
    for half_seconds in range(2, 120):
        change = view.change(after(half_seconds / 2), Hints())
        told["points"] |= change.get("points", {})
        for part in ("cells", "students"):
            for id_, values in change.get(part, {}).items():
                told[part].setdefault(id_, {}).update(values)
    fresh = view_of(session).snapshot(after(59.5))
    assert told["cells"] == fresh["cells"]
    assert told["points"] == fresh["points"]
    assert {id_: said["coverage"] for id_, said in told["students"].items()} == {
        id_: said["coverage"] for id_, said in fresh["students"].items()
    }


def test_a_late_reading_still_finds_its_step():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 8)
    view = view_of(session)
    view.snapshot(after(8))
    view.change(after(11), Hints())
    factory.reading(anna.active_consent(), score=1.0, taken_at=after(9.5))
    message = view.change(after(12), Hints(consents={anna.active_consent().pk}))
    assert message["points"][int(after(0).timestamp() * 1000)]["mean"] == pytest.approx(5 / 9, abs=0.005)


def test_taking_a_consent_back_makes_the_whole_page_new():
    session = classes.session()
    anna = classes.student(session, level=OWN, scores=[0.5] * 3)
    view = view_of(session)
    view.snapshot(after(3))
    anna.withdraw_consent(after(4))
    message = view.change(after(4.5), Hints(participants={anna.pk}))
    assert message["type"] == "snapshot"
    assert all(point["mean"] is None for point in message["points"].values())
    assert set(message["cells"][str(anna.pk)].values()) == {"erased"}


def test_joining_and_camera_on_need_no_snapshot():
    session = classes.session()
    view = view_of(session)
    view.snapshot(after(1))
    ben = classes.student(session, "Ben", begin=2)
    message = view.change(after(2.5), Hints(everybody=True))
    assert message["type"] == "change"
    assert said_of(ben, message)["name"] == "Ben"


def test_a_marker_and_a_pulse_come_with_the_next_look():
    session = classes.session()
    anna = classes.student(session)
    view = view_of(session)
    view.snapshot(after(1))
    factory.marker(session, "Experiment", at=after(2))
    factory.pulse(anna, "pace", value=1, at=after(2))
    message = view.change(after(3), Hints(annotations=True))
    assert [marker["label"] for marker in message["markers"]] == ["Experiment"]
    assert message["said"] == {"too_fast": 1}


def test_old_pulses_fade_without_any_hint():
    session = classes.session()
    factory.pulse(classes.student(session), at=after(0))
    view = view_of(session)
    assert view.snapshot(after(1))["said"] == {"lost": 1}
    assert view.change(after(301), Hints())["said"] == {}


def test_a_change_reads_only_what_can_still_change():
    session = classes.session()
    classes.student(session, level=OWN, scores=[0.5] * 60)
    view = view_of(session)
    view.snapshot(after(59))
    Reading.objects.filter(taken_at__lt=after(30)).update(score=0.9)
    assert "points" not in view.change(after(59.5), Hints())


def test_a_change_of_what_was_said_has_only_its_step():
    session = classes.session()
    anna = classes.student(session, level=OWN)
    view = view_of(session)
    view.snapshot(after(41))
    factory.pulse(anna, at=after(42))
    history = view.change(after(43), Hints(annotations=True))["history"]
    assert [row[:2] for row in history.values()] == [[1, 1]]
