"""Requests that run in parallel, on real threads and connections."""

import functools
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from classroom.measuring import pause_measuring
from classroom.models import CONSENT_TEXT_VERSION, Consent, Participant
from emotion.models import Reading
from tests import factory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db(transaction=True)
CLASS_ONLY, OWN_LINE = Consent.Level.CLASS_ONLY, Consent.Level.OWN_LINE


def decide(participant, level):
    return lambda: participant.give_consent(level, CONSENT_TEXT_VERSION)


def test_only_one_of_parallel_decisions_is_active():
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


def test_erasing_and_closing_do_not_deadlock():
    session = factory.open_session()
    people = [factory.consent(factory.participant(session)).participant for _ in range(5)]
    at_once(session.close, *[person.erase for person in people])
    session.refresh_from_db()
    assert (session.erased_participants, session.is_open) == (5, False)
    assert not Participant.objects.exists()


def test_parallel_leaves_are_recorded_once():
    anna = factory.participant()
    at_once(anna.leave, anna.leave, anna.session.close)
    assert anna.presences.filter(state="left").count() == 1


def test_joining_a_forgotten_session_while_it_is_closed_is_consistent():
    session = factory.open_session(opened_at=timezone.now() - timedelta(hours=9))
    _, came = at_once(lambda: session.close_forgotten(timezone.now()), lambda: session.admit("Ben"))
    session.refresh_from_db()
    assert session.is_open == (came is not None)
    assert not session.participants.filter(left_at__lt=F("joined_at")).exists()


def test_a_message_during_the_recording_of_silence_is_not_lost():
    anna = factory.measured()
    now = timezone.now() + timedelta(minutes=20)
    at_once(lambda: Participant.objects.record_silence(now), lambda: anna.record_state("measuring", now))
    assert anna.presences.last().state == "measuring"


def test_only_one_of_parallel_joins_gets_the_last_place(settings):
    session = factory.participant().session
    settings.MAX_PARTICIPANTS = 2
    admitted = at_once(*[lambda: session.admit("Ben")] * 5)
    assert len([who for who in admitted if who]) == 1
    assert session.participants.count() == 2


def test_no_consent_is_given_in_a_session_that_closed_meanwhile():
    anna = factory.participant()
    # As a view has read it.
    found = Participant.objects.select_related("session").get(pk=anna.pk)
    anna.session.close()
    assert found.give_consent(CLASS_ONLY, CONSENT_TEXT_VERSION) is None
    assert not anna.consents.exists()


def test_no_consent_is_given_by_a_participant_who_was_erased_meanwhile():
    anna = factory.participant()
    found = Participant.objects.get(pk=anna.pk)
    anna.erase()
    assert found.give_consent(CLASS_ONLY, CONSENT_TEXT_VERSION) is None


def test_nothing_is_saved_once_a_pause_of_all_cameras_was_answered():
    for _ in range(5):
        consent = factory.consent()
        session = consent.participant.session
        saved = Reading.objects.filter(consent=consent)
        late = factory.unsaved_reading(consent, taken_at=timezone.now())

        def pause(session=session, saved=saved):
            pause_measuring(session)
            return saved.count()

        counted, _batch = at_once(pause, functools.partial(Reading.objects.add_consented, [late]))
        assert saved.count() == counted


def test_closing_during_a_decision_leaves_nobody_in_class():
    anna = factory.participant()
    consent, _closed = at_once(decide(anna, CLASS_ONLY), anna.session.close)
    anna.refresh_from_db()
    assert not anna.is_in_class
    assert anna.consents.exists() == (consent is not None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("end", "state"),
    [
        (lambda anna: anna.leave(), "left"),
        (lambda anna: anna.leave(removed=True), "removed"),
        (lambda anna: anna.session.remove([anna.pk], timezone.now()), "removed"),
        (lambda anna: anna.session.close(), "left"),
    ],
)
def test_a_student_who_is_gone_stays_gone_whatever_their_page_reported_meanwhile(end, state):
    for reported in ("paused", "measuring") * 5:
        anna = factory.consent().participant
        report = functools.partial(Participant.objects.record_camera_states, {anna.pk: reported})
        at_once(functools.partial(end, anna), report)
        assert Participant.objects.states()[anna.pk] == state
