"""Guessed receipt and join codes delay answers and lock nobody out."""

import pytest
from django.test import Client
from django.urls import reverse

from classroom.models import Participant
from tests import factory
from tests.classroom.visitors import delay, from_address, join, link_fields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("short_delays")]


@pytest.mark.slow
def test_a_right_receipt_code_erases_after_many_wrong_ones_from_its_network(client, settings):
    anna = factory.participant()
    for _ in range(40):
        client.post("/my-data/", {"receipt_code": "AAAAAACCCCCC"})
    right = client.post("/my-data/", {"receipt_code": anna.receipt_code, "action": "erase"})
    assert right.status_code == 302
    assert delay(right) == settings.SLOWEST_ANSWER.total_seconds()
    assert not Participant.objects.exists()


def test_a_receipt_code_erases_without_redis(client, no_redis):
    anna = factory.participant()
    client.post("/my-data/", {"receipt_code": anna.receipt_code, "action": "erase"})
    assert not Participant.objects.exists()


def guess(client, code="AAAAAA"):
    return client.post("/join/", {"code": code, "display_name": "Guess"})


def test_wrong_codes_from_a_network_lock_nobody_there_out(client, settings):
    settings.JOIN_FAILURES = "3/10m"
    session = factory.open_session()
    late = [delay(guess(client)) for _ in range(10)]
    assert late[2:5] == [0, 0.001, 0.002]
    assert join(client, session).status_code == 302


@pytest.mark.slow
@pytest.mark.any_database
def test_while_codes_are_guessed_links_and_known_networks_still_work(settings):
    settings.GUESSED_CODES = "20/10m"
    session = factory.open_session()
    school, home = from_address(200), from_address(201)
    teacher = Client(REMOTE_ADDR="192.0.2.202")
    teacher.force_login(session.course.owner)
    teacher.get(reverse("invite", args=[session.pk]))
    answers = [guess(from_address(number)) for number in range(25)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 5
    refused = join(school, session)
    assert refused.status_code == 429
    assert "Open your teacher&#x27;s link" in refused.content.decode()
    assert join(home, session, "Near the teacher").status_code == 302
    assert join(school, session, "By link", **link_fields(session)).status_code == 302
    assert join(Client(REMOTE_ADDR="192.0.2.202"), session, "Beside her").status_code == 302


def test_without_redis_only_the_link_opens_a_class(no_redis):
    session = factory.open_session()
    assert join(Client(), session).status_code == 503
    assert guess(Client()).status_code == 503
    assert join(Client(), session, **link_fields(session)).status_code == 302
