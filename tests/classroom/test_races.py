"""Things that really happen at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from classroom.models import CONSENT_TEXT_VERSION, Consent, Participant
from emotion.models import Reading
from tests import factory

pytestmark = pytest.mark.django_db(transaction=True)
CLASS_ONLY, OWN_LINE = Consent.Level.CLASS_ONLY, Consent.Level.OWN_LINE


def at_once(*acts):
    start = Barrier(len(acts))

    def run(act):
        start.wait(5)
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(20) for future in [pool.submit(run, act) for act in acts]]


def decide(participant, level):
    return lambda: participant.give_consent(level, CONSENT_TEXT_VERSION)


def test_of_many_decisions_at_once_one_is_active():
    anna = factory.participant()
    at_once(*[decide(anna, level) for level in (CLASS_ONLY, OWN_LINE) * 3])
    assert anna.consents.active().count() == 1


def test_the_same_decision_from_two_tabs_is_made_once():
    anna = factory.participant()
    at_once(*[decide(anna, CLASS_ONLY)] * 4)
    assert anna.consents.count() == 1


def test_no_reading_outlives_its_decision():
    consent = factory.reading().consent
    anna = consent.participant
    at_once(anna.withdraw_consent, decide(anna, OWN_LINE), anna.withdraw_consent)
    assert not Reading.objects.filter(consent__withdrawn_at__isnull=False).exists()


def test_erasing_and_closing_do_not_wait_for_each_other_for_ever():
    session = factory.open_session()
    people = [factory.consent(factory.participant(session)).participant for _ in range(5)]
    at_once(session.close, *[person.erase for person in people])
    session.refresh_from_db()
    assert (session.erased_participants, session.is_open) == (5, False)
    assert not Participant.objects.exists()


def test_a_seat_is_left_once():
    anna = factory.participant()
    at_once(anna.leave, anna.leave, anna.session.close)
    assert anna.presences.filter(state="left").count() == 1
