"""A teacher deletes a session with everything recorded in it, and nothing else."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from classroom.events import session_closed
from classroom.models import (
    CONSENT_TEXT_VERSION,
    ClassSession,
    Consent,
    Marker,
    Participant,
    Presence,
    Pulse,
)
from dashboards.aggregates.timeline import Timeline
from emotion.models import Reading
from emotion.socket.protocol import Rejected
from emotion.socket.pulses import save_pulse
from tests import factory
from tests.dashboards import classes

pytestmark = pytest.mark.django_db


@pytest.fixture
def waves():
    """Return a session with a row of every kind."""
    session = factory.reading().consent.participant.session
    factory.pulse(session.participants.get())
    factory.marker(session)
    return session


@pytest.fixture
def browser(waves):
    return factory.signed_in(waves.course.teachers.get())


def delete(browser, session):
    return browser.post(reverse("session-delete", args=[session.pk]))


@pytest.mark.postgresql
def test_deleting_a_session_deletes_its_rows_and_no_others(browser, waves):
    other = factory.reading().consent.participant
    response = delete(browser, waves)
    assert response.url == waves.course.get_absolute_url()
    assert list(ClassSession.objects.all()) == [other.session]
    assert list(Participant.objects.all()) == [other]
    counts = [model.objects.count() for model in (Reading, Consent, Presence, Pulse, Marker)]
    assert counts == [1, 1, 1, 0, 0]


def test_a_deleted_session_is_confirmed_and_no_longer_listed(browser, waves):
    delete(browser, waves)
    page = browser.get(waves.course.get_absolute_url())
    assert "“Waves” and everything recorded in it has been deleted." in page.content.decode()
    assert list(page.context["page"]) == []


def test_the_confirmation_page_lists_counts_and_deletes_nothing(browser, waves):
    page = browser.get(reverse("session-delete", args=[waves.pk])).content.decode()
    for words in (
        "1 student, with name",
        "all expression data",
        "1 entry about presence",
        "1 message sent with the buttons",
        "1 marker",
    ):
        assert words in page
    assert "still open" in page
    assert ClassSession.objects.count() == 1


def test_an_open_session_is_closed_before_deletion(browser, waves, django_capture_on_commit_callbacks):
    closed = []
    session_closed.connect(lambda session_id, **_: closed.append(session_id), weak=False, dispatch_uid="test")
    with django_capture_on_commit_callbacks(execute=True):
        delete(browser, waves)
    session_closed.disconnect(dispatch_uid="test")
    assert closed == [waves.pk]


def test_a_second_deletion_is_not_found(browser, waves):
    delete(browser, waves)
    assert delete(browser, waves).status_code == 404


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act",
    [
        lambda session, anna: session.admit("Ben"),
        lambda session, anna: session.mark(None, "Marker"),
        lambda session, anna: session.lock(timezone.now()),
        lambda session, anna: session.renew_code(),
        lambda session, anna: session.close_forgotten(timezone.now()),
        lambda session, anna: session.remove([anna.pk], timezone.now()),
        lambda session, anna: anna.give_consent(Consent.Level.OWN_LINE, CONSENT_TEXT_VERSION),
        lambda session, anna: anna.withdraw_consent(),
        lambda session, anna: anna.enter(),
        lambda session, anna: anna.record_seen(timezone.now() + timedelta(minutes=1)),
        lambda session, anna: anna.leave(),
        lambda session, anna: anna.erase(),
    ],
)
def test_actions_during_deletion_find_the_session_gone(act, waves):
    anna = waves.participants.get()
    ClassSession.objects.get(pk=waves.pk).erase()
    assert not act(waves, anna)
    assert [model.objects.count() for model in (ClassSession, Participant, Consent, Presence, Marker)] == [
        0
    ] * 5


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("gone", [lambda anna: anna.erase(), lambda anna: anna.session.erase()])
def test_a_pulse_during_deletion_is_not_saved(gone, waves):
    anna = waves.participants.get()
    gone(Participant.objects.get(pk=anna.pk))
    with pytest.raises(Rejected):
        save_pulse(anna, kind="lost", value=None, sequence=None)
    assert not Pulse.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_report_during_deletion_is_not_found():
    session = classes.session(closed_at=classes.after(20))
    classes.students(session, 8, Consent.Level.CLASS_ONLY)
    timeline = Timeline.of_class(session, classes.after(30).timestamp())
    ClassSession.objects.get(pk=session.pk).erase()
    with pytest.raises(Http404):
        _ = timeline.line
