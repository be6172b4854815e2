import re

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests import factory

pytestmark = pytest.mark.django_db
NEW = {"username": "ada", "email": "ada@school.example", "password1": "Kx7!plenty", "password2": "Kx7!plenty"}


def test_a_teacher_signs_up_and_is_signed_in(client):
    assert client.post(reverse("signup"), NEW).url == "/"
    assert client.get("/").context["user"].username == "ada"


def test_signing_up_can_be_closed(client, settings):
    settings.SIGNUP_OPEN = False
    assert client.post(reverse("signup"), NEW).status_code == 404
    assert not get_user_model().objects.exists()
    assert reverse("signup") not in client.get("/").content.decode()


def test_a_weak_password_is_refused(client):
    response = client.post(reverse("signup"), NEW | {"password1": "12345678", "password2": "12345678"})
    assert response.context["form"].errors["password2"]


def test_a_teacher_signs_in_and_out(client):
    factory.teacher("ada")
    client.post(reverse("login"), {"username": "ada", "password": factory.PASSWORD})
    assert client.get("/").context["user"].is_authenticated
    client.post(reverse("logout"))
    assert not client.get("/").context["user"].is_authenticated


def test_guessing_passwords_is_throttled(client, settings):
    settings.SIGN_IN_FAILURES = "1/10m"
    factory.teacher("ada")
    for _ in range(2):
        client.post(reverse("login"), {"username": "ada", "password": "wrong"})
    response = client.post(reverse("login"), {"username": "ada", "password": factory.PASSWORD})
    assert "Please wait" in response.content.decode()


def test_a_forgotten_password_is_reset_by_mail(client, mailoutbox):
    factory.teacher("ada")
    client.post(reverse("password_reset"), {"email": "ada@school.example"})
    link = re.search(r"https?://[^/]+(\S+)", mailoutbox[0].body)[1]
    page = client.get(link, follow=True)
    passwords = {"new_password1": "Another-1-long", "new_password2": "Another-1-long"}
    done = client.post(page.redirect_chain[-1][0], passwords, follow=True)
    assert "Your new password is set" in done.content.decode()
    assert client.login(username="ada", password="Another-1-long")
    assert "no longer works" in client.get(link, follow=True).content.decode()


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, mailoutbox):
    response = client.post(reverse("password_reset"), {"email": "nobody@school.example"}, follow=True)
    assert "Look into your mail" in response.content.decode()
    assert mailoutbox == []


def test_a_teacher_changes_the_password():
    browser = factory.signed_in(factory.teacher("ada"))
    fields = {
        "old_password": factory.PASSWORD,
        "new_password1": "Another-1-long",
        "new_password2": "Another-1-long",
    }
    done = browser.post(reverse("password_change"), fields, follow=True)
    assert "Your password is changed" in done.content.decode()
