import re

import pytest
from django.urls import reverse

from classroom.models import Consent, Mode, Participant
from classroom.seat_cookie import seat_cookie_name
from emotion.models import Reading
from tests import factory

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def post(participant, name, *, headers=JSON, page_of=None, **fields):
    url = reverse(name, args=[participant.session_id])
    if page_of:
        url += f"?seat={page_of.page_token}"
    return factory.browser_of(participant).post(url, fields, headers=headers)


def test_the_room_knows_its_student():
    anna = factory.consent(level=Consent.Level.OWN_LINE).participant
    context = factory.browser_of(anna).get(reverse("room", args=[anna.session_id])).context
    assert context["participant"] == anna
    assert context["config"]["consent"] == "own_line"
    assert context["config"]["socketUrl"] == f"/ws/room/{anna.session_id}/?seat={anna.page_token}"


def test_the_camera_can_be_switched_on_later():
    anna = factory.participant()
    assert post(anna, "room-consent", own_line="on").json() == {"consent": "own_line"}
    assert post(anna, "room-consent").json() == {"consent": "class_only"}
    assert anna.active_consent().level == Consent.Level.CLASS_ONLY


@pytest.mark.parametrize("leave", [lambda anna: anna.leave(), lambda anna: anna.session.close()])
def test_no_decision_is_made_outside_class(leave):
    anna = factory.participant()
    leave(anna)
    assert post(anna, "room-consent").status_code == 409
    assert not Consent.objects.exists()


def test_the_camera_cannot_be_switched_on_in_participation_mode():
    anna = factory.participant(factory.open_session(Mode.PARTICIPATION))
    assert post(anna, "room-consent").status_code == 409


def test_switching_off_deletes_the_readings_even_after_class():
    anna = factory.reading().consent.participant
    anna.session.close()
    assert post(anna, "room-withdraw").json() == {"consent": None}
    assert not Reading.objects.exists()


def test_leaving_deletes_the_seat_cookie():
    anna = factory.participant()
    response = post(anna, "room-leave")
    assert response.json() == {"next": reverse("my-data")}
    assert response.cookies[seat_cookie_name(anna.session_id)].value == ""
    anna.refresh_from_db()
    assert not anna.is_in_class


@pytest.mark.parametrize("name", ["room", "before-you-start"])
def test_after_class_the_room_redirects_to_my_data(name):
    anna = factory.participant()
    browser = factory.browser_of(anna)
    anna.session.close()
    page = browser.get(reverse(name, args=[anna.session_id]), follow=True)
    assert page.redirect_chain == [(reverse("my-data"), 302)]
    assert not any(word in page.content.decode() for word in ("Anna", "Waves", anna.receipt_code))
    assert browser.get(reverse(name, args=[anna.session_id])).status_code == 404


def test_the_room_asks_who_is_there_unless_they_have_just_confirmed():
    anna = factory.participant()
    browser = factory.browser_of(anna)
    room = reverse("room", args=[anna.session_id])
    assert not browser.get(room).context["config"]["identityConfirmed"]
    browser.post(f"{reverse('room-back', args=[anna.session_id])}?seat={anna.page_token}")
    assert browser.get(room).context["config"]["identityConfirmed"]


@pytest.mark.parametrize("has_consented", [True, False])
def test_the_question_says_whether_the_camera_will_turn_on(has_consented):
    anna = factory.consent().participant if has_consented else factory.participant()
    page = factory.browser_of(anna).get(reverse("room", args=[anna.session_id])).content.decode()
    assert ("The camera turns on when you continue" in page) == has_consented


def test_erasing_deletes_the_data_and_the_seat_cookie():
    anna = factory.reading().consent.participant
    response = post(anna, "room-erase")
    assert response.json() == {"next": "/"}
    assert response.cookies[seat_cookie_name(anna.session_id)].value == ""
    assert not Participant.objects.exists()


@pytest.mark.parametrize("name", ["room-consent", "room-withdraw", "room-leave", "room-erase", "room-back"])
def test_the_page_of_a_former_participant_changes_nothing(name):
    anna = factory.consent().participant
    refused = post(anna, name, page_of=factory.participant(anna.session), own_line="on")
    assert refused.status_code == 409
    assert "under another name" in refused.json()["error"]
    anna.refresh_from_db()
    assert anna.is_in_class
    assert anna.active_consent().level == Consent.Level.CLASS_ONLY


@pytest.mark.parametrize("name", ["consent", "withdraw", "leave", "erase"])
def test_the_page_of_the_present_participant_works(name):
    anna = factory.participant()
    browser = factory.browser_of(anna)
    config = browser.get(reverse("room", args=[anna.session_id])).context["config"]
    assert browser.post(config["urls"][name], headers=JSON).status_code == 200


@pytest.mark.parametrize("name", ["room-consent", "room-withdraw", "room-leave", "room-erase"])
def test_without_scripts_every_answer_is_a_page(name):
    assert post(factory.participant(), name, headers={}).status_code == 302


@pytest.mark.parametrize("name", ["room-consent", "room-withdraw", "room-leave", "room-erase"])
def test_only_a_post_changes_something(name):
    anna = factory.consent().participant
    assert factory.browser_of(anna).get(reverse(name, args=[anna.session_id])).status_code == 405
    anna.refresh_from_db()
    assert anna.is_in_class
    assert anna.active_consent()


@pytest.mark.parametrize("name", ["room-consent", "room-withdraw", "room-leave", "room-erase"])
def test_another_site_cannot_post_in_a_students_name(name):
    anna = factory.participant()
    client = factory.browser_of(anna)
    client.handler.enforce_csrf_checks = True
    assert client.post(reverse(name, args=[anna.session_id])).status_code == 403


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (Mode.ANALYTICS, "recorded is kept for 30 days, and the rest until you erase it"),
        (Mode.PARTICIPATION, "What is stored about you stays until you erase it"),
    ],
)
def test_the_question_before_leaving_says_how_long_things_are_kept(mode, words):
    anna = factory.participant(factory.open_session(mode))
    page = factory.browser_of(anna).get(reverse("room", args=[anna.session_id])).content.decode()
    question = page.partition('id="leave-dialog"')[2].partition("</dialog>")[0]
    assert words in question


@pytest.mark.parametrize("mode", Mode.values)
def test_no_text_says_that_teachers_see_who_pressed_a_button(mode):
    """The card with the buttons says that they are counted without names."""
    anna = factory.participant(factory.open_session(mode))
    page = factory.browser_of(anna).get(reverse("room", args=[anna.session_id])).content.decode()
    seen = re.findall(r"<dt>sees\.(?!gap)\w+</dt><dd>(.*?)</dd>", page)
    assert len(seen) == (1 if mode == Mode.PARTICIPATION else 5)
    assert all("the buttons come without names" in sentence for sentence in seen)


def test_no_word_about_cameras_is_sent_where_there_are_none():
    room = reverse(
        "room", args=[(anna := factory.participant(factory.open_session("participation"))).session_id]
    )
    page = factory.browser_of(anna).get(room).content.decode()
    texts = re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert re.findall(r"\w*(?:camera|expression|picture|signal)\w*", texts, re.IGNORECASE) == []
    assert 'data-part="teacherSees"' in page
