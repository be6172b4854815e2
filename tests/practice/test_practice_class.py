"""Practice classes: simulated students who answer, say how it goes, raise hands, and end by themselves."""

import itertools
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities import anonymity
from activities.models import Answer, Hand, Kind, Pick, Question, StudentQuestion
from classroom.models import ClassSession, Mode, Participant, Presence, Pulse
from dashboards.course.overview import CourseOverview, Term
from emotion.models import Reading
from practice.practice_class import STEP, PracticeClass
from practice.tasks import play_practices
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher():
    return factory.teacher()


@pytest.fixture
def client(teacher) -> Client:
    return factory.signed_in(teacher)


def start(client, mode=Mode.PARTICIPATION):
    response = client.post(reverse("practice-start"), {"mode": mode})
    session = ClassSession.objects.filter(purpose="practice").latest("opened_at")
    assert response.url == reverse("live", args=[session.pk])
    return session


def play(session, seconds, *, begin=0.0):
    """Take all steps of these seconds of class, as if the clock ran."""
    for second in itertools.takewhile(lambda at: at <= begin + seconds, itertools.count(begin, 2)):
        PracticeClass(session, session.opened_at + timedelta(seconds=second)).play()


def test_a_practice_class_fills_with_simulated_students(client):
    session = start(client)
    play(session, 20)
    students = session.participants.all()
    assert 10 <= len(students) <= 16
    assert all(one.is_simulated for one in students)
    assert session.participants.here(session.opened_at + timedelta(seconds=20)).count() == len(students)


@pytest.mark.slow
def test_nobody_new_comes_twice(client):
    session = start(client)
    play(session, 300)
    assert session.participants.count() == 16
    assert len(set(session.participants.values_list("display_name", flat=True))) == 16


@pytest.mark.slow
def test_simulated_students_answer_whatever_is_asked_within_seconds(client):
    session = start(client)
    play(session, 20)
    kinds = itertools.product([Kind.CHOICE, Kind.SCALE, Kind.WORD, Kind.TEXT], [True, False])
    for number, (kind, is_anonymous) in enumerate(kinds):
        begin = 20 + 20 * number
        question = ask(session, kind, is_anonymous=is_anonymous, at=begin)
        play(session, 16, begin=begin + 2)
        assert Answer.objects.filter(question=question).count() >= 8, (kind, is_anonymous)
        question.close()
        question.refresh_from_db()
        assert question.answered >= 8, (kind, is_anonymous)


def ask(session: ClassSession, kind: str, *, is_anonymous: bool, at: float) -> Question:
    return Question.objects.ask(
        session,
        kind=kind,
        text="Clear?",
        options={Kind.CHOICE: ["Yes", "No"], Kind.SCALE: ["low", "high"]}.get(kind, []),
        is_anonymous=is_anonymous,
        opened_at=session.opened_at + timedelta(seconds=at),
    )


@pytest.mark.slow
def test_students_say_how_it_goes_raise_hands_and_ask(client):
    session = start(client)
    said = (
        Pulse.objects.filter(participant__session=session),
        Hand.objects.filter(participant__session=session),
        StudentQuestion.objects.filter(session=session),
    )
    # Chance decides when: a class in which nobody asks for 25 minutes is one of 800,000.
    minutes = iter(range(25))
    while not all(kind.exists() for kind in said):
        play(session, 58, begin=60 * next(minutes))


def test_somebody_who_is_picked_replies(client):
    session = start(client)
    play(session, 20)
    pick = Pick.objects.choose(session)
    Pick.objects.filter(pk=pick.pk).update(asked_at=session.opened_at + timedelta(seconds=20))
    play(session, 6, begin=24)
    pick.refresh_from_db()
    assert pick.state in (Pick.State.ACCEPTED, Pick.State.PASSED)


@pytest.mark.slow
def test_in_analytics_invented_readings_reach_the_live_page_and_say_that_they_are_invented(client):
    session = start(client, Mode.ANALYTICS)
    play(session, 30)
    readings = Reading.objects.filter(session=session)
    assert readings.count() > 50
    assert set(readings.values_list("recogniser_version", flat=True)) == {"invented"}
    page = client.get(reverse("live", args=[session.pk])).content.decode()
    assert "Everything here is invented." in page


def test_no_reading_is_invented_while_the_teacher_has_paused_all_cameras(client):
    session = start(client, Mode.ANALYTICS)
    play(session, 20)
    session.measuring_paused_at = session.opened_at + timedelta(seconds=20)
    session.save()
    before = Reading.objects.count()
    play(session, 10, begin=22)
    assert Reading.objects.count() == before
    assert Presence.objects.filter(state=Presence.State.TEACHER_PAUSED).exists()


@pytest.mark.slow
def test_some_pause_or_lose_their_connection_and_come_back(client):
    session = start(client, Mode.ANALYTICS)
    for second in range(0, 1560, 20):
        PracticeClass(session, session.opened_at + timedelta(seconds=second)).play()
    states = set(Presence.objects.filter(participant__session=session).values_list("state", flat=True))
    assert {Presence.State.OFFLINE, Presence.State.PAUSED, Presence.State.MEASURING} <= states


def test_a_practice_class_ends_by_itself(client):
    session = start(client)
    PracticeClass(session, session.opened_at + timedelta(minutes=30)).play()
    session.refresh_from_db()
    assert not session.is_open


def test_a_student_who_was_removed_stays_away(client):
    session = start(client)
    play(session, 14)
    removed = session.participants.first()
    removed.leave(removed=True)
    play(session, 10, begin=16)
    assert session.participants.filter(display_name=removed.display_name).count() == 1
    assert not Participant.objects.get(pk=removed.pk).is_in_class


def test_a_teacher_has_one_practice_class_at_a_time(client):
    first = start(client)
    assert start(client) == first
    assert "Back to the practice class" in client.get(reverse("home")).content.decode()


def test_the_site_plays_a_limited_number_of_practice_classes(client, settings):
    settings.MOST_PRACTICES = 1
    start(factory.signed_in(factory.teacher()))
    page = client.post(reverse("practice-start"), {"mode": "participation"}, follow=True).content.decode()
    assert "Many teachers are practising now." in page
    assert ClassSession.objects.count() == 1


def test_practice_is_offered_only_in_modes_that_the_site_allows(client, settings):
    settings.ALLOWED_MODES = ["participation"]
    page = client.get(reverse("home")).content.decode()
    assert "Start practising" in page
    assert 'value="analytics"' not in page
    client.post(reverse("practice-start"), {"mode": "analytics"})
    assert not ClassSession.objects.exists()


def test_the_page_offers_each_mode_that_the_site_allows(client):
    page = client.get(reverse("home")).content.decode()
    for mode in ("participation", "mirror", "analytics"):
        assert f'name="mode" value="{mode}"' in page


def test_a_teacher_can_join_their_practice_class_as_a_student(client):
    session = start(client)
    phone = Client()
    phone.post(reverse("join"), {"code": session.join_code, "display_name": "Me"})
    play(session, 20)
    me = session.participants.get(display_name="Me")
    assert not me.is_simulated
    assert not me.pulses.exists()


def sent_for(redis_client) -> list[float]:
    """Take the messages to the workers, and return for when they are."""
    headers = [json.loads(message)["headers"] for message in redis_client.lrange("celery", 0, -1)]
    redis_client.delete("celery")
    assert all(header["task"] == "practice.tasks.play_practices" for header in headers)
    return [datetime.fromisoformat(header["eta"]).timestamp() if header["eta"] else 0.0 for header in headers]


@pytest.mark.parametrize("beat", [[], [0.1, 10.1, 20.1], [1.999, 12, 22.001], [3.9, 3.95, 4.0, 4.05, 4.1]])
def test_whatever_beat_sends_each_step_is_taken_once(client, empty_redis, monkeypatch, beat):
    """Each message comes a tenth of a second late, as in a worker that has other things to do."""
    began = time.time() // STEP * STEP
    clock = [began]
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime.fromtimestamp(clock[0], UTC))
    start(client)
    assert sent_for(empty_redis) == [0.0], "the first step does not wait for beat"
    steps = []
    monkeypatch.setattr(PracticeClass, "play", lambda self: steps.append(clock[0] - began))
    messages = [began, *(began + at for at in beat)]
    while messages:
        messages.sort()
        clock[0] = messages.pop(0) + 0.1
        play_practices()
        messages += [at for at in sent_for(empty_redis) if at < began + 30]
    assert [step // STEP for step in steps] == list(range(15))


def test_a_message_that_is_lost_is_made_good_by_beat(client, empty_redis, monkeypatch):
    start(client)
    empty_redis.flushall()
    play_practices()
    assert len(sent_for(empty_redis)) == 1


def test_nothing_is_sent_where_nobody_practises(client, empty_redis):
    session = start(client)
    session.close()
    empty_redis.flushall()
    play_practices()
    assert sent_for(empty_redis) == []


def test_a_practice_class_counts_in_nothing_about_a_course(client):
    session = start(client)
    lesson = factory.open_session(Mode.PARTICIPATION)
    session.close()
    assert list(ClassSession.objects.without_practice()) == [lesson]
    assert CourseOverview.of(session.course, Term(), timezone.now()).rows == []


def test_a_real_lesson_is_not_played(client):
    lesson = factory.open_session(Mode.PARTICIPATION)
    play_practices()
    assert not lesson.participants.exists()


def test_a_practice_class_that_fails_takes_no_step_from_the_others(client, monkeypatch, caplog):
    failing, other = start(client), start(factory.signed_in(factory.teacher()))
    played = []

    def play(self: PracticeClass) -> None:
        if self.session == failing:
            raise ValueError("a fault")
        played.append(self.session)

    monkeypatch.setattr(PracticeClass, "play", play)
    play_practices()
    assert played == [other]
    assert f"Practice class {failing.pk} missed a step." in caplog.text


def test_an_anonymous_question_closes_when_redis_has_lost_its_key(client):
    session = start(client)
    play(session, 20)
    question = ask(session, Kind.CHOICE, is_anonymous=True, at=20)
    play(session, 6, begin=22)
    anonymity.forget(question.pk)
    play(session, 6, begin=28)
    question.refresh_from_db()
    assert question.closed_at is not None
