"""Scripts that join again and again fill no database and keep nobody out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from classroom.models import Consent, Participant
from tests import factory
from tests.classroom.visitors import join

pytestmark = pytest.mark.django_db


def test_removing_a_participant_frees_a_place(client, settings):
    settings.MAX_PARTICIPANTS = 2
    session = factory.open_session()
    bots = [factory.participant(session, f"Bot {number}") for number in range(2)]
    assert "full" in join(client, session).content.decode()
    bots[0].leave(removed=True)
    assert join(client, session).status_code == 302


def test_silent_participants_keep_nobody_out(client, settings):
    settings.MAX_PARTICIPANTS = 1
    session = factory.open_session()
    factory.participant(session, "Bot", last_seen_at=timezone.now() - 2 * settings.GONE_AFTER)
    assert join(client, session).status_code == 302


def admit_and_leave(session, times):
    for _ in range(times):
        session.admit("Bot").leave()


@pytest.mark.any_database
def test_joining_and_leaving_in_a_loop_leaves_few_rows(settings):
    settings.MAX_PARTICIPANTS, settings.MOST_PARTICIPANT_ROWS = 2, 5
    session = factory.open_session()
    admit_and_leave(session, 20)
    assert session.participants.count() <= 6
    assert session.admit("Anna")


@pytest.mark.slow
def test_joining_deciding_and_leaving_in_a_loop_leaves_few_rows(settings):
    settings.MAX_PARTICIPANTS, settings.MOST_PARTICIPANT_ROWS = 2, 5
    session = factory.open_session()
    for number in range(20):
        bot = session.admit("Bot")
        if number % 2:
            bot.give_consent(Consent.Level.CLASS_ONLY, "1")
        bot.enter()
        bot.leave()
    assert session.participants.count() <= 6


def test_joining_and_closing_the_tab_in_a_loop_leaves_few_rows(settings):
    settings.MAX_PARTICIPANTS, settings.MOST_PARTICIPANT_ROWS = 2, 5
    session = factory.open_session()
    long_ago = timezone.now() - timedelta(hours=1)
    for _ in range(9):
        bot = session.admit("Bot")
        Participant.objects.filter(pk=bot.pk).update(joined_at=long_ago, last_seen_at=long_ago)
    assert session.participants.count() <= 6


def test_participants_with_time_or_data_survive_a_flood(settings):
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
