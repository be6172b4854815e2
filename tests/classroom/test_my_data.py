import pytest
from django.urls import reverse

from classroom.access import seat_cookie
from classroom.models import Participant
from tests import factory

pytestmark = pytest.mark.django_db
URL = "/my-data/"


def ask(client, participant, **fields):
    return client.post(URL, {"receipt_code": participant.receipt_code} | fields)


def test_a_receipt_shows_what_is_stored(client):
    consent = factory.reading().consent
    factory.reading(consent)
    page = ask(client, consent.participant).content.decode()
    assert "2 readings are stored" in page
    assert "Waves" in page
    assert "Anna" in page


def test_a_receipt_may_be_typed_carelessly(client):
    anna = factory.participant()
    typed = " ".join(anna.receipt_code.lower())
    assert "Anna" in client.post(URL, {"receipt_code": typed}).content.decode()


def test_a_receipt_opens_ones_own_session(client):
    anna = factory.participant()
    response = ask(client, anna, action="open")
    assert response.url == reverse("my-session", args=[anna.session_id])
    assert response.cookies[seat_cookie(anna.session_id)].value


def test_a_receipt_does_not_take_the_seat_of_who_is_in_class_in_this_browser():
    ben = factory.participant(display_name="Ben")
    response = ask(factory.in_seat(ben), factory.participant(ben.session), action="open")
    assert "you are in class as Ben" in response.content.decode()
    assert seat_cookie(ben.session_id) not in response.cookies


def test_a_receipt_takes_the_seat_of_who_has_left():
    ben = factory.participant(display_name="Ben")
    ben.leave()
    assert ask(factory.in_seat(ben), factory.participant(ben.session), action="open").status_code == 302


def test_erasing_by_receipt_leaves_another_in_their_seat():
    ben = factory.participant(display_name="Ben")
    response = ask(factory.in_seat(ben), factory.participant(ben.session), action="erase")
    assert seat_cookie(ben.session_id) not in response.cookies
    assert Participant.objects.get() == ben


def test_a_receipt_erases_everything(client):
    anna = factory.reading().consent.participant
    ask(client, anna, action="erase")
    assert not Participant.objects.exists()
    assert "Nothing is stored" in ask(client, anna).content.decode()


def test_looking_erases_nothing(client):
    ask(client, factory.participant())
    client.get(URL)
    assert Participant.objects.exists()


def test_guessing_receipts_is_throttled(client, settings):
    settings.RECEIPT_FAILURES = "1/10m"
    anna = factory.participant()
    for _ in range(2):
        client.post(URL, {"receipt_code": "AAAAAACCCCCC"})
    refused = ask(client, anna)
    assert refused.status_code == 429
    assert "Anna" not in refused.content.decode()
