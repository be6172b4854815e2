import pytest
from django.urls import reverse

from classroom.models import ClassSession, Marker
from tests import factory
from tests.classroom.blank import BLANK, REFUSAL

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def ada():
    return factory.teacher("ada")


@pytest.fixture
def course(ada):
    return factory.course(ada, name="Physics")


@pytest.fixture
def browser(ada):
    return factory.signed_in(ada)


def test_a_marker_needs_no_label(browser, course, ada):
    session = factory.open_session(course=course)
    answer = browser.post(reverse("marker-add", args=[session.pk]), headers=JSON)
    marker = Marker.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": marker.pk, "at": marker.at.isoformat(), "label": "Marker"}
    assert marker.teacher == ada


def test_a_marker_from_a_form_leads_back_to_the_class(browser, course):
    session = factory.open_session(course=course)
    assert browser.post(reverse("marker-add", args=[session.pk]), {"label": "Quiz"}).url == reverse(
        "live", args=[session.pk]
    )
    assert Marker.objects.get().label == "Quiz"


def test_a_marker_is_refused_with_a_long_label_or_in_a_closed_session(browser, course):
    session = factory.open_session(course=course)
    url = reverse("marker-add", args=[session.pk])
    assert browser.post(url, {"label": "x" * 81}, headers=JSON).status_code == 400
    session.close()
    assert browser.post(url, headers=JSON).status_code == 409
    assert not Marker.objects.exists()


def test_a_marker_is_named_later(browser, course):
    session = factory.open_session(course=course)
    marker = factory.marker(session)
    url = reverse("marker-rename", args=[session.pk, marker.pk])
    assert browser.post(url, {"label": "Quiz"}, headers=JSON).json() == {"id": marker.pk, "label": "Quiz"}
    assert browser.post(url, {"label": "x" * 81}, headers=JSON).status_code == 400
    marker.refresh_from_db()
    assert marker.label == "Quiz"
    assert factory.signed_in(factory.teacher()).post(url, {"label": "Mine"}).status_code == 404


def test_a_marker_is_removed_during_and_after_class(browser, course):
    session = factory.open_session(course=course)
    quiz, slip = factory.marker(session, "Quiz"), factory.marker(session, "Slip")
    answer = browser.post(reverse("marker-remove", args=[session.pk, slip.pk]), headers=JSON)
    assert (answer.json(), session.markers.get()) == ({"removed": slip.pk}, quiz)
    session.close()
    answer = browser.post(reverse("marker-remove", args=[session.pk, quiz.pk]))
    assert answer.url == f"{reverse('report', args=[session.pk])}#markers"
    assert not session.markers.exists()


def test_a_marker_of_another_session_is_not_found(browser, course):
    session, elsewhere = factory.open_session(course=course), factory.marker()
    url = reverse("marker-remove", args=[session.pk, elsewhere.pk])
    assert browser.post(url).status_code == 404
    assert Marker.objects.get() == elsewhere


def test_a_blank_looking_label_is_refused(browser, course):
    url = reverse("marker-add", args=[factory.open_session(course=course).pk])
    answer = browser.post(url, {"label": BLANK}, headers=JSON)
    assert (answer.status_code, answer.json()) == (400, {"error": REFUSAL})
    assert not Marker.objects.exists()


def test_a_marker_begins_the_class_before_anybody_has_joined(browser, course):
    session = factory.open_session(course=course)
    assert session.started_at is None
    browser.post(reverse("marker-add", args=[session.pk]), {"label": "Intro"})
    session.refresh_from_db()
    assert session.started_at == Marker.objects.get().at


def test_a_class_begins_once(course):
    session = factory.open_session(course=course)
    first = session.admit("Anna")
    session.mark(course.owner, "Later")
    session.refresh_from_db()
    assert session.started_at == first.joined_at


def test_a_class_that_has_just_ended_takes_no_marker(course):
    session = factory.open_session(course=course)
    ClassSession.objects.get(pk=session.pk).close()
    assert session.mark(course.owner, "Late") is None
    assert not Marker.objects.exists()
