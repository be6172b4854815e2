from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom.models import ClassSession, Mode, Participant, Presence
from classroom.seat_cookie import confirmation_cookie_name, seat_cookie_name
from classroom.throttle import response_delay
from tests import factory

pytestmark = pytest.mark.django_db
JOIN = "/join/"


def join(client, session, name="Anna", code=None):
    return client.post(JOIN, {"code": code or session.join_code, "display_name": name})


def test_a_code_and_a_name_are_enough(client):
    session = factory.open_session()
    response = join(client, session)
    assert response.url == reverse("before-you-start", args=[session.pk])
    anna = session.participants.get()
    assert anna.display_name == "Anna"
    assert anna.presences.get().state == Presence.State.DECIDING
    assert anna.active_consent() is None


def test_the_seat_is_a_cookie_that_scripts_cannot_read(client):
    session = factory.open_session()
    cookie = join(client, session).cookies[seat_cookie_name(session.pk)]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.postgresql
def test_the_link_fills_in_the_code(client):
    assert b'value="ACEH3K"' in client.get(JOIN, {"code": "ACEH3K"}).content


def test_a_code_may_be_typed_carelessly(client):
    session = factory.open_session()
    typed = f" {session.join_code[:3].lower()}-{session.join_code[3:].lower()} "
    assert join(client, session, code=typed).status_code == 302


def test_two_participants_may_have_the_same_name(client):
    session = factory.open_session()
    factory.participant(session, "Anna")
    join(client, session)
    assert session.participants.filter(display_name="Anna").count() == 2


@pytest.mark.parametrize("name", ["", "   ", "\x07", "x" * 41, "\u202e", "\u3164", "\u2800"])
def test_a_name_that_cannot_be_shown_is_refused(client, name):
    session = factory.open_session()
    response = join(client, session, name)
    assert response.status_code == 200
    assert response.context["form"].errors["display_name"]
    assert not Participant.objects.exists()


@pytest.mark.parametrize("code", ["AAAAAA", "ACE", "000000"])
def test_every_wrong_code_gets_the_same_one_answer(client, code):
    response = client.post(JOIN, {"code": code, "display_name": "Anna"})
    assert response.context["form"].errors == {
        "code": ["No open class has this code. Please check it with your teacher."]
    }


def test_a_closed_session_looks_like_none(client):
    session = factory.open_session()
    session.close()
    assert "No open class" in join(client, session).content.decode()


def test_typing_errors_and_right_codes_are_not_counted_as_guesses(client, settings):
    settings.JOIN_FAILURES = "1/10m"
    session = factory.open_session()
    for code in ["ACE", "ACE", "00", session.join_code, session.join_code]:
        join(client, session, code=code)
    client.cookies.clear()
    answer = join(client, session, "Ben")
    assert (answer.status_code, response_delay(answer.wsgi_request)) == (302, 0)


def in_class(session, name="Anna", camera="yes"):
    """Return a browser that holds the seat cookie of a participant in class."""
    client = Client()
    join(client, session, name)
    client.post(reverse("before-you-start", args=[session.pk]), {"camera": camera, "own_line": "on"})
    return client


def asks_for(response, name):
    return response.status_code == 200 and f"Are you {name}?" in response.content.decode()


def test_the_link_asks_who_is_there_in_the_browser_of_a_participant():
    session = factory.open_session()
    client = in_class(session)
    link = dict(parse_qsl(urlsplit(session.join_url()).query))
    asked = client.get(JOIN, link)
    assert asks_for(asked, "Anna")
    assert "The camera turns on" in asked.content.decode()
    assert asks_for(join(client, session, "Ben"), "Anna")
    assert asks_for(join(client, session, "anna"), "Anna")
    assert session.participants.get().is_in_class


def test_answering_yes_continues_as_the_same_participant():
    session = factory.open_session()
    client = in_class(session)
    participant = session.participants.get()
    yes = f"{reverse('room-back', args=[session.pk])}?seat={participant.page_token}"
    room = client.post(yes, follow=True)
    assert room.redirect_chain == [(reverse("room", args=[session.pk]), 302)]
    assert room.context["config"]["identityConfirmed"]
    assert session.participants.count() == session.participants.get().consents.count() == 1


def test_a_confirmation_is_good_for_one_room_of_one_participant():
    session = factory.open_session()
    client = in_class(session)
    room = reverse("room", args=[session.pk])
    opened = [client.get(room).context["config"]["identityConfirmed"] for _ in range(2)]
    assert opened == [True, False]
    others = in_class(session, "Ben").cookies[confirmation_cookie_name(session.pk)]
    client.cookies[confirmation_cookie_name(session.pk)] = others.value
    assert not client.get(room).context["config"]["identityConfirmed"]


def test_somebody_else_becomes_a_new_participant():
    session = factory.open_session()
    client = in_class(session)
    form = client.get(JOIN, {"code": session.join_code, "who": "other"})
    assert b'name="display_name"' in form.content
    named = {"code": session.join_code, "display_name": "Ben", "who": "other"}
    assert client.post(JOIN, named).url == reverse("before-you-start", args=[session.pk])
    # The button was pressed twice.
    assert client.post(JOIN, named).url == reverse("before-you-start", args=[session.pk])
    assert not session.participants.get(display_name="Anna").is_in_class
    assert session.participants.get(display_name="Ben").active_consent() is None


def test_somebody_else_may_have_the_same_name():
    session = factory.open_session()
    client = in_class(session)
    client.post(JOIN, {"code": session.join_code, "display_name": "Anna", "who": "other"})
    assert session.participants.count() == 2
    assert session.participants.in_class().get().active_consent() is None


def test_a_removed_participant_cannot_join_again_with_the_same_cookie():
    anna = factory.participant()
    anna.leave(removed=True)
    response = join(factory.browser_of(anna), anna.session)
    assert "removed you" in response.content.decode()
    assert anna.session.participants.count() == 1


@pytest.mark.parametrize("name", ["Anna", "Ben"])
def test_leaving_deletes_the_cookie_and_the_next_person_joins_anew(name):
    anna = factory.reading(factory.consent()).consent.participant
    client = factory.browser_of(anna)
    client.post(reverse("room-leave", args=[anna.session_id]))
    assert "Anna" not in client.get(JOIN, {"code": anna.session.join_code}).content.decode()
    start = join(client, anna.session, name)
    assert start.url == reverse("before-you-start", args=[anna.session_id])
    newcomer = anna.session.participants.in_class().get()
    assert newcomer != anna
    assert newcomer.active_consent() is None


def test_a_composed_name_must_fit_the_limit(client):
    page = join(client, factory.open_session(), "\u0958" * 40)
    assert "at most 40 characters" in page.content.decode()


def test_a_full_class_admits_nobody(client, settings):
    settings.MAX_PARTICIPANTS = 1
    session = factory.participant().session
    assert "full" in join(client, session, "Ben").content.decode()
    assert session.participants.count() == 1


def test_a_refused_second_name_keeps_the_first_participant(client, settings):
    session = factory.open_session()
    join(client, session, "Anna")
    settings.MAX_PARTICIPANTS = 1
    client.post(JOIN, {"code": session.join_code, "display_name": "Ben", "who": "other"})
    assert session.participants.get().is_in_class


def test_a_class_that_ends_while_somebody_joins_admits_nobody():
    session = factory.open_session()
    late = ClassSession.objects.get(pk=session.pk)
    session.close()
    assert late.admit("Anna") is None


@pytest.mark.parametrize(("mode", "queries"), [(Mode.PARTICIPATION, 15), (Mode.ANALYTICS, 13)])
def test_joining_costs_few_queries(client, django_assert_max_num_queries, mode, queries):
    session = factory.open_session(mode)
    # Of these, 4 are savepoints, one locks the session and two are counts.
    with django_assert_max_num_queries(queries):
        join(client, session)


def test_without_a_camera_to_decide_about_joining_leads_into_the_room(client):
    session = factory.open_session(Mode.PARTICIPATION)
    response = join(client, session)
    assert response.url == reverse("room", args=[session.pk])
    anna = session.participants.get()
    assert anna.presences.get().state == Presence.State.PRESENT
    assert client.get(response.url).context["config"]["identityConfirmed"]


def test_pressing_join_twice_without_a_camera_is_one_entry(client):
    session = factory.open_session(Mode.PARTICIPATION)
    assert [join(client, session).url for _ in range(2)] == [reverse("room", args=[session.pk])] * 2
    assert session.participants.count() == 1


def test_somebody_of_the_same_name_who_joins_later_is_asked_who_they_are(client):
    session = factory.open_session(Mode.PARTICIPATION)
    join(client, session)
    session.participants.update(joined_at=timezone.now() - timedelta(minutes=1))
    assert "Are you Anna?" in join(client, session).content.decode()


def test_a_namesake_who_comes_later_is_somebody_else_also_while_the_first_decides(client):
    session = factory.open_session(Mode.ANALYTICS)
    join(client, session)
    first = session.participants.get()
    session.participants.update(joined_at=timezone.now() - timedelta(minutes=20))
    client.post(JOIN, {"code": session.join_code, "display_name": "Anna", "who": "other"})
    assert session.participants.exclude(pk=first.pk).get().display_name == "Anna"


@pytest.mark.parametrize("mode", Mode)
def test_the_class_begins_with_the_first_student(client, mode):
    session = factory.open_session(mode, opened_at=timezone.now() - timedelta(hours=1))
    assert session.begins_at == session.opened_at
    for name in ("Anna", "Ben"):
        join(client, session, name)
    session.refresh_from_db()
    assert session.started_at == session.participants.earliest("joined_at").joined_at


def test_without_redis_the_join_page_says_so(client, settings):
    nobody = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": nobody}
    response = client.post(JOIN, {"code": "ACDEFG", "display_name": "Anna"})
    assert response.status_code == 503
    assert "again in a moment" in response.content.decode()
