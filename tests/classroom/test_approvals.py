"""Approvals: who enters them, what they allow, and what happens when they end."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import RestrictedError
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from classroom.models import Approval, ClassSession, Consent, Mode
from classroom.tasks import end_expired_approvals
from emotion.models import Reading
from tests import factory
from tests.dashboards import classes

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def days(count):
    return timedelta(days=count)


# Also if midnight comes between these lines and a test.
EXPIRED = {"valid_from": TODAY() - days(9), "valid_until": TODAY() - days(1)}
NOT_YET = {"valid_from": TODAY() + days(2), "valid_until": TODAY() + days(9)}


@pytest.fixture
def ada():
    return factory.teacher("ada")


@pytest.fixture
def course(ada):
    return factory.course(ada)


@pytest.fixture
def office():
    """Return the browser of an administrator."""
    return factory.signed_in(factory.teacher("root", is_staff=True, is_superuser=True))


def new_session(ada, course, mode="analytics", **fields):
    fields = {"course": course.pk, "title": "Waves", "mode": mode} | fields
    return factory.signed_in(ada).post(reverse("session-new"), fields)


@pytest.mark.postgresql
@pytest.mark.parametrize("mode", [Mode.MIRROR, Mode.ANALYTICS])
def test_a_session_is_opened_under_the_approval_that_is_valid_longest(ada, course, mode):
    for until in (1, 9, 3):
        factory.approval(course, mode=mode, valid_until=TODAY() + days(until))
    new_session(ada, course, mode)
    assert ClassSession.objects.get().approval.valid_until == TODAY() + days(9)


@pytest.mark.parametrize("mode", [Mode.MIRROR, Mode.ANALYTICS])
def test_a_teacher_cannot_approve(ada, course, mode):
    other = factory.approval(factory.course(), mode=mode)
    response = new_session(ada, course, mode, approval=other.pk, approver=".", document="?")
    assert "An administrator can enter one" in response.context["form"].errors["mode"][0]
    assert not ClassSession.objects.exists()


@pytest.mark.parametrize(
    "ended",
    [
        {"is_confirmed": False},
        {"revoked_at": timezone.now()},
        EXPIRED,
        NOT_YET,
        {"mode": Mode.MIRROR},
    ],
)
def test_an_approval_that_is_not_in_force_opens_no_session(ada, course, ended):
    factory.approval(course, **ended)
    assert new_session(ada, course).status_code == 200
    assert not ClassSession.objects.exists()


def test_an_approval_of_another_course_opens_no_session(ada, course):
    for other in (factory.course(), factory.course(ada)):
        factory.approval(other)
        assert new_session(ada, course).status_code == 200
    assert not ClassSession.objects.exists()


@pytest.mark.postgresql
def test_the_first_and_the_last_day_count(course):
    factory.approval(course, valid_from=TODAY(), valid_until=TODAY())
    assert Approval.objects.in_force(TODAY()).count() == 1
    assert factory.open_session(course=course, approval=Approval.objects.get()).mode_is_allowed


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        ({"is_confirmed": False}, "No administrator has confirmed"),
        ({"revoked_at": timezone.now()}, "has been revoked"),
        (EXPIRED, "has expired"),
        (NOT_YET, "is not valid yet"),
    ],
)
def test_without_a_valid_approval_no_reading_is_shown_and_the_page_says_why(ended, reason):
    anna = factory.measured(level=Consent.Level.OWN_LINE)
    factory.reading(anna.active_consent())
    Approval.objects.update(**ended)
    session = ClassSession.objects.get()
    assert (session.mode_in_force, session.uses_camera) == (Mode.PARTICIPATION, False)
    session.close()
    teacher = factory.signed_in(session.course.teachers.get())
    report = teacher.get(reverse("report", args=[session.pk])).content.decode()
    assert reason in report
    assert "No expression data is shown." in report
    assert "60%" not in report
    csv = classes.csv_text(teacher.get(reverse("report-csv", args=[session.pk])))
    assert "not shown in this mode" in csv
    assert reason in factory.own_session(anna).content.decode()


PAGES = [
    *("live", "invite", "projector-open", "participants-remove", "report", "session-delete"),
    *("room", "before-you-start", "my-session", "my-data"),
]


def page_of(session, name):
    """Return the text of a page of this session, for whom it is made."""
    anna = factory.participant(session, entered_at=None if name == "before-you-start" else timezone.now())
    if name in ("my-session", "my-data"):
        page = Client().post(reverse(name), {"receipt_code": anna.receipt_code})
    else:
        student = name in ("room", "before-you-start")
        browser = factory.browser_of(anna) if student else factory.signed_in(session.course.owner)
        page = browser.get(reverse(name, args=[session.pk]), follow=True)
    return " ".join(page.content.decode().split())


@pytest.mark.any_database
@pytest.mark.parametrize("mode", [Mode.MIRROR, Mode.ANALYTICS])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_a_session_says_who_approved_its_mode_where_and_until_when(name, mode):
    factory.open_session(mode)
    Approval.objects.update(valid_from=date(2026, 1, 5), valid_until=date(2999, 2, 6))
    words = "Approved by Dr. Approver (REF-1) for Physics, Jan 5, 2026 to Feb 6, 2999."
    assert words in page_of(ClassSession.objects.get(), name)


@pytest.mark.postgresql
@pytest.mark.parametrize("name", PAGES)
def test_an_approval_that_nobody_confirmed_is_shown_nowhere(name):
    factory.open_session(Mode.MIRROR)
    Approval.objects.update(is_confirmed=False, approver="A. Teacher")
    text = page_of(ClassSession.objects.get(), name)
    assert "A. Teacher" not in text
    # Students on the second screen need no reason: their own page has it.
    assert "No administrator has confirmed the approval of this session." in text or name == "projector-open"


def test_a_session_without_cameras_names_no_approval():
    assert "Approved" not in page_of(factory.open_session(Mode.PARTICIPATION), "report")


@pytest.mark.postgresql
def test_a_worker_saves_no_reading_after_the_approval_ended(course):
    consent = factory.measured().active_consent()
    Approval.objects.all().revoke(timezone.now())
    reading = Reading(
        consent=consent, session=consent.participant.session, sequence=1, taken_at=timezone.now()
    )
    assert Reading.objects.add_consented([reading]) == {}
    assert not Reading.objects.exists()


@pytest.mark.postgresql
def test_revoking_an_approval_is_published_to_open_sessions(monkeypatch, office):
    anna = factory.measured()
    told = []
    monkeypatch.setattr("classroom.group_publisher.publish", told.extend)
    form = {"action": "revoke", "_selected_action": anna.session.approval_id}
    with TestCase.captureOnCommitCallbacks(execute=True):
        page = office.post(reverse("admin:classroom_approval_changelist"), form, follow=True)
    assert "1 approval was revoked" in page.content.decode()
    assert {group.split(".")[0] for group, _message in told} == {"participant", "live"}
    assert not ClassSession.objects.get().uses_camera


@pytest.mark.postgresql
def test_an_expired_approval_is_published_to_open_sessions(django_capture_on_commit_callbacks):
    anna = factory.measured()
    Approval.objects.update(valid_until=TODAY() - days(1))
    with django_capture_on_commit_callbacks() as hints:
        end_expired_approvals()
    assert len(hints) == 2
    anna.session.close()
    with django_capture_on_commit_callbacks() as hints:
        end_expired_approvals()
    assert not hints


def entered(course, **fields):
    words = {"approver": "Dr. Head, principal", "document": "File 7", "mode": "analytics"}
    days_ = {"valid_from": TODAY().isoformat(), "valid_until": (TODAY() + days(90)).isoformat()}
    return words | days_ | {"course": course.pk, "is_confirmed": "on"} | fields


def test_an_administrator_enters_an_approval(office, course):
    office.post(reverse("admin:classroom_approval_add"), entered(course))
    approval = Approval.objects.get()
    assert (str(approval), approval.entered_by.username) == ("Dr. Head, principal, File 7", "root")


@pytest.mark.postgresql
@pytest.mark.parametrize("field", ["approver", "document"])
@pytest.mark.parametrize("text", [".", "?", " ", "--", "\u202e\u3164"])
def test_an_approval_needs_more_than_a_full_stop(office, course, field, text):
    response = office.post(reverse("admin:classroom_approval_add"), entered(course, **{field: text}))
    assert response.status_code == 200
    assert not Approval.objects.exists()


def test_a_teacher_without_permission_cannot_open_the_approvals(ada):
    assert factory.signed_in(ada).get(reverse("admin:classroom_approval_add")).status_code == 302


def test_a_used_approval_cannot_be_rewritten(office):
    approval = factory.open_session().approval
    url = reverse("admin:classroom_approval_change", args=[approval.pk])
    office.post(url, entered(approval.course, approver="Somebody else"))
    approval.refresh_from_db()
    assert approval.approver == "Dr. Approver"
    assert approval.valid_until == TODAY() + days(90)


@pytest.mark.postgresql
def test_an_unconfirmed_approval_can_be_corrected_when_it_is_confirmed(office):
    session = factory.open_session()
    Approval.objects.update(is_confirmed=False, approver=".", document="?", valid_until=TODAY() - days(1))
    url = reverse("admin:classroom_approval_change", args=[session.approval_id])
    assert office.post(url, entered(session.course, approver=".")).status_code == 200
    office.post(url, entered(session.course))
    confirmed = Approval.objects.get()
    assert (confirmed.is_confirmed, confirmed.approver) == (True, "Dr. Head, principal")
    assert confirmed.entered_by.username == "root"


def test_a_used_approval_is_deleted_only_with_its_course():
    session = factory.open_session()
    with pytest.raises(RestrictedError):
        session.approval.delete()
    session.course.delete()
    assert not Approval.objects.exists()


@pytest.mark.parametrize("mode", [Mode.MIRROR, Mode.ANALYTICS])
def test_the_database_refuses_a_mode_with_cameras_without_an_approval(course, mode):
    with pytest.raises(IntegrityError), transaction.atomic():
        factory.open_session(mode, course=course, approval=None)


def test_the_model_refuses_an_approver_without_letters(course):
    with pytest.raises(ValidationError):
        Approval(course=course, approver=".", document="?", valid_until=TODAY()).full_clean()


@pytest.mark.postgresql
def test_changing_the_dates_of_an_approval_records_the_administrator(office):
    approval = factory.open_session().approval
    url = reverse("admin:classroom_approval_change", args=[approval.pk])
    kept = dict.fromkeys(("valid_from", "initial-valid_from"), approval.valid_from)
    kept |= {"valid_until": approval.valid_until}
    office.post(url, kept)
    approval.refresh_from_db()
    # The form changed nothing.
    assert approval.entered_by is None
    office.post(url, kept | {"valid_until": TODAY() + days(90)})
    approval.refresh_from_db()
    assert approval.entered_by.username == "root"


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "in force"),
        (NOT_YET, "not yet"),
        (EXPIRED, "expired"),
        ({"revoked_at": timezone.now()}, "revoked"),
        ({"is_confirmed": False}, "not confirmed"),
    ],
)
def test_the_list_says_whether_an_approval_is_in_force(office, fields, state):
    factory.approval(**fields)
    page = office.get(reverse("admin:classroom_approval_changelist")).content.decode()
    assert f'<td class="field-state">{state}</td>' in page


def test_the_form_of_a_new_approval_has_no_automatic_fields(office):
    page = office.get(reverse("admin:classroom_approval_add")).content.decode()
    assert "Approved by" in page
    assert "Revoked" not in page
    assert "is_confirmed" not in page


def test_a_longer_list_of_approvals_costs_no_more_queries(office, django_assert_max_num_queries):
    for _ in range(10):
        factory.open_session()
    with django_assert_max_num_queries(9):
        assert office.get(reverse("admin:classroom_approval_changelist")).status_code == 200
