import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from classroom import tasks, throttle
from classroom.throttle import response_delay
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(monkeypatch):
    """A worker that runs each task immediately."""
    monkeypatch.setattr(tasks.send_password_reset, "delay", tasks.send_password_reset)


@pytest.fixture
def mailoutbox(mailoutbox, worker):
    return mailoutbox


NEW = {"username": "ada", "email": "ada@school.example", "password1": "Kx7!plenty", "password2": "Kx7!plenty"}


def test_a_teacher_signs_up_and_is_signed_in(client):
    assert client.post(reverse("signup"), NEW).url == "/"
    assert client.get("/").context["user"].username == "ada"


@pytest.mark.postgresql
def test_signing_up_can_be_closed(client, settings):
    settings.SIGNUP_OPEN = False
    assert client.post(reverse("signup"), NEW).status_code == 404
    assert not get_user_model().objects.exists()
    assert reverse("signup") not in client.get("/").content.decode()


def test_sign_ups_are_limited(client, settings):
    settings.SIGN_UPS = "2/h"
    for name in ("ada", "bea"):
        assert client.post(reverse("signup"), NEW | {"username": name}).status_code == 302
    refused = client.post(reverse("signup"), NEW | {"username": "cleo"})
    assert refused.status_code == 429
    assert "Too many new accounts" in refused.content.decode()
    assert get_user_model().objects.count() == 2


def test_probing_for_usernames_is_delayed_and_locks_nobody_out(client, settings):
    settings.SIGN_UP_FAILURES, settings.SLOWEST_ANSWER = "2/h", timedelta(milliseconds=5)
    factory.teacher("ada")
    answers = [client.post(reverse("signup"), NEW) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert [response_delay(answer.wsgi_request) for answer in answers] == [0, 0, 0.005, 0.005]
    assert client.post(reverse("signup"), NEW | {"username": "bea"}).status_code == 302


def test_opening_the_form_does_not_count_as_an_attempt(client, settings):
    settings.SIGN_UPS = "1/h"
    for _ in range(3):
        assert client.get(reverse("signup")).status_code == 200
    assert client.post(reverse("signup"), NEW).status_code == 302


@pytest.mark.parametrize("name", ["Ada", "аda", "ada.", "ａda", "a\u200bda", "АDA"])
def test_a_username_that_looks_like_another_one_is_refused(client, name):
    """Cyrillic а, among others: a teacher who invites ada must not get another account."""
    factory.teacher("ada")
    assert client.post(reverse("signup"), NEW | {"username": name}).context["form"].errors["username"]
    assert get_user_model().objects.count() == 1


def test_non_ascii_usernames_are_compared_in_any_case(client):
    factory.teacher("ärzte")
    assert client.post(reverse("signup"), NEW | {"username": "ÄRZTE"}).status_code == 200
    assert client.post(reverse("signup"), NEW | {"username": "arzte"}).status_code == 302


@pytest.mark.postgresql
def test_a_weak_password_is_refused(client):
    response = client.post(reverse("signup"), NEW | {"password1": "12345678", "password2": "12345678"})
    assert response.context["form"].errors["password2"]


def test_a_teacher_signs_in_and_out(client):
    factory.teacher("ada")
    client.post(reverse("login"), {"username": "ada", "password": factory.PASSWORD})
    assert client.get("/").context["user"].is_authenticated
    client.post(reverse("logout"))
    assert not client.get("/").context["user"].is_authenticated


def test_a_forgotten_password_is_reset_by_mail(client, mailoutbox):
    factory.teacher("ada")
    client.post(reverse("password_reset"), {"email": "ada@school.example"})
    link = re.search(r"https?://[^/]+(\S+)", mailoutbox[0].body)[1]
    page = client.get(link, follow=True)
    passwords = {"new_password1": "Another-1-long", "new_password2": "Another-1-long"}
    done = client.post(page.redirect_chain[-1][0], passwords, follow=True)
    assert "Your new password has been set" in done.content.decode()
    assert client.login(username="ada", password="Another-1-long")
    assert "no longer works" in client.get(link, follow=True).content.decode()


def test_a_worker_sends_the_mail_so_that_timing_reveals_no_account(client, monkeypatch):
    asked, sent = [], []
    monkeypatch.setattr(tasks.send_password_reset, "delay", lambda address, _language: asked.append(address))
    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", lambda mail: sent.append(mail.to))
    factory.teacher("ada")
    for address in ("ada@school.example", "nobody@school.example"):
        client.post(reverse("password_reset"), {"email": address})
    assert asked == ["ada@school.example", "nobody@school.example"]
    assert sent == []


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, mailoutbox):
    response = client.post(reverse("password_reset"), {"email": "nobody@school.example"}, follow=True)
    assert "Check your inbox" in response.content.decode()
    assert mailoutbox == []


def ask_for_mail(client, email="ada@school.example"):
    return client.post(reverse("password_reset"), {"email": email}, follow=True)


def test_many_requests_for_reset_mails_are_delayed_and_lock_nobody_out(client, settings, mailoutbox):
    settings.PASSWORD_RESETS, settings.SLOWEST_ANSWER = "2/h", timedelta(milliseconds=5)
    for name in ("ada", "bea", "cleo"):
        factory.teacher(name)
        answer = client.post(reverse("password_reset"), {"email": f"{name}@school.example"})
    assert response_delay(answer.wsgi_request) == 0.005
    assert len(mailoutbox) == 3


def test_one_mailbox_gets_few_reset_mails_and_nobody_learns_of_it(settings, mailoutbox):
    settings.RESETS_OF_ONE_ADDRESS = "2/h"
    factory.teacher("ada")
    answers = [
        ask_for_mail(Client(REMOTE_ADDR=f"192.0.2.{host}"), address)
        for host, address in enumerate(["ada@school.example", "ADA@school.example", "ada@school.example"])
    ]
    assert all("Check your inbox" in answer.content.decode() for answer in answers)
    assert len(mailoutbox) == 2


def test_a_teacher_changes_the_password():
    browser = factory.signed_in(factory.teacher("ada"))
    fields = {
        "old_password": factory.PASSWORD,
        "new_password1": "Another-1-long",
        "new_password2": "Another-1-long",
    }
    done = browser.post(reverse("password_change"), fields, follow=True)
    assert "Your password has been changed" in done.content.decode()


@pytest.mark.postgresql
def test_a_reset_link_leads_to_the_public_url_whatever_host_was_requested(settings, mailoutbox):
    settings.PUBLIC_URL, settings.HTTPS = "https://class.example:8443", True
    settings.ALLOWED_HOSTS = ["*"]
    factory.teacher("ada")
    Client(headers={"host": "evil.example:9", "x-forwarded-host": "evil.example"}).post(
        reverse("password_reset"), {"email": "ada@school.example"}
    )
    (mail,) = mailoutbox
    assert "https://class.example:8443/accounts/reset/" in mail.body
    assert "evil" not in mail.body + mail.subject + str(mail.message())


@pytest.mark.parametrize("backend", ["dummy", "console", "filebased"])
def test_a_site_without_mail_says_so_and_prints_no_link(client, settings, capsys, backend):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    factory.teacher("ada")
    assert "cannot send e-mail" in client.get(reverse("password_reset")).content.decode()
    answer = ask_for_mail(client)
    assert answer.status_code == 503
    assert "ask your administrator" in answer.content.decode()
    assert "/reset/" not in "".join(capsys.readouterr())


def test_the_password_page_links_to_account_deletion():
    browser = factory.signed_in(factory.teacher("ada"))
    assert reverse("account-delete") in browser.get(reverse("password_change")).content.decode()


def test_the_rules_are_one_sentence_and_a_broken_one_is_named(client):
    page = client.get(reverse("signup")).content.decode()
    assert "At least 8 characters. Not a common password, and not only digits." in page
    assert "Enter the same password" not in page
    assert "150 characters or fewer" not in page
    factory.teacher("ada")
    for username, words in (("a b", "A username has only letters"), ("ada", "This username is taken")):
        form = {"username": username, "email": "a@b.example", "password1": "1234", "password2": "1234"}
        page = client.post(reverse("signup"), form).content.decode()
        assert words in page
        assert "entirely numeric" in page


def test_a_demo_is_tried_without_a_password(client, settings):
    demo = factory.teacher("demo-teacher")
    settings.DEMO_TEACHER = "demo-teacher"
    assert reverse("try-demo") in client.get(reverse("home")).content.decode()
    assert client.get(reverse("try-demo")).status_code == 405
    assert client.post(reverse("try-demo")).url == reverse("home")
    assert client.get(reverse("home")).context["user"] == demo


def test_a_site_that_is_no_demo_signs_nobody_in(client):
    factory.teacher("demo-teacher")
    assert reverse("try-demo") not in client.get(reverse("home")).content.decode()
    assert client.post(reverse("try-demo")).status_code == 404
    assert not client.get(reverse("home")).context["user"].is_authenticated


def test_a_name_that_is_taken_between_check_and_saving_is_no_server_error(client, monkeypatch):
    """As where "Create account" was pressed twice."""
    monkeypatch.setattr(throttle, "allow", lambda *_args, **_options: bool(factory.teacher("ada")))
    answer = client.post(reverse("signup"), NEW)
    assert answer.status_code == 200
    assert "This username is taken" in answer.content.decode()
