import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.urls import reverse
from django.utils import timezone

from classroom.models import CONSENT_TEXT_VERSION, Consent, Mode, Presence
from tests import factory

pytestmark = pytest.mark.django_db

# Text and version change together: a stored decision must say what it was about.
TEXTS = {
    "2026-11-22": "7e28825cd657f140",
    "2026-11-22.2": "146a1996187f7645",
    "2026-11-22.3": "802c00949f0f3db2",
    "2026-11-27.1": "212060f4ef25a890",
    "2026-11-27.2": "c4a6a10cdb723504",
    "2026-11-27.3": "d6eb1e96baa6e994",
    "2026-11-27.4": "3fa70112cd69ba8c",
}


def newcomer(mode=Mode.ANALYTICS):
    return factory.participant(factory.open_session(mode), entered_at=None)


def start(participant, **choice):
    url = reverse("before-you-start", args=[participant.session_id])
    client = factory.browser_of(participant)
    return client.post(url, choice) if choice else client.get(url)


def test_the_consent_text_matches_its_version():
    text = Path(site.BASE_DIR, "templates/classroom/_consent_text.html").read_bytes()
    assert TEXTS[CONSENT_TEXT_VERSION] == hashlib.sha256(text).hexdigest()[:16]


@pytest.mark.parametrize(
    ("choice", "level"),
    [
        ({"camera": "no"}, None),
        ({"camera": "no", "own_line": "on"}, None),
        ({"camera": "yes"}, Consent.Level.CLASS_ONLY),
        ({"camera": "yes", "own_line": "on"}, Consent.Level.OWN_LINE),
    ],
)
def test_the_chosen_level_is_recorded(choice, level):
    anna = newcomer()
    assert start(anna, **choice).url == reverse("room", args=[anna.session_id])
    consent = anna.active_consent()
    assert (consent and consent.level) == level


@pytest.mark.parametrize(
    ("camera", "state"), [("yes", Presence.State.CHECKING), ("no", Presence.State.NO_CAMERA)]
)
def test_the_time_before_the_decision_is_recorded_as_deciding(camera, state):
    anna = factory.open_session().admit("Anna")
    start(anna, camera=camera)
    assert [presence.state for presence in anna.presences.all()] == [Presence.State.DECIDING, state]


def test_a_form_without_choice_records_nothing():
    anna = newcomer()
    assert start(anna, own_line="on").status_code == 200
    anna.refresh_from_db()
    assert anna.entered_at is None
    assert anna.active_consent() is None


def test_mirror_mode_offers_no_own_line():
    anna = newcomer(Mode.MIRROR)
    page = start(anna).content.decode()
    assert "own_line" not in page
    assert "Only you. Your teachers see no expression of anybody." in page
    start(anna, camera="yes", own_line="on")
    assert anna.active_consent().level == Consent.Level.CLASS_ONLY


def test_the_law_is_named_once_in_its_own_words():
    page = start(newcomer()).content.decode()
    assert page.count("an emotion recognition system (Article 50(3) of the EU AI Act)") == 1


def test_three_lines_say_what_happens_before_all_the_rest():
    page = start(newcomer()).content.decode()
    lines, rest = page.split("<details>")
    assert lines.count("<li>") == 3
    assert len(re.sub("<[^>]+>", " ", lines[lines.index("<ul") :]).split()) < 100
    assert "Could be worked out" in rest


def test_participation_mode_offers_no_camera():
    anna = newcomer(Mode.PARTICIPATION)
    assert 'value="yes"' not in start(anna).content.decode()
    start(anna, camera="yes")
    assert anna.active_consent() is None


def test_both_buttons_look_alike_and_the_box_is_empty():
    page = start(newcomer()).content.decode()
    assert page.count('class="button button-large" name="camera"') == 2
    assert "checked" not in page


def test_the_page_states_the_limits_of_the_settings(settings):
    from datetime import timedelta

    settings.READING_RETENTION, settings.SMALLEST_GROUP = timedelta(days=7), 9
    page = start(newcomer()).content.decode()
    assert "For 7 days: whether a face was seen" in page
    assert "at least 9 students" in page


def test_the_approval_is_on_the_page():
    page = start(newcomer()).content.decode()
    assert "Approved by Dr. Approver (REF-1) for Physics" in page


def test_a_participant_decides_once():
    anna = factory.participant()
    assert start(anna).url == reverse("room", args=[anna.session_id])


def test_the_page_of_a_former_participant_decides_nothing():
    anna, ben = newcomer(), newcomer()
    url = reverse("before-you-start", args=[ben.session_id])
    page = factory.browser_of(ben).post(f"{url}?seat={anna.page_token}", {"camera": "yes"}, follow=True)
    assert "under another name" in page.content.decode()
    assert ben.active_consent() is None


def test_a_no_counts_after_a_yes_in_another_tab():
    anna = newcomer()
    start(anna, camera="yes")
    assert start(anna, camera="no").url == reverse("room", args=[anna.session_id])
    assert anna.active_consent() is None


def test_a_yes_after_a_no_in_another_tab_changes_nothing():
    anna = newcomer()
    start(anna, camera="no")
    start(anna, camera="yes")
    assert anna.active_consent() is None


def test_the_room_opens_only_after_the_decision():
    anna = newcomer()
    response = factory.browser_of(anna).get(reverse("room", args=[anna.session_id]))
    assert response.url == reverse("before-you-start", args=[anna.session_id])


def says_here(participant):
    url = reverse("room-here", args=[participant.session_id])
    return factory.browser_of(participant).post(url, HTTP_ACCEPT="application/json")


def test_an_open_page_keeps_the_participant_here():
    anna = newcomer()
    anna.record_state(Presence.State.DECIDING)
    long_ago = timezone.now() - timedelta(minutes=10)
    type(anna).objects.filter(pk=anna.pk).update(last_seen_at=long_ago)
    anna.presences.update(since=long_ago)
    assert anna.session.participants.head_count()["joined"] == 0
    assert says_here(anna).json() == {"here": True}
    assert anna.session.participants.head_count()["joined"] == 1
    assert [presence.state for presence in anna.presences.all()][-2:] == ["offline", "deciding"]


def test_the_page_learns_that_its_participant_has_left():
    anna = newcomer()
    anna.session.close()
    assert says_here(anna).status_code == 409


def test_the_page_has_the_address_for_its_sign_of_life():
    anna = newcomer()
    assert reverse("room-here", args=[anna.session_id]) in start(anna).content.decode()


RECORDS = "learning record store"


@pytest.mark.parametrize("mode", [Mode.ANALYTICS, Mode.PARTICIPATION])
@pytest.mark.parametrize("url", ["", "https://lrs.example/xAPI"])
def test_students_are_told_of_a_learning_record_store_where_there_is_one(settings, mode, url):
    settings.XAPI_LRS_URL = url
    anna = newcomer(mode)
    join_page = factory.browser_of(anna).get(reverse("join"), {"who": "other"})
    for page in (start(anna), join_page):
        assert (RECORDS in page.content.decode()) == bool(url)
    code = {"receipt_code": anna.receipt_code}
    my_data = factory.browser_of(anna).post(reverse("my-data"), code)
    assert ("no longer counts" in my_data.content.decode()) == bool(url)
