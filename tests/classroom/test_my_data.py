import pytest
from django.urls import reverse

from classroom.models import Participant
from classroom.seat_cookie import seat_cookie_name
from tests import factory

pytestmark = pytest.mark.django_db
URL, SESSION, DOWNLOAD = "/my-data/", "/my-data/session/", "/my-data/download/"


def ask(client, participant, **fields):
    return client.post(URL, {"receipt_code": participant.receipt_code} | fields)


def test_a_receipt_shows_what_is_stored(client):
    consent = factory.reading().consent
    factory.reading(consent)
    page = ask(client, consent.participant).content.decode()
    assert "2 observations of your camera are stored" in page
    assert "Waves" in page
    assert "Anna" in page


def test_a_receipt_code_is_understood_in_lower_case_with_spaces(client):
    anna = factory.participant()
    typed = " ".join(anna.receipt_code.lower())
    assert "Anna" in client.post(URL, {"receipt_code": typed}).content.decode()


def test_a_receipt_code_opens_the_own_timeline_and_gives_no_seat(client):
    anna = factory.consent().participant
    response = client.post(SESSION, {"receipt_code": anna.receipt_code})
    assert "Anna" in response.content.decode()
    assert seat_cookie_name(anna.session_id) not in client.cookies
    assert client.get(reverse("room", args=[anna.session_id])).status_code == 404
    assert client.get(reverse("before-you-start", args=[anna.session_id])).status_code == 404
    assert client.post(reverse("room-consent", args=[anna.session_id])).status_code == 404


@pytest.mark.parametrize("page", [URL, SESSION, DOWNLOAD])
def test_no_page_opens_without_the_receipt(page):
    anna = factory.participant()
    anna.session.close()
    browser = factory.browser_of(anna)
    browser.post(page, {"receipt_code": anna.receipt_code})
    for opened in (browser.get(page), browser.post(page), browser.post(page, {"receipt_code": "AAA"})):
        assert "Anna" not in opened.content.decode()
        assert "Receipt code" in opened.content.decode()


def test_erasing_by_receipt_keeps_the_seat_of_another_participant():
    ben = factory.participant(display_name="Ben")
    response = ask(factory.browser_of(ben), factory.participant(ben.session), action="erase")
    assert seat_cookie_name(ben.session_id) not in response.cookies
    assert Participant.objects.get() == ben


def test_a_receipt_erases_everything(client):
    anna = factory.reading().consent.participant
    ask(client, anna, action="erase")
    assert not Participant.objects.exists()
    assert "Nothing is stored" in ask(client, anna).content.decode()


def test_opening_the_page_erases_nothing(client):
    ask(client, factory.participant())
    client.get(URL)
    assert Participant.objects.exists()
