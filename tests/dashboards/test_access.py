"""Every page of the dashboards, and everybody who might open it."""

import pytest
from django.test import Client
from django.urls import reverse

from classroom.models import Mode
from tests import factory

pytestmark = pytest.mark.django_db

OWNER, COLLEAGUE, OTHER, STUDENT, OTHER_STUDENT, STRANGER = (
    "owner",
    "colleague",
    "other teacher",
    "student",
    "student of another session",
    "stranger",
)
YES, SIGN_IN, NO = 200, 302, 404

FOR_TEACHERS = {
    OWNER: YES,
    COLLEAGUE: YES,
    OTHER: NO,
    STUDENT: SIGN_IN,
    OTHER_STUDENT: SIGN_IN,
    STRANGER: SIGN_IN,
}
FOR_EVERYBODY = dict.fromkeys(FOR_TEACHERS, YES)
PAGES = {
    "live": FOR_TEACHERS,
    "report": FOR_TEACHERS,
    "report-csv": FOR_TEACHERS,
    "engagement": FOR_EVERYBODY,
}
FORMS = {"participants-remove": FOR_TEACHERS}


@pytest.fixture
def school():
    owner, colleague, other = factory.teacher(), factory.teacher(), factory.teacher()
    session = factory.open_session(course=factory.course(owner, colleague))
    elsewhere = factory.open_session(course=factory.course(other))
    browsers = {
        OWNER: factory.signed_in(owner),
        COLLEAGUE: factory.signed_in(colleague),
        OTHER: factory.signed_in(other),
        STUDENT: factory.browser_of(factory.participant(session)),
        OTHER_STUDENT: factory.browser_of(factory.participant(elsewhere)),
        STRANGER: Client(),
    }
    return browsers, session


@pytest.mark.parametrize("page", PAGES | FORMS)
@pytest.mark.parametrize("who", FOR_TEACHERS)
def test_who_may_look(school, page, who):
    browsers, session = school
    url = reverse(page, args=[] if page == "engagement" else [session.pk])
    assert browsers[who].get(url).status_code == (PAGES | FORMS)[page][who]


@pytest.mark.parametrize("page", FORMS)
@pytest.mark.parametrize("who", FOR_TEACHERS)
def test_who_may_send_the_form(school, page, who):
    browsers, session = school
    assert browsers[who].post(reverse(page, args=[session.pk])).status_code == FORMS[page][who]


@pytest.mark.parametrize("page", PAGES)
def test_looking_changes_nothing_and_only_looking_is_allowed(school, page):
    browsers, session = school
    url = reverse(page, args=[] if page == "engagement" else [session.pk])
    assert browsers[OWNER].post(url).status_code == 405


@pytest.mark.parametrize("page", ["live", "report", "my-session"])
@pytest.mark.parametrize("mode", Mode.values)
def test_every_page_names_the_legal_mode_and_that_it_is_not_for_grading(page, mode):
    session = factory.open_session(mode)
    if page == "my-session":
        response = factory.own_session(factory.participant(session))
    else:
        response = factory.signed_in(session.course.teachers.get()).get(reverse(page, args=[session.pk]))
    text = response.content.decode()
    assert str(session.get_mode_display()) in text
    assert "Not for grading." in text


def test_the_live_page_of_an_ended_session_is_its_report(school):
    browsers, session = school
    session.close()
    assert browsers[OWNER].get(reverse("live", args=[session.pk])).url == reverse("report", args=[session.pk])
