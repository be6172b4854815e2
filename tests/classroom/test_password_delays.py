"""Wrong passwords delay answers and lock nobody out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from classroom import throttle
from tests import factory
from tests.classroom.visitors import delay, from_address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("short_delays")]


def sign_in(client, username="ada", password=factory.PASSWORD, at="/accounts/login/"):
    return client.post(at, {"username": username, "password": password})


@pytest.mark.parametrize("at", ["/accounts/login/", "/admin/login/"])
def test_after_many_wrong_passwords_the_right_one_is_accepted_and_answers_are_delayed(client, settings, at):
    """More than the limits of one account and of one network."""
    settings.SIGN_IN_FAILURES = "12/10m"
    factory.teacher("ada", is_staff=True)
    late = [delay(sign_in(client, password="wrong", at=at)) for _ in range(18)]
    right = sign_in(client, at=at)
    assert right.status_code == 302
    assert delay(right) == settings.SLOWEST_ANSWER.total_seconds()
    assert late == sorted(late)
    assert late[9:12] == [0.0, 0.001, 0.002]


@pytest.mark.slow
def test_wrong_passwords_of_others_in_a_network_lock_nobody_out(client, settings):
    settings.SIGN_IN_FAILURES = "20/10m"
    factory.teacher("ada")
    for number in range(24):
        sign_in(client, username=f"bob{number}", password="wrong")
    right = sign_in(client)
    assert right.status_code == 302
    assert delay(right) > 0


def test_guesses_at_one_account_are_counted_over_all_networks(settings):
    factory.teacher("ada")
    factory.teacher("bob")
    for number in range(20):
        sign_in(from_address(number), username="ADA" if number % 2 else "ada", password="wrong")
    assert delay(sign_in(from_address(99), password="wrong")) == settings.SLOWEST_ANSWER.total_seconds()
    assert delay(sign_in(from_address(99), username="bob")) == 0
    assert sign_in(from_address(98)).status_code == 302


def test_an_unknown_username_is_delayed_like_a_known_one(settings):
    for number in range(20):
        sign_in(from_address(number), username="nobody", password="wrong")
    late = delay(sign_in(from_address(99), username="nobody", password="wrong"))
    assert late == settings.SLOWEST_ANSWER.total_seconds()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_50_parallel_sign_ins_are_all_checked_and_counted():
    factory.teacher("ada")

    def attempt(number):
        try:
            return sign_in(Client(), password="wrong" if number % 10 else factory.PASSWORD)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(attempt, range(50)))
    assert [answer.status_code for answer in answers[::10]] == [302] * 5
    assert sum(answer.status_code == 200 for answer in answers) == 45
    request = answers[0].wsgi_request
    assert throttle._usage(request, "SIGN_IN_FAILURES", None, increment=False)["count"] == 45


def test_without_redis_a_right_password_is_accepted_with_the_longest_delay(client, settings, no_redis):
    factory.teacher("ada")
    wrong = sign_in(client, password="wrong")
    assert wrong.status_code == 200
    assert delay(wrong) == settings.SLOWEST_ANSWER.total_seconds()
    assert sign_in(client).status_code == 302


@pytest.mark.slow
def test_guessing_the_old_password_on_the_change_page_is_delayed():
    browser = factory.signed_in(factory.teacher("ada"))
    fields = {"old_password": "wrong", "new_password1": "Another-1-long", "new_password2": "Another-1-long"}
    late = [delay(browser.post(reverse("password_change"), fields)) for _ in range(12)]
    late += [delay(browser.post(reverse("account-delete"), {"password": "wrong"})) for _ in range(2)]
    assert late[-1] > late[-3] > late[0] == 0


def test_the_admin_password_page_leads_to_the_delayed_one():
    browser = factory.signed_in(factory.teacher("ada", is_staff=True))
    fields = {"old_password": "wrong", "new_password1": "Another-1-long", "new_password2": "Another-1-long"}
    assert browser.get("/admin/password_change/").url == reverse("password_change")
    answers = [browser.post("/admin/password_change/", fields, follow=True) for _ in range(2)]
    assert not [answer for answer in answers if "old_password" in str(answer.context["form"].errors)]


@pytest.mark.slow
def test_the_deletion_page_delays_right_and_wrong_passwords_alike():
    ada = factory.teacher("ada")
    factory.course(ada)
    browser = factory.signed_in(ada)
    answers = [browser.post(reverse("account-delete"), {"password": "wrong"}) for _ in range(14)]
    # Refused, as it says nothing about the course.
    right = browser.post(reverse("account-delete"), {"password": factory.PASSWORD})
    assert delay(right) == delay(answers[-1]) > 0
