"""What happens to courses, sign-ins and sessions when the account of a teacher is deleted."""

import pytest
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from classroom.account_forms import DeleteAccountForm, OwnershipChanged
from classroom.models import ClassSession, Course, Participant
from classroom.tasks import forget_old_sign_ins
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


def delete_account(teacher, **fields):
    fields = {"password": factory.PASSWORD} | fields
    return factory.signed_in(teacher).post(reverse("account-delete"), fields, follow=True)


def test_deleting_an_account_erases_a_course_of_one_teacher(course, ada):
    anna = factory.reading(factory.consent(factory.participant(factory.open_session(course=course)))).consent
    delete_account(ada, **{f"course-{course.pk}": "erase"})
    assert not get_user_model().objects.exists()
    assert not Course.objects.exists()
    assert not Participant.objects.filter(pk=anna.participant_id).exists()


def test_deleting_an_account_ends_its_other_logins(ada, bob):
    for teacher in (ada, bob):
        factory.signed_in(teacher)
    delete_account(ada)
    [left] = Session.objects.all()
    assert left.get_decoded()[SESSION_KEY] == str(bob.pk)


@pytest.mark.postgresql
def test_expired_logins_are_deleted(ada, bob):
    old, young = factory.signed_in(ada), factory.signed_in(bob)
    Session.objects.filter(pk=old.session.session_key).update(expire_date=timezone.now())
    forget_old_sign_ins()
    assert [one.pk for one in Session.objects.all()] == [young.session.session_key]


def test_deleting_an_account_hands_shared_courses_over(course, ada, bob):
    course.teachers.add(bob)
    session = factory.open_session(course=course)
    delete_account(ada, **{f"course-{course.pk}": bob.pk})
    course.refresh_from_db()
    session.refresh_from_db()
    assert (course.owner, session.is_open) == (bob, True)
    assert list(course.teachers.all()) == [bob]


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "fields", [{"password": "wrong"}, {"password": factory.PASSWORD}, {"password": "", "course": "erase"}]
)
def test_an_account_is_deleted_only_with_a_password_and_a_choice_for_each_course(course, ada, fields):
    choice = {f"course-{course.pk}": fields["course"]} if "course" in fields else {}
    delete_account(ada, password=fields["password"], **choice)
    assert get_user_model().objects.get() == ada
    assert Course.objects.exists()


def test_a_course_cannot_be_handed_to_a_stranger_with_the_account(course, ada, bob):
    delete_account(ada, **{f"course-{course.pk}": bob.pk})
    assert get_user_model().objects.filter(pk=ada.pk).exists()


def test_an_account_stays_when_its_heir_leaves_while_the_form_is_open(course, ada, bob):
    course.teachers.add(bob)
    form = DeleteAccountForm({"password": factory.PASSWORD, f"course-{course.pk}": bob.pk}, user=ada)
    assert form.is_valid()
    course.remove_teacher(bob.pk)
    with pytest.raises(OwnershipChanged):
        form.save()
    assert get_user_model().objects.filter(pk=ada.pk).exists()
    course.refresh_from_db()
    assert course.owner == ada


@pytest.mark.postgresql
def test_the_only_administrator_cannot_delete_the_account():
    root = factory.teacher("root", is_superuser=True)
    assert "only administrator" in delete_account(root).content.decode()
    factory.teacher("second", is_superuser=True)
    delete_account(root)
    assert not get_user_model().objects.filter(pk=root.pk).exists()


def test_an_administrator_cannot_delete_the_owner_of_a_course(course, ada):
    office = factory.signed_in(factory.teacher("root", is_staff=True, is_superuser=True))
    url = reverse("admin:auth_user_delete", args=[ada.pk])
    assert "Physics" in office.get(url).content.decode()
    office.post(url, {"post": "yes"})
    assert get_user_model().objects.filter(pk=ada.pk).exists()
    with pytest.raises(ProtectedError):
        ada.delete()


@pytest.mark.postgresql
def test_an_administrator_hands_a_course_over(course, ada, bob):
    office = factory.signed_in(factory.teacher("root", is_staff=True, is_superuser=True))
    url = reverse("admin:classroom_course_change", args=[course.pk])
    fields = {"name": "Physics", "default_mode": "mirror", "owner": bob.pk, "teachers": [ada.pk]}
    fields |= {"created_at_0": "2026-01-01", "created_at_1": "12:00"}
    assert "one of the teachers" in office.post(url, fields).content.decode()
    office.post(url, fields | {"teachers": [bob.pk]})
    course.refresh_from_db()
    assert course.owner == bob


@pytest.mark.postgresql
def test_a_session_closes_when_its_last_active_teacher_is_deleted(course, ada, bob):
    """The owner was deactivated before, so that the colleague was the last active teacher."""
    session = factory.open_session(course=course)
    course.teachers.add(bob)
    ada.is_active = False
    ada.save()
    assert ClassSession.objects.open().contains(session)
    bob.delete()
    assert not ClassSession.objects.open().contains(session)
