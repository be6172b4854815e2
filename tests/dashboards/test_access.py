"""Every page of the dashboards, and everybody who might open it."""

import pytest
from django.db import transaction
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
    "live-compact": FOR_TEACHERS,
    "report": FOR_TEACHERS,
    "report-csv": FOR_TEACHERS,
    "events-csv": FOR_TEACHERS,
    "report-xlsx": FOR_TEACHERS,
    "report-json": FOR_TEACHERS,
    "tables-zip": FOR_TEACHERS,
    "table-file": FOR_TEACHERS,
    "course-overview": FOR_TEACHERS,
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


def url_of(page, session):
    places = {
        "engagement": [],
        "course-overview": [session.course_id],
        "table-file": [session.pk, "minutes.csv"],
    }
    return reverse(page, args=places.get(page, [session.pk]))


@pytest.mark.parametrize("page", PAGES | FORMS)
def test_only_the_right_people_may_open_a_page(school, page):
    browsers, session = school
    url = url_of(page, session)
    statuses = {who: browser.get(url).status_code for who, browser in browsers.items()}
    assert statuses == (PAGES | FORMS)[page]


@pytest.mark.parametrize("page", FORMS)
def test_only_the_right_people_may_send_the_form(school, page):
    browsers, session = school
    url, statuses = url_of(page, session), {}
    for who, browser in browsers.items():
        with transaction.atomic():
            statuses[who] = browser.post(url).status_code
            transaction.set_rollback(True)  # the next one finds the school as it was
    assert statuses == FORMS[page]


def test_looking_changes_nothing_and_only_looking_is_allowed(school):
    browsers, session = school
    statuses = {page: browsers[OWNER].post(url_of(page, session)).status_code for page in PAGES}
    assert statuses == dict.fromkeys(PAGES, 405)


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


def test_only_the_small_window_may_stand_in_a_frame_and_only_in_our_own():
    session = factory.open_session()
    browser = factory.signed_in(session.course.owner)
    headers = {
        name: browser.get(reverse(name, args=[session.pk])).headers for name in ("live", "live-compact")
    }
    assert {name: policy_of(one) for name, one in headers.items()} == {
        "live": ("DENY", "frame-ancestors 'none'"),
        "live-compact": ("SAMEORIGIN", "frame-ancestors 'self'"),
    }
    for one in headers.values():
        assert "unsafe" not in one["Content-Security-Policy"]


def policy_of(headers) -> tuple[str, str]:
    directives = [part.strip() for part in headers["Content-Security-Policy"].split(";")]
    return headers["X-Frame-Options"], next(one for one in directives if one.startswith("frame-ancestors"))


def test_the_live_page_of_an_ended_session_is_its_report(school):
    browsers, session = school
    session.close()
    assert browsers[OWNER].get(reverse("live", args=[session.pk])).url == reverse("report", args=[session.pk])
