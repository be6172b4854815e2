"""Courses: owners, teachers and invitations, and what happens when an account is deleted."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from classroom.models import ClassSession, Course, TeacherInvitation
from classroom.tasks import close_forgotten_sessions
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return factory.teacher("ada")


@pytest.fixture
def bob():
    return factory.teacher("bob")


@pytest.fixture
def course(ada):
    return factory.course(ada, name="Physics")


def invite(course, who, by=None):
    browser = factory.signed_in(by or course.owner)
    return browser.post(reverse("teacher-invite", args=[course.pk]), {"who": who}, follow=True)


def answer(teacher, word):
    invitation = TeacherInvitation.objects.get()
    return factory.signed_in(teacher).post(
        reverse("teacher-invitation", args=[invitation.pk]), {"answer": word}, follow=True
    )


def test_an_invited_teacher_sees_and_shows_nothing_before_accepting(course, bob):
    page = invite(course, "bob").content.decode()
    assert "bob has been invited" in page
    assert bob.email not in page
    browser = factory.signed_in(bob)
    assert browser.get(course.get_absolute_url()).status_code == 404
    home = browser.get("/").content.decode()
    assert "<bdi>ada</bdi> has invited you to teach “<bdi>Physics</bdi>”" in home
    assert course.owner.email not in home


def test_accepting_an_invitation_adds_a_teacher(course, bob):
    invite(course, "bob")
    answer(bob, "accept")
    assert bob in course.teachers.all()
    assert bob.email in factory.signed_in(course.owner).get(course.get_absolute_url()).content.decode()


@pytest.mark.postgresql
def test_a_declined_or_cancelled_invitation_is_deleted(course, bob):
    invite(course, "bob")
    answer(bob, "decline")
    invite(course, "bob")
    place = [course.pk, TeacherInvitation.objects.get().pk]
    factory.signed_in(course.owner).post(reverse("teacher-invitation-cancel", args=place))
    assert not TeacherInvitation.objects.exists()
    assert bob not in course.teachers.all()


def test_only_the_invited_teacher_can_answer(course, bob):
    invite(course, "bob")
    assert answer(course.owner, "accept").status_code == 404
    assert answer(factory.teacher(), "accept").status_code == 404


@pytest.mark.postgresql
def test_an_invitation_cancelled_during_acceptance_adds_nobody(course, bob):
    invite(course, "bob")
    # As the view has read it.
    seen = TeacherInvitation.objects.get()
    TeacherInvitation.objects.all().delete()
    assert not seen.accept()
    assert bob not in course.teachers.all()


@pytest.mark.postgresql
def test_two_invitations_of_one_teacher_are_one(course, bob):
    invite(course, "bob")
    invite(course, "bob")
    assert TeacherInvitation.objects.count() == 1


@pytest.mark.parametrize("who", ["nobody", "ada"])
def test_unknown_names_and_present_teachers_cannot_be_invited(course, who):
    invite(course, who)
    assert not TeacherInvitation.objects.exists()


@pytest.mark.postgresql
def test_an_email_address_finds_a_colleague_only_without_open_sign_up(course, bob, settings):
    settings.SIGNUP_OPEN = True
    invite(course, bob.email.upper())
    assert not TeacherInvitation.objects.exists()
    settings.SIGNUP_OPEN = False
    invite(course, bob.email.upper())
    assert TeacherInvitation.objects.get().invited == bob


def test_only_the_owner_decides_who_teaches(course, ada, bob):
    cleo = factory.teacher("cleo")
    course.teachers.add(bob, cleo)
    browser = factory.signed_in(bob)
    for name in ("teacher-remove", "course-hand-over"):
        for teacher in (ada, cleo):
            page = browser.post(reverse(name, args=[course.pk, teacher.pk]), follow=True)
            assert "Only the owner" in page.content.decode()
    invite(course, factory.teacher("dora").username, by=bob)
    course.refresh_from_db()
    assert set(course.teachers.all()) == {ada, bob, cleo}
    assert course.owner == ada
    assert not TeacherInvitation.objects.exists()


def test_a_colleague_may_leave_and_the_owner_may_not(course, ada, bob):
    course.teachers.add(bob)
    assert factory.signed_in(bob).post(reverse("teacher-remove", args=[course.pk, bob.pk])).url == "/"
    page = factory.signed_in(ada).post(reverse("teacher-remove", args=[course.pk, ada.pk]), follow=True)
    assert "Hand the course over" in page.content.decode()
    assert list(course.teachers.all()) == [ada]


def test_a_course_is_handed_over_to_one_of_its_teachers(course, ada, bob):
    browser = factory.signed_in(ada)
    browser.post(reverse("course-hand-over", args=[course.pk, bob.pk]))
    course.refresh_from_db()
    assert course.owner == ada
    course.teachers.add(bob)
    browser.post(reverse("course-hand-over", args=[course.pk, bob.pk]))
    course.refresh_from_db()
    assert course.owner == bob
    assert browser.post(reverse("teacher-remove", args=[course.pk, ada.pk])).url == "/"


@pytest.mark.postgresql
def test_a_former_owner_can_no_longer_remove_teachers(ada, bob):
    cleo = factory.teacher("cleo")
    course = factory.course(ada, bob, cleo)
    of_another_page = Course.objects.get(pk=course.pk)
    course.hand_over(bob.pk)
    assert not of_another_page.hand_over(cleo.pk)
    assert not of_another_page.remove_teacher(cleo.pk)
    course.refresh_from_db()
    assert course.owner == bob
    assert course.teachers.count() == 3


@pytest.mark.postgresql
@pytest.mark.parametrize("number", [10**6, 10**30])
@pytest.mark.parametrize("page", ["teacher-remove", "course-hand-over"])
def test_handing_over_to_a_non_teacher_is_refused(course, page, number):
    url = reverse(page, args=[course.pk, number])
    answer = factory.signed_in(course.owner).post(url, follow=True)
    assert answer.status_code in (200, 404)
    assert list(course.teachers.all()) == [course.owner]


def join(session):
    fields = {"code": session.join_code, "display_name": "Anna"}
    return Client().post("/join/", fields)


@pytest.mark.postgresql
def test_a_session_without_active_teacher_admits_nobody(course, ada, bob):
    course.teachers.add(bob)
    session = factory.open_session(course=course)
    # update() sends no signal.
    get_user_model().objects.update(is_active=False)
    assert "No open class" in join(session).content.decode()
    close_forgotten_sessions()
    assert not ClassSession.objects.open().exists()


@pytest.mark.postgresql
def test_a_session_closes_when_its_last_teacher_is_deactivated(course, ada, bob):
    course.teachers.add(bob)
    factory.participant(factory.open_session(course=course))
    for teacher, open_classes in ((ada, 1), (bob, 0)):
        teacher.is_active = False
        teacher.save()
        assert ClassSession.objects.open().count() == open_classes


def test_a_page_of_a_course_costs_the_same_for_any_number_of_teachers(
    course, ada, django_assert_max_num_queries
):
    for _ in range(10):
        course.teachers.add(factory.teacher())
        course.invitations.create(invited=factory.teacher(), invited_by=ada)
    browser = factory.signed_in(ada)
    with django_assert_max_num_queries(9):
        browser.get(course.get_absolute_url())
