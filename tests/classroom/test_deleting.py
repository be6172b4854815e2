"""A teacher deletes a session: all of it, and nothing else."""

import pytest
from django.urls import reverse

from classroom.events import session_closed
from classroom.models import ClassSession, Consent, Marker, Participant, Presence, Pulse
from emotion.models import Reading
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def waves():
    """A session with something of every kind in it."""
    session = factory.reading().consent.participant.session
    factory.pulse(session.participants.get())
    factory.marker(session)
    return session


@pytest.fixture
def browser(waves):
    return factory.signed_in(waves.course.teachers.get())


def delete(browser, session):
    return browser.post(reverse("session-delete", args=[session.pk]))


def test_everything_of_the_session_goes_and_nothing_of_another(browser, waves):
    other = factory.reading().consent.participant
    response = delete(browser, waves)
    assert response.url == waves.course.get_absolute_url()
    assert list(ClassSession.objects.all()) == [other.session]
    assert list(Participant.objects.all()) == [other]
    counts = [model.objects.count() for model in (Reading, Consent, Presence, Pulse, Marker)]
    assert counts == [1, 1, 1, 0, 0]


def test_the_course_says_so_and_lists_it_no_more(browser, waves):
    delete(browser, waves)
    page = browser.get(waves.course.get_absolute_url())
    assert "“Waves” and everything recorded in it has been deleted." in page.content.decode()
    assert list(page.context["page"]) == []


def test_the_page_says_what_goes_and_deletes_nothing(browser, waves):
    page = browser.get(reverse("session-delete", args=[waves.pk])).content.decode()
    for words in (
        "1 student, with name",
        "all readings",
        "1 entry about presence",
        "1 message sent with the buttons",
        "1 marker",
    ):
        assert words in page
    assert "still open" in page
    assert ClassSession.objects.count() == 1


def test_an_open_session_is_ended_first(browser, waves, django_capture_on_commit_callbacks):
    closed = []
    session_closed.connect(lambda session_id, **_: closed.append(session_id), weak=False, dispatch_uid="test")
    with django_capture_on_commit_callbacks(execute=True):
        delete(browser, waves)
    session_closed.disconnect(dispatch_uid="test")
    assert closed == [waves.pk]


def test_deleted_twice_is_gone_once(browser, waves):
    delete(browser, waves)
    assert delete(browser, waves).status_code == 404
