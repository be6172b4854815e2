"""Sessions whose mode the deployment no longer allows."""

import pytest

from classroom.models import Consent, Mode
from tests import factory

pytestmark = pytest.mark.django_db

EVERY = ["participation", "mirror", "analytics"]


@pytest.mark.parametrize(
    ("mode", "allowed", "in_force"),
    [
        (Mode.ANALYTICS, EVERY, Mode.ANALYTICS),
        (Mode.ANALYTICS, EVERY[:2], Mode.PARTICIPATION),
        (Mode.ANALYTICS, EVERY[:1], Mode.PARTICIPATION),
        (Mode.ANALYTICS, ["participation", "analytics"], Mode.ANALYTICS),
        (Mode.MIRROR, ["participation", "analytics"], Mode.PARTICIPATION),
        (Mode.MIRROR, ["analytics"], Mode.PARTICIPATION),
        (Mode.PARTICIPATION, EVERY, Mode.PARTICIPATION),
    ],
)
def test_a_mode_that_is_no_longer_allowed_is_not_in_force(settings, mode, allowed, in_force):
    settings.ALLOWED_MODES = allowed
    session = factory.open_session(mode)
    assert session.mode_in_force == in_force
    assert session.teacher_sees_readings == (in_force == Mode.ANALYTICS)
    assert session.uses_camera == (in_force != Mode.PARTICIPATION)


def test_pages_of_an_earlier_session_show_no_reading_and_say_why(settings):
    anna = factory.measured(level=Consent.Level.OWN_LINE)
    factory.reading(anna.active_consent())
    anna.session.close()
    settings.ALLOWED_MODES = ["participation", "mirror"]
    teacher = factory.signed_in(anna.session.course.teachers.get())
    report = teacher.get(f"/sessions/{anna.session_id}/report/")
    assert "does not allow the mode of this session any more" in report.content.decode()
    assert "60%" not in report.content.decode()
    own = factory.own_session(anna).content.decode()
    assert "What your camera recorded: only you." in own


def test_decisions_are_not_made_under_the_text_of_another_mode(settings):
    """A decision about the text of mirror mode must not count in analytics, once that is allowed again."""
    session = factory.open_session(Mode.ANALYTICS)
    ben = factory.participant(session, entered_at=None)
    settings.ALLOWED_MODES = ["participation", "mirror"]
    factory.browser_of(ben).post(f"/room/{session.pk}/start/", {"camera": "yes"})
    assert ben.active_consent() is None
