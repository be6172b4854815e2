"""Where people guess, and where many come at once: who is right passes, and who guesses is slow."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connections
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from classroom import throttle
from classroom.models import ClassSession, Consent, Participant, Presence, TooManyDecisions
from config.settings import Pace
from tests import factory

pytestmark = pytest.mark.django_db
ADMIN = "/admin/login/"
CLASS_ONLY, OWN_LINE = Consent.Level.CLASS_ONLY, Consent.Level.OWN_LINE


@pytest.fixture(autouse=True)
def short_waits(settings):
    settings.SLOWER_BY_EACH, settings.SLOWEST_ANSWER = timedelta(milliseconds=1), timedelta(milliseconds=5)


@pytest.fixture
def no_redis(settings):
    nobody = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES, settings.REDIS_URL = {"default": nobody}, "redis://127.0.0.1:1/0"


def from_address(number):
    return Client(REMOTE_ADDR=f"192.0.{2 + number // 250}.{1 + number % 250}")


def sign_in(client, username="ada", password=factory.PASSWORD, at="/accounts/login/"):
    return client.post(at, {"username": username, "password": password})


def seconds_late(response):
    return throttle.response_delay(response.wsgi_request)


# --- passwords ------------------------------------------------------------------------------------------


@pytest.mark.any_database
@pytest.mark.parametrize("at", ["/accounts/login/", ADMIN])
def test_after_120_wrong_passwords_the_right_one_passes_and_every_answer_is_late(client, settings, at):
    factory.teacher("ada", is_staff=True)
    late = [seconds_late(sign_in(client, password="wrong", at=at)) for _ in range(120)]
    right = sign_in(client, at=at)
    assert right.status_code == 302
    assert seconds_late(right) == settings.SLOWEST_ANSWER.total_seconds()
    assert late == sorted(late)
    assert late[9:12] == [0.0, 0.001, 0.002]


def test_wrong_passwords_of_others_at_a_schools_address_keep_nobody_out(client):
    factory.teacher("ada")
    for number in range(60):
        sign_in(client, username=f"bob{number}", password="wrong")
    assert sign_in(client).status_code == 302


@pytest.mark.any_database
def test_guesses_at_one_account_are_counted_from_wherever_they_come(settings):
    factory.teacher("ada")
    factory.teacher("bob")
    for number in range(20):
        sign_in(from_address(number), username="ADA" if number % 2 else "ada", password="wrong")
    assert (
        seconds_late(sign_in(from_address(99), password="wrong")) == settings.SLOWEST_ANSWER.total_seconds()
    )
    assert seconds_late(sign_in(from_address(99), username="bob")) == 0
    assert sign_in(from_address(98)).status_code == 302


@pytest.mark.any_database
def test_an_unknown_name_is_slow_like_a_known_one(settings):
    for number in range(20):
        sign_in(from_address(number), username="nobody", password="wrong")
    late = seconds_late(sign_in(from_address(99), username="nobody", password="wrong"))
    assert late == settings.SLOWEST_ANSWER.total_seconds()


@pytest.mark.any_database
@pytest.mark.django_db(transaction=True)
def test_of_100_parallel_sign_ins_all_are_judged_and_all_wrong_ones_counted():
    factory.teacher("ada")

    def attempt(number):
        try:
            return sign_in(Client(), password="wrong" if number % 10 else factory.PASSWORD)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(attempt, range(100)))
    assert [answer.status_code for answer in answers[::10]] == [302] * 10
    assert sum(answer.status_code == 200 for answer in answers) == 90
    request = answers[0].wsgi_request
    assert throttle._usage(request, "SIGN_IN_FAILURES", None, increment=False)["count"] == 90


def test_without_redis_a_right_password_passes_and_answers_are_as_late_as_ever(client, settings, no_redis):
    factory.teacher("ada")
    wrong = sign_in(client, password="wrong")
    assert wrong.status_code == 200
    assert seconds_late(wrong) == settings.SLOWEST_ANSWER.total_seconds()
    assert sign_in(client).status_code == 302


def test_the_old_password_cannot_be_guessed_fast_at_an_open_computer():
    browser = factory.signed_in(factory.teacher("ada"))
    fields = {"old_password": "wrong", "new_password1": "Another-1-long", "new_password2": "Another-1-long"}
    late = [seconds_late(browser.post(reverse("password_change"), fields)) for _ in range(12)]
    late += [seconds_late(browser.post(reverse("account-delete"), {"password": "wrong"})) for _ in range(2)]
    assert late[-1] > late[-3] > late[0] == 0


def test_the_admins_own_page_for_a_new_password_is_no_way_around_that():
    browser = factory.signed_in(factory.teacher("ada", is_staff=True))
    fields = {"old_password": "wrong", "new_password1": "Another-1-long", "new_password2": "Another-1-long"}
    assert browser.get("/admin/password_change/").url == reverse("password_change")
    answers = [browser.post("/admin/password_change/", fields, follow=True) for _ in range(2)]
    assert not [answer for answer in answers if "old_password" in str(answer.context["form"].errors)]


def test_at_the_end_of_an_account_a_right_password_is_as_late_as_a_wrong_one():
    ada = factory.teacher("ada")
    factory.course(ada)
    browser = factory.signed_in(ada)
    answers = [browser.post(reverse("account-delete"), {"password": "wrong"}) for _ in range(14)]
    right = browser.post(reverse("account-delete"), {"password": factory.PASSWORD})  # no word on the course
    assert seconds_late(right) == seconds_late(answers[-1]) > 0


# --- receipts -------------------------------------------------------------------------------------------


def test_after_many_wrong_receipts_from_a_schools_address_a_right_one_still_erases(client, settings):
    anna = factory.participant()
    for _ in range(40):
        client.post("/my-data/", {"receipt_code": "AAAAAACCCCCC"})
    right = client.post("/my-data/", {"receipt_code": anna.receipt_code, "action": "erase"})
    assert right.status_code == 302
    assert seconds_late(right) == settings.SLOWEST_ANSWER.total_seconds()
    assert not Participant.objects.exists()


def test_without_redis_everybody_can_still_erase(client, no_redis):
    anna = factory.participant()
    client.post("/my-data/", {"receipt_code": anna.receipt_code, "action": "erase"})
    assert not Participant.objects.exists()


# --- codes ----------------------------------------------------------------------------------------------


def join(client, session, name="Anna", **fields):
    return client.post("/join/", {"code": session.join_code, "display_name": name} | fields)


def by_link(session):
    return dict(parse_qsl(urlsplit(session.join_url()).query))


def guess(client, code="AAAAAA"):
    return client.post("/join/", {"code": code, "display_name": "Guess"})


def test_wrong_codes_from_a_schools_address_keep_nobody_there_out(client, settings):
    settings.JOIN_FAILURES = "3/10m"
    session = factory.open_session()
    late = [seconds_late(guess(client)) for _ in range(10)]
    assert late[2:5] == [0, 0.001, 0.002]
    assert join(client, session).status_code == 302


@pytest.mark.any_database
def test_a_site_that_is_guessed_at_lets_in_by_link_and_from_where_the_class_is(settings):
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
    assert join(school, session, "By link", **by_link(session)).status_code == 302
    assert join(Client(REMOTE_ADDR="192.0.2.202"), session, "Beside her").status_code == 302


def test_without_redis_a_code_opens_nothing_and_the_link_does(no_redis):
    session = factory.open_session()
    assert join(Client(), session).status_code == 503
    assert guess(Client()).status_code == 503
    assert join(Client(), session, **by_link(session)).status_code == 302


# --- many at once ---------------------------------------------------------------------------------------


def turns(count, address="192.0.2.7", place="ACEH3K"):
    request = RequestFactory(REMOTE_ADDR=address).post("/join/")
    return [throttle.join_delay(request, place) for _ in range(count)]


SLOWED = 1000  # times


@pytest.fixture
def slow_turns(settings):
    """All of them come in the same moment, however long the machine takes to ask."""
    at_once, a_second, longest_wait = settings.JOINS_OF_ONE_ADDRESS
    settings.JOINS_OF_ONE_ADDRESS = Pace(at_once, a_second / SLOWED, longest_wait * SLOWED)


def test_300_students_of_one_address_who_press_at_once_all_get_a_turn(slow_turns):
    waits = turns(300)
    assert waits[:100] == [0.0] * 100
    assert None not in waits
    assert 15 < waits[-1] / SLOWED <= 20


def test_a_script_waits_longer_and_longer_and_is_then_told_to_come_back(slow_turns):
    waits = turns(400)
    assert None in waits
    assert turns(1, place="another class") == turns(1, address="192.0.2.8") == [0.0]


def test_a_script_that_changes_its_ipv6_network_each_time_stands_in_line_all_the_same(slow_turns):
    waits = [turns(1, address=f"2001:db8:1:{number:x}::1")[0] for number in range(400)]
    assert waits[:290] == [0.0] * 290
    assert waits[-1] > 0
    assert turns(1, address="2001:db8:2::1") == [0.0]


def test_a_class_of_300_phones_of_one_provider_all_come_in(slow_turns):
    assert None not in [turns(1, address=f"2001:db8:1:{number:x}::1")[0] for number in range(300)]


def test_parallel_newcomers_stand_in_one_line(settings):
    settings.JOINS_OF_ONE_ADDRESS = Pace(at_once=100, a_second=0.01, longest_wait=timedelta(days=1))
    with ThreadPoolExecutor(20) as pool:
        waits = [wait for each in pool.map(lambda _: turns(10), range(20)) for wait in each]
    assert sum(wait == 0.0 for wait in waits) in (100, 101)  # a hundred seconds give one more
    assert len({round(wait) for wait in waits if wait}) >= 99


def test_who_finds_too_long_a_line_keeps_what_was_typed(client, settings):
    settings.JOINS_OF_ONE_ADDRESS = Pace(at_once=1, a_second=0.01, longest_wait=timedelta(seconds=1))
    session = factory.open_session()
    assert join(client, session, "Ben").status_code == 302
    crowded = join(Client(), session, "Anna")
    assert crowded.status_code == 429
    assert 'value="Anna"' in crowded.content.decode()
    assert "Press “Continue” again" in crowded.content.decode()
    assert session.participants.count() == 1


def test_two_addresses_of_one_house_are_one():
    houses = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "192.0.2.7", ""]
    networks = [throttle.network(RequestFactory(REMOTE_ADDR=house).get("/")) for house in houses]
    assert networks == ["2001:db8:1:2::", "2001:db8:1:2::", "2001:db8:1:3::", "192.0.2.7", ""]


def test_two_ipv4_addresses_are_two_where_one_socket_serves_both_kinds():
    houses = ["::ffff:192.0.2.7", "::ffff:192.0.2.8", "192.0.2.7"]
    networks = [throttle.network(RequestFactory(REMOTE_ADDR=house).get("/")) for house in houses]
    assert networks == ["192.0.2.7", "192.0.2.8", "192.0.2.7"]


def test_removing_a_bot_frees_its_seat(client, settings):
    settings.MAX_PARTICIPANTS = 2
    session = factory.open_session()
    bots = [factory.participant(session, f"Bot {number}") for number in range(2)]
    assert "full" in join(client, session).content.decode()
    bots[0].leave(removed=True)
    assert join(client, session).status_code == 302


def test_bots_that_are_gone_keep_nobody_out(client, settings):
    settings.MAX_PARTICIPANTS = 1
    session = factory.open_session()
    factory.participant(session, "Bot", last_seen_at=timezone.now() - 2 * settings.GONE_AFTER)
    assert join(client, session).status_code == 302


def admit_and_leave(session, times):
    for _ in range(times):
        session.admit("Bot").leave()


def test_a_loop_of_joining_and_leaving_fills_no_database_and_keeps_nobody_out(settings):
    settings.MAX_PARTICIPANTS, settings.MOST_PARTICIPANT_ROWS = 2, 5
    session = factory.open_session()
    admit_and_leave(session, 20)
    assert session.participants.count() <= 6
    assert session.admit("Anna")


def test_so_does_a_loop_that_decides_before_it_leaves(settings):
    settings.MAX_PARTICIPANTS, settings.MOST_PARTICIPANT_ROWS = 2, 5
    session = factory.open_session()
    for number in range(20):
        seat = session.admit("Bot")
        if number % 2:
            seat.give_consent(CLASS_ONLY, "1")
        seat.enter()
        seat.leave()
    assert session.participants.count() <= 6


def test_and_one_that_only_closes_its_tabs(settings):
    settings.MAX_PARTICIPANTS, settings.MOST_PARTICIPANT_ROWS = 2, 5
    session = factory.open_session()
    long_ago = timezone.now() - timedelta(hours=1)
    for _ in range(9):
        seat = session.admit("Bot")
        Participant.objects.filter(pk=seat.pk).update(joined_at=long_ago, last_seen_at=long_ago)
    assert session.participants.count() <= 6


def test_who_was_in_class_or_left_a_word_stays_through_a_flood(settings):
    settings.MOST_PARTICIPANT_ROWS = 5
    session = factory.open_session()
    early = timezone.now() - timedelta(minutes=50)
    anna = factory.participant(session, "Anna", joined_at=early, left_at=early + timedelta(minutes=40))
    ben = factory.pulse(factory.participant(session, "Ben")).participant
    cleo = factory.reading(factory.consent(factory.participant(session, "Cleo"))).consent.participant
    here = factory.participant(session, "Dora")
    removed = factory.participant(session, "Bot")
    ben.leave()
    cleo.leave()
    removed.leave(removed=True)
    admit_and_leave(session, 9)
    assert {anna, ben, cleo, here, removed} <= set(session.participants.all())


# --- the teacher's key ----------------------------------------------------------------------------------


def press(session, what, **options):
    browser = factory.signed_in(session.course.owner)
    return browser.post(reverse("session-door", args=[session.pk]), {"do": what}, **options)


def test_behind_a_locked_door_nobody_new_comes_in_and_who_has_a_seat_comes_back(client):
    session = factory.open_session()
    join(client, session)
    press(session, "lock")
    for fields in ({}, by_link(session)):
        assert "locked the door" in join(Client(), session, "Ben", **fields).content.decode()
    assert session.participants.count() == 1
    assert client.get(reverse("before-you-start", args=[session.pk])).status_code == 200
    press(session, "open")
    assert join(Client(), session, "Ben").status_code == 302


def test_a_new_code_shuts_out_the_old_code_and_the_old_link():
    session = factory.open_session()
    old = {"code": session.join_code, "key": by_link(session)["key"]}
    answer = press(session, "renew", headers={"Accept": "application/json"}).json()
    session.refresh_from_db()
    assert answer == {"code": session.join_code, "locked": False}
    assert session.join_code != old["code"]
    for fields in (old, {"code": old["code"]}):
        assert "No open class" in join(Client(), session, **fields).content.decode()
    assert not session.is_link_key(old["key"])
    assert join(Client(), session, **by_link(session)).status_code == 302


def test_a_session_that_is_over_gets_no_new_code():
    session = factory.open_session()
    session.close()
    press(session, "renew")
    session.refresh_from_db()
    assert ClassSession.objects.get(pk=session.pk).join_code == session.join_code


@pytest.mark.parametrize("page", ["invite", "live"])
def test_the_door_is_on_the_page(page):
    session = factory.open_session()
    browser = factory.signed_in(session.course.owner)
    assert "Lock the door" in browser.get(reverse(page, args=[session.pk])).content.decode()
    session.lock(timezone.now())
    shown = browser.get(reverse(page, args=[session.pk])).content.decode()
    assert "Door locked" in shown
    assert "Open the door" in shown


def test_a_locked_door_shows_no_code_on_the_projector():
    session = factory.open_session()
    session.lock(timezone.now())
    page = factory.signed_in(session.course.owner).get(reverse("invite", args=[session.pk])).content.decode()
    assert "projector-code" not in page


# --- what one person can make ---------------------------------------------------------------------------


def test_decisions_are_paced_and_switching_off_never_is(settings):
    anna = factory.participant()
    client = factory.in_seat(anna)
    headers = {"Accept": "application/json"}
    url = reverse("room-consent", args=[anna.session_id])
    for _ in range(20):
        client.post(url, headers=headers)
        client.post(reverse("room-withdraw", args=[anna.session_id]))
    refused = client.post(url, headers=headers)
    assert refused.status_code == 429
    assert "wait a minute" in refused.json()["error"]
    assert anna.consents.count() == settings.DECISIONS_PER_MINUTE
    assert anna.active_consent() is None


def test_who_shows_the_line_can_always_hide_it(settings):
    anna = factory.measured()
    settings.DECISIONS_PER_MINUTE = 2
    anna.give_consent(OWN_LINE, "1")
    anna.give_consent(CLASS_ONLY, "1")
    with pytest.raises(TooManyDecisions):
        anna.give_consent(OWN_LINE, "1")
    assert anna.active_consent().level == CLASS_ONLY


def test_the_same_decision_again_is_no_row(settings):
    anna = factory.participant()
    for _ in range(50):
        anna.give_consent(CLASS_ONLY, "1")
    assert anna.consents.count() == 1


def test_an_hour_of_decisions_is_bounded(settings):
    anna = factory.participant()
    settings.DECISIONS_PER_HOUR = 4
    for minutes in (50, 40, 30, 20):
        given = timezone.now() - timedelta(minutes=minutes)
        factory.consent(anna, given_at=given, withdrawn_at=given)
    with pytest.raises(TooManyDecisions):
        anna.give_consent(CLASS_ONLY, "1")


def test_who_has_decided_too_often_is_told_so_before_class_too(settings):
    settings.DECISIONS_PER_MINUTE = 0
    anna = factory.participant(entered_at=None)
    url = reverse("before-you-start", args=[anna.session_id])
    page = factory.in_seat(anna).post(url, {"camera": "yes"}, headers={"Accept": "application/json"})
    assert page.status_code == 429
    assert factory.in_seat(anna).post(url, {"camera": "no"}).status_code == 302


def test_a_connection_that_comes_and_goes_fills_no_timeline(settings):
    settings.PRESENCES_PER_MINUTE = 6
    anna, now = factory.participant(), timezone.now()
    for second in range(40):
        state = (Presence.State.OFFLINE, Presence.State.NO_CAMERA)[second % 2]
        anna.record_state(state, now + timedelta(seconds=second))
    assert anna.presences.count() <= 7
    assert anna.presences.last().state == Presence.State.NO_CAMERA
    assert anna.record_state(Presence.State.CAMERA_OFF, now + timedelta(minutes=3))
    assert anna.presences.last().since == now + timedelta(minutes=3)


def test_a_teacher_opens_sessions_courses_and_markers_without_end_no_more(settings):
    settings.SESSIONS_OF_ONE_TEACHER, settings.MOST_COURSES, settings.MOST_MARKERS = "2/h", 2, 1
    ada = factory.teacher("ada")
    course, browser = factory.course(ada), factory.signed_in(ada)
    fields = {"course": course.pk, "title": "Waves", "mode": "mirror"}
    answers = [browser.post(reverse("session-new"), fields).status_code for _ in range(3)]
    assert answers == [302, 302, 429]
    for name in ("One", "Two"):
        browser.post(reverse("course-new"), {"name": name, "default_mode": "mirror"})
    assert ada.owned_courses.count() == 2
    markers = reverse("marker-add", args=[course.sessions.first().pk])
    codes = [browser.post(markers, headers={"Accept": "application/json"}).status_code for _ in range(2)]
    assert codes == [201, 409]


def test_the_open_sessions_of_a_course_are_bounded(settings):
    settings.MOST_OPEN_SESSIONS = 1
    session = factory.open_session()
    browser = factory.signed_in(session.course.owner)
    fields = {"course": session.course_id, "title": "Waves", "mode": "mirror"}
    assert "Please end some first" in browser.post(reverse("session-new"), fields).content.decode()


def test_invitations_are_paced(settings):
    settings.INVITATIONS_OF_ONE_TEACHER = "1/h"
    course = factory.course()
    browser = factory.signed_in(course.owner)
    for _ in range(2):
        teacher = factory.teacher()
        page = browser.post(
            reverse("teacher-invite", args=[course.pk]), {"who": teacher.username}, follow=True
        )
    assert "sent too many invitations" in page.content.decode()
    assert course.invitations.count() == 1


def test_who_comes_while_the_code_is_renewed_needs_the_new_one(client):
    session = factory.open_session()
    found = ClassSession.objects.get(pk=session.pk)  # by the code that was typed
    session.renew_code()
    assert found.admit("Bot") is None
    assert session.admit("Anna")
