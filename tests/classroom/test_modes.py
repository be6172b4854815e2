"""What the deployment allows decides, whatever a session was opened with."""

import pytest

from classroom.models import Mode
from tests import factory

pytestmark = pytest.mark.django_db

EVERY = ["participation", "mirror", "analytics"]


@pytest.mark.parametrize(
    ("mode", "allowed", "in_force"),
    [
        (Mode.ANALYTICS, EVERY, Mode.ANALYTICS),
        (Mode.ANALYTICS, EVERY[:2], Mode.MIRROR),
        (Mode.ANALYTICS, EVERY[:1], Mode.PARTICIPATION),
        (Mode.ANALYTICS, ["participation", "analytics"], Mode.ANALYTICS),
        (Mode.MIRROR, ["participation", "analytics"], Mode.PARTICIPATION),
        (Mode.MIRROR, ["analytics"], Mode.PARTICIPATION),
        (Mode.PARTICIPATION, EVERY, Mode.PARTICIPATION),
    ],
)
def test_a_mode_that_is_allowed_no_more_is_in_force_no_more(settings, mode, allowed, in_force):
    settings.ALLOWED_MODES = allowed
    session = factory.open_session(mode)
    assert session.mode_in_force == in_force
    assert session.teacher_sees_readings == (in_force == Mode.ANALYTICS)
    assert session.uses_camera == (in_force != Mode.PARTICIPATION)


def test_the_page_of_a_class_from_before_says_what_is_in_force(settings):
    session = factory.measured().session
    settings.ALLOWED_MODES = ["participation"]
    teacher = factory.signed_in(session.course.teachers.get())
    text = teacher.get(f"/sessions/{session.pk}/report/").content.decode()
    assert "Participation: no expression is analysed" in text
    assert "Analytics" not in text
