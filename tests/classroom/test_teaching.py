import re

import pytest
from django.urls import reverse
from django.utils.html import escape

from classroom.models import ClassSession, Course, Mode
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


def test_a_visitor_is_offered_to_join_or_to_sign_in(client):
    page = client.get("/").content.decode()
    assert "Join a class" in page
    assert reverse("login") in page


def test_open_sessions_come_first(browser, course, ada):
    factory.open_session(course=course, title="Over").close()
    factory.open_session(course=factory.course(ada, name="Zoology"), title="Now")
    courses = browser.get("/").context["courses"]
    assert [(course.name, [s.title for s in sessions]) for course, sessions in courses] == [
        ("Zoology", ["Now"]),
        ("Physics", ["Over"]),
    ]


def test_a_course_on_the_start_page_shows_its_latest_sessions(browser, course):
    for number in range(8):
        factory.open_session(course=course, title=f"Lesson {number}").close()
    (_, sessions), *_ = browser.get("/").context["courses"]
    assert [session.title for session in sessions] == [f"Lesson {number}" for number in (7, 6, 5, 4, 3)]


def test_the_lists_count_students(browser, course):
    session = factory.open_session(course=course)
    factory.participant(session)
    factory.participant(session)
    (_, sessions), *_ = browser.get("/").context["courses"]
    assert sessions[0].attendance == 2


@pytest.mark.postgresql
@pytest.mark.parametrize("page", ["home", "course"])
def test_a_longer_list_costs_no_more_queries(browser, course, ada, page, django_assert_max_num_queries):
    for _ in range(12):
        factory.participant(factory.open_session(course=course))
        factory.course(ada)
    url = course.get_absolute_url() if page == "course" else "/"
    with django_assert_max_num_queries(9):
        browser.get(url)


@pytest.mark.postgresql
def test_a_new_course_belongs_to_its_creator(browser, ada):
    browser.post(reverse("course-new"), {"name": "Chemistry", "default_mode": Mode.MIRROR})
    assert list(Course.objects.get(name="Chemistry").teachers.all()) == [ada]


def test_a_blank_looking_course_name_is_refused(browser):
    response = browser.post(reverse("course-new"), {"name": BLANK, "default_mode": Mode.MIRROR})
    assert response.context["form"].errors["name"] == [REFUSAL]
    assert not Course.objects.exists()


def test_the_owner_changes_the_settings_of_a_course(browser, course):
    page = browser.post(
        course.get_absolute_url(), {"name": "Optics", "default_mode": Mode.PARTICIPATION}, follow=True
    )
    course.refresh_from_db()
    assert (course.name, course.default_mode) == ("Optics", Mode.PARTICIPATION)
    assert "Saved." in page.content.decode()


def test_a_refused_change_leaves_the_page_with_the_stored_name(browser, course):
    page = browser.post(course.get_absolute_url(), {"name": BLANK, "default_mode": Mode.MIRROR})
    assert page.context["course"].name == course.name
    assert page.context["form"].errors["name"] == [REFUSAL]


def test_a_teacher_without_courses_creates_one_first(browser):
    page = browser.get(reverse("session-new"), follow=True)
    assert page.redirect_chain == [(reverse("course-new"), 302)]
    assert "Please create one first" in page.content.decode()


def new_session(browser, course, **fields):
    fields = {"course": course.pk, "title": "Waves", "mode": Mode.PARTICIPATION} | fields
    return browser.post(reverse("session-new"), fields)


def test_a_new_session_is_open_and_leads_to_the_invitation(browser, course):
    response = new_session(browser, course)
    session = ClassSession.objects.get()
    assert session.is_open
    assert response.url == reverse("invite", args=[session.pk])


def test_a_session_cannot_be_opened_in_somebody_elses_course(browser, course):
    assert new_session(browser, factory.course()).status_code == 200
    assert not ClassSession.objects.exists()


def test_a_mode_that_the_site_does_not_allow_is_refused(browser, course, settings):
    settings.ALLOWED_MODES = ["participation"]
    factory.approval(course, mode=Mode.MIRROR)
    assert new_session(browser, course, mode=Mode.MIRROR).context["form"].errors["mode"]
    assert not ClassSession.objects.exists()


def test_a_fresh_site_lets_choose_no_mode(browser, course, settings):
    settings.ALLOWED_MODES = ["participation"]
    page = browser.get(reverse("session-new")).content.decode()
    assert page.count("Switched off on this site. An administrator can allow it.") == 2
    assert [radio(page, mode) for mode in Mode] == [
        "required checked",
        "required disabled",
        "required disabled",
    ]
    assert "default_mode" not in browser.get(course.get_absolute_url()).content.decode()


def radio(page, mode):
    """Return the last attributes of this mode's radio button."""
    return re.search(rf'value="{mode}" aria-describedby="about-{mode}" ([^>]*)>', page)[1]


def test_modes_without_an_approval_say_who_can_enter_one(browser, course):
    course.default_mode = Mode.ANALYTICS
    course.save()
    page = browser.get(reverse("session-new")).content.decode()
    assert page.count("No approval for this course. An administrator can enter one.") == 2
    assert [radio(page, mode) for mode in Mode] == [
        "required checked",
        "required disabled",
        "required disabled",
    ]


@pytest.mark.postgresql
def test_a_mode_with_an_approval_can_be_chosen_and_names_it(browser, course):
    course.default_mode = Mode.MIRROR
    course.save()
    for mode in (Mode.MIRROR, Mode.ANALYTICS):
        factory.approval(course, mode=mode, document=f"File {mode}")
    page = browser.get(reverse("session-new")).content.decode()
    assert [radio(page, mode) for mode in Mode] == ["required", "required checked", "required"]
    assert "Approved by Dr. Approver (File analytics) for Physics" in page


def test_an_approval_of_another_course_is_not_enough_for_the_suggested_mode(browser, ada, course):
    other = factory.course(ada, name="Art", default_mode=Mode.MIRROR)
    factory.approval(course, mode=Mode.MIRROR)
    page = browser.get(reverse("session-new") + f"?course={other.pk}").content.decode()
    assert radio(page, Mode.PARTICIPATION) == "required checked"


def test_a_title_that_would_look_blank_is_refused(browser, course):
    response = new_session(browser, course, title=BLANK)
    assert response.context["form"].errors["title"] == [REFUSAL]
    assert not ClassSession.objects.exists()


def test_analytics_is_explained_where_it_is_chosen(browser, course):
    assert "Article 5(1)(f)" in browser.get(reverse("session-new")).content.decode()


def test_the_invitation_shows_code_link_and_picture_but_no_names(browser, course):
    session = factory.open_session(course=course)
    factory.consent(factory.participant(session, "Anna"))
    factory.participant(session, "Ben").leave()
    page = browser.get(reverse("invite", args=[session.pk])).content.decode()
    assert f"{session.join_code[:3]} {session.join_code[3:]}" in page
    assert escape(session.join_url()) in page
    assert "data:image/svg+xml" in page
    assert "Anna" not in page


def test_the_counts_can_be_refreshed(browser, course):
    session = factory.open_session(course=course)
    consent = factory.consent(factory.participant(session))
    # A second decision must not count as a second student.
    consent.participant.give_consent("own_line", "1")
    factory.participant(session, "Ben")
    counts = browser.get(reverse("invite", args=[session.pk]), headers=JSON).json()
    door = {"code": session.join_code, "locked": False}
    assert counts == {"joined": 2, "with_camera": 1, "open": True, "door": door}


@pytest.mark.parametrize(
    ("public_url", "warning"),
    [
        ("https://class.example", None),
        ("http://localhost:8000", "works on this computer only"),
        ("http://192.168.1.4:8000", "cannot use their cameras"),
    ],
)
def test_the_page_warns_of_an_address_that_phones_cannot_use(browser, course, settings, public_url, warning):
    settings.PUBLIC_URL = public_url
    page = browser.get(reverse("invite", args=[factory.open_session(course=course).pk])).content.decode()
    assert ("LAN=1" in page) == (warning is not None)
    assert warning is None or warning in page


def test_ending_a_session_leads_to_its_report(browser, course):
    session = factory.open_session(course=course)
    assert browser.post(reverse("session-close", args=[session.pk])).url == reverse(
        "report", args=[session.pk]
    )
    session.refresh_from_db()
    assert not session.is_open


def test_a_participant_is_removed(browser, course):
    anna = factory.participant(factory.open_session(course=course))
    browser.post(reverse("participant-remove", args=[anna.session_id, anna.pk]))
    anna.refresh_from_db()
    assert anna.was_removed
    assert not anna.is_in_class


@pytest.mark.postgresql
def test_a_participant_of_another_session_is_not_found(browser, course):
    session, anna = factory.open_session(course=course), factory.participant()
    assert browser.post(reverse("participant-remove", args=[session.pk, anna.pk])).status_code == 404
