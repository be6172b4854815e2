"""A locked session admits nobody new, and a new code replaces the old one."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom.models import ClassSession
from tests import factory
from tests.classroom.visitors import join, link_fields

pytestmark = pytest.mark.django_db


def press(session, what, **options):
    browser = factory.signed_in(session.course.owner)
    return browser.post(reverse("session-door", args=[session.pk]), {"do": what}, **options)


def test_a_locked_session_admits_only_returning_participants(client):
    session = factory.open_session()
    join(client, session)
    press(session, "lock")
    for fields in ({}, link_fields(session)):
        assert "locked the door" in join(Client(), session, "Ben", **fields).content.decode()
    assert session.participants.count() == 1
    assert client.get(reverse("before-you-start", args=[session.pk])).status_code == 200
    press(session, "open")
    assert join(Client(), session, "Ben").status_code == 302


def test_a_new_code_invalidates_the_old_code_and_link():
    session = factory.open_session()
    old = {"code": session.join_code, "key": link_fields(session)["key"]}
    answer = press(session, "renew", headers={"Accept": "application/json"}).json()
    session.refresh_from_db()
    assert answer == {"code": session.join_code, "locked": False}
    assert session.join_code != old["code"]
    for fields in (old, {"code": old["code"]}):
        assert "No open class" in join(Client(), session, **fields).content.decode()
    assert not session.is_link_key(old["key"])
    assert join(Client(), session, **link_fields(session)).status_code == 302


@pytest.fixture
def draws(monkeypatch):
    """Determine the random codes that are drawn next."""
    codes = []
    monkeypatch.setattr("classroom.codes.get_random_string", lambda length, alphabet: codes.pop(0))
    return codes


def test_a_new_code_is_not_that_of_another_open_session(draws):
    draws += ["ACEH3K", "QRTWXY", "ACEH3K", "347GHJ"]
    one, other = (factory.open_session() for _ in range(2))
    other.renew_code()
    assert (one.join_code, other.join_code) == ("ACEH3K", "347GHJ")
    assert ClassSession.objects.get(pk=other.pk).join_code == "347GHJ"


def test_a_session_is_opened_with_a_code_that_is_free(draws):
    draws += ["ACEH3K", "ACEH3K", "QRTWXY"]
    assert [factory.open_session().join_code for _ in range(2)] == ["ACEH3K", "QRTWXY"]


def test_opening_gives_up_when_no_code_is_free(draws):
    draws += ["ACEH3K"] * 6
    course = factory.open_session().course
    with pytest.raises(RuntimeError, match="No free join code"):
        ClassSession.objects.open_new(course=course, title="Waves")


def test_a_closed_session_gets_no_new_code():
    session = factory.open_session()
    session.close()
    press(session, "renew")
    session.refresh_from_db()
    assert ClassSession.objects.get(pk=session.pk).join_code == session.join_code


@pytest.mark.parametrize("page", ["invite", "live"])
def test_the_pages_show_whether_the_session_is_locked(page):
    session = factory.open_session()
    browser = factory.signed_in(session.course.owner)
    assert "Lock the door" in browser.get(reverse(page, args=[session.pk])).content.decode()
    session.lock(timezone.now())
    shown = browser.get(reverse(page, args=[session.pk])).content.decode()
    assert "Door locked" in shown
    assert "Open the door" in shown


def test_a_locked_session_shows_no_code_on_the_projector():
    session = factory.open_session()
    session.lock(timezone.now())
    page = factory.signed_in(session.course.owner).get(reverse("invite", args=[session.pk])).content.decode()
    assert "projector-code" not in page


def test_joining_while_the_code_is_renewed_needs_the_new_code(client):
    session = factory.open_session()
    # As the join page finds it by the former code.
    found = ClassSession.objects.get(pk=session.pk)
    session.renew_code()
    assert found.admit("Bot") is None
    assert session.admit("Anna")
