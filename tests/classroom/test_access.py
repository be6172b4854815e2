"""Access to every page and action of the classroom, for each kind of person."""

import pytest
from django.core import signing
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import factory

pytestmark = pytest.mark.django_db

OWNER, COLLEAGUE, OTHER, STUDENT, STRANGER = "owner", "colleague", "other teacher", "student", "stranger"
YES, SIGN_IN, NO = 200, "sign in", 404

FOR_TEACHERS = {OWNER: YES, COLLEAGUE: YES, OTHER: NO, STUDENT: SIGN_IN, STRANGER: SIGN_IN}
FOR_ANY_TEACHER = FOR_TEACHERS | {OTHER: YES}
FOR_THE_STUDENT = {OWNER: NO, COLLEAGUE: NO, OTHER: NO, STUDENT: YES, STRANGER: NO}
FOR_EVERYBODY = dict.fromkeys(FOR_TEACHERS, YES)

PAGES = {
    "home": FOR_EVERYBODY,
    "join": FOR_EVERYBODY,
    "my-data": FOR_EVERYBODY,
    "signup": FOR_EVERYBODY,
    "password_reset": FOR_EVERYBODY,
    "password_change": FOR_ANY_TEACHER,
    "account-delete": FOR_ANY_TEACHER,
    "course-new": FOR_ANY_TEACHER,
    "session-new": FOR_ANY_TEACHER,
    "course": FOR_TEACHERS,
    "invite": FOR_TEACHERS,
    "session-delete": FOR_TEACHERS,
    "room": FOR_THE_STUDENT,
}
ACTIONS = {
    "teacher-invite": FOR_TEACHERS,
    "teacher-remove": FOR_TEACHERS,
    "course-hand-over": FOR_TEACHERS,
    "teacher-invitation-cancel": FOR_TEACHERS,
    "session-close": FOR_TEACHERS,
    "session-delete": FOR_TEACHERS,
    "participant-remove": FOR_TEACHERS,
    "marker-add": FOR_TEACHERS,
    "marker-remove": FOR_TEACHERS,
    "room-consent": FOR_THE_STUDENT,
    "room-withdraw": FOR_THE_STUDENT,
    "room-leave": FOR_THE_STUDENT,
    "room-erase": FOR_THE_STUDENT,
}


@pytest.fixture
def school():
    owner, colleague, other = factory.teacher("owner"), factory.teacher("colleague"), factory.teacher("other")
    session = factory.open_session(course=factory.course(owner, colleague))
    factory.open_session(course=factory.course(other))
    factory.marker(session)
    anna = factory.participant(session)
    browsers = {
        OWNER: factory.signed_in(owner),
        COLLEAGUE: factory.signed_in(colleague),
        OTHER: factory.signed_in(other),
        STUDENT: factory.browser_of(anna),
        STRANGER: Client(),
    }
    return browsers, anna, colleague


def url_of(name, anna, colleague):
    places = {
        "course": [anna.session.course_id],
        "teacher-invite": [anna.session.course_id],
        "teacher-remove": [anna.session.course_id, colleague.pk],
        "course-hand-over": [anna.session.course_id, colleague.pk],
        "teacher-invitation-cancel": [anna.session.course_id, 1],
        "participant-remove": [anna.session_id, anna.pk],
        "marker-remove": [anna.session_id, anna.session.markers.get().pk],
    }
    everywhere = (
        "home",
        "join",
        "my-data",
        "signup",
        "password_reset",
        "password_change",
        "account-delete",
        "course-new",
        "session-new",
    )
    return reverse(name, args=places.get(name, [] if name in everywhere else [anna.session_id]))


def outcome(response):
    if getattr(response, "url", "").startswith(reverse("login")):
        return SIGN_IN
    return response.status_code


@pytest.mark.parametrize(("name", "expected"), PAGES.items(), ids=PAGES)
def test_access_to_pages(school, name, expected):
    browsers, *places = school
    url = url_of(name, *places)
    assert {who: outcome(browsers[who].get(url)) for who in expected} == expected


@pytest.mark.parametrize(("name", "expected"), ACTIONS.items(), ids=ACTIONS)
def test_access_to_actions(school, name, expected):
    browsers, *places = school
    url, found = url_of(name, *places), {}
    for who in expected:
        with transaction.atomic():
            done = outcome(browsers[who].post(url))
            found[who] = YES if done == 302 else done
            transaction.set_rollback(True)  # the next one finds the school as it was
    assert found == expected


def test_a_teachers_action_requires_post(school):
    browsers, *places = school
    names = [name for name, row in ACTIONS.items() if row is FOR_TEACHERS and name not in PAGES]
    statuses = {name: browsers[OWNER].get(url_of(name, *places)).status_code for name in names}
    assert statuses == dict.fromkeys(names, 405)


def test_a_seat_cookie_is_valid_in_one_session_only(school):
    browsers, anna, _ = school
    elsewhere = factory.participant()
    cookie = browsers[STUDENT].cookies[f"seat-{anna.session_id}"].value
    browsers[STUDENT].cookies[f"seat-{elsewhere.session_id}"] = cookie
    assert browsers[STUDENT].get(reverse("room", args=[elsewhere.session_id])).status_code == 404


def test_a_seat_cookie_of_version_0_1_is_accepted(school):
    _, anna, _ = school
    browser = Client()
    signer = signing.TimestampSigner(salt="classroom.seat")
    browser.cookies[f"seat-{anna.session_id}"] = signer.sign(str(anna.pk))
    assert browser.get(reverse("room", args=[anna.session_id])).status_code == 200


def test_a_forged_seat_cookie_is_rejected(school):
    _, anna, _ = school
    forger = Client()
    forger.cookies[f"seat-{anna.session_id}"] = f"{anna.pk}:1:forged"
    assert forger.get(reverse("room", args=[anna.session_id])).status_code == 404


@pytest.mark.parametrize(
    "cookie", ["\x00aaaaaaaa", "a" * 31, "a" * 5000, "A" * 32, "' or 1=1 or session_key='"]
)
def test_an_invented_session_cookie_costs_no_query(client, cookie, django_assert_num_queries):
    client.cookies["sessionid"] = cookie
    with django_assert_num_queries(0):
        assert client.get("/").status_code == 200


def test_a_real_session_cookie_is_accepted(client):
    ada = factory.teacher()
    client.force_login(ada)
    assert client.get("/").context["user"] == ada
