"""How many decisions, states, sessions, courses, markers and invitations one person can make."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from classroom.models import Consent, Presence, TooManyDecisions
from tests import factory

pytestmark = pytest.mark.django_db
CLASS_ONLY, OWN_LINE = Consent.Level.CLASS_ONLY, Consent.Level.OWN_LINE


def test_decisions_are_limited_but_withdrawals_are_not(settings):
    anna = factory.participant()
    client = factory.browser_of(anna)
    headers = {"Accept": "application/json"}
    url = reverse("room-consent", args=[anna.session_id])
    for _ in range(20):
        client.post(url, headers=headers)
        client.post(reverse("room-withdraw", args=[anna.session_id]))
    refused = client.post(url, headers=headers)
    assert refused.status_code == 429
    assert "wait a minute" in refused.json()["error"]
    assert anna.consents.count() == settings.DECISIONS_PER_MINUTE
    assert anna.active_consent() is None


def test_hiding_the_own_line_is_never_refused(settings):
    anna = factory.measured()
    settings.DECISIONS_PER_MINUTE = 2
    anna.give_consent(OWN_LINE, "1")
    anna.give_consent(CLASS_ONLY, "1")
    with pytest.raises(TooManyDecisions):
        anna.give_consent(OWN_LINE, "1")
    assert anna.active_consent().level == CLASS_ONLY


def test_repeating_a_decision_adds_no_row(settings):
    anna = factory.participant()
    for _ in range(50):
        anna.give_consent(CLASS_ONLY, "1")
    assert anna.consents.count() == 1


@pytest.mark.postgresql
def test_decisions_in_an_hour_are_limited(settings):
    anna = factory.participant()
    settings.DECISIONS_PER_HOUR = 4
    for minutes in (50, 40, 30, 20):
        given = timezone.now() - timedelta(minutes=minutes)
        factory.consent(anna, given_at=given, withdrawn_at=given)
    with pytest.raises(TooManyDecisions):
        anna.give_consent(CLASS_ONLY, "1")


def test_the_limit_of_decisions_holds_before_class(settings):
    settings.DECISIONS_PER_MINUTE = 0
    anna = factory.participant(entered_at=None)
    url = reverse("before-you-start", args=[anna.session_id])
    page = factory.browser_of(anna).post(url, {"camera": "yes"}, headers={"Accept": "application/json"})
    assert page.status_code == 429
    assert factory.browser_of(anna).post(url, {"camera": "no"}).status_code == 302


def test_an_unstable_connection_adds_few_rows(settings):
    settings.PRESENCES_PER_MINUTE = 6
    anna, now = factory.participant(), timezone.now()
    for second in range(40):
        state = (Presence.State.OFFLINE, Presence.State.NO_CAMERA)[second % 2]
        anna.record_state(state, now + timedelta(seconds=second))
    assert anna.presences.count() <= 7
    assert anna.presences.last().state == Presence.State.NO_CAMERA
    assert anna.record_state(Presence.State.CAMERA_OFF, now + timedelta(minutes=3))
    assert anna.presences.last().since == now + timedelta(minutes=3)


def test_sessions_courses_and_markers_of_a_teacher_are_limited(settings):
    settings.SESSIONS_OF_ONE_TEACHER, settings.MOST_COURSES, settings.MOST_MARKERS = "2/h", 2, 1
    ada = factory.teacher("ada")
    course, browser = factory.course(ada), factory.signed_in(ada)
    fields = {"course": course.pk, "title": "Waves", "mode": "participation"}
    answers = [browser.post(reverse("session-new"), fields).status_code for _ in range(3)]
    assert answers == [302, 302, 429]
    for name in ("One", "Two"):
        browser.post(reverse("course-new"), {"name": name, "default_mode": "mirror"})
    assert ada.owned_courses.count() == 2
    markers = reverse("marker-add", args=[course.sessions.first().pk])
    codes = [browser.post(markers, headers={"Accept": "application/json"}).status_code for _ in range(2)]
    assert codes == [201, 409]


def test_open_sessions_of_a_course_are_limited(settings):
    settings.MOST_OPEN_SESSIONS = 1
    session = factory.open_session()
    browser = factory.signed_in(session.course.owner)
    fields = {"course": session.course_id, "title": "Waves", "mode": "participation"}
    assert "Please end some first" in browser.post(reverse("session-new"), fields).content.decode()


def test_invitations_of_a_teacher_are_limited(settings):
    settings.INVITATIONS_OF_ONE_TEACHER = "1/h"
    course = factory.course()
    browser = factory.signed_in(course.owner)
    for _ in range(2):
        teacher = factory.teacher()
        page = browser.post(
            reverse("teacher-invite", args=[course.pk]), {"who": teacher.username}, follow=True
        )
    assert "sent too many invitations" in page.content.decode()
    assert course.invitations.count() == 1
