from datetime import timedelta

import pytest
from django.utils import timezone

from classroom.events import consent_ended
from classroom.models import Mode, Participant, Presence
from classroom.tasks import note_lost_connections
from emotion.models import Reading
from tests import factory

pytestmark = pytest.mark.django_db


State = Presence.State


def states(participant):
    return [presence.state for presence in participant.presences.all()]


def test_a_state_is_written_only_when_it_changes():
    participant = factory.participant()
    assert participant.record_state(State.CHECKING)
    assert participant.record_state(State.MEASURING)
    assert not participant.record_state(State.MEASURING)
    assert states(participant) == [State.NO_CAMERA, State.CHECKING, State.MEASURING]


def test_a_repeated_state_updates_last_seen():
    participant = factory.participant()
    later = timezone.now() + timedelta(minutes=5)
    participant.record_state(State.NO_CAMERA, later)
    participant.refresh_from_db()
    assert participant.last_seen_at == later


def test_a_participant_who_left_gets_no_more_states():
    participant = factory.participant()
    participant.leave()
    assert not participant.record_state(State.OFFLINE)
    assert states(participant) == [State.NO_CAMERA, State.LEFT]


def test_an_erased_participant_gets_no_more_states():
    participant = factory.participant()
    Participant.objects.all().delete()
    assert not participant.record_state(State.OFFLINE)


def test_leaving_keeps_the_readings_and_the_decision():
    consent = factory.reading().consent
    consent.participant.leave()
    assert not consent.participant.is_in_class
    assert Reading.objects.count() == 1
    assert consent.participant.active_consent() == consent


def test_leaving_twice_keeps_the_first_date():
    participant = factory.participant()
    first = timezone.now()
    participant.leave(first)
    participant.leave(first + timedelta(hours=1))
    participant.refresh_from_db()
    assert participant.left_at == first
    assert states(participant).count(State.LEFT) == 1


def test_a_removed_participant_is_marked_even_after_leaving():
    participant = factory.participant()
    participant.leave()
    participant.leave(removed=True)
    participant.refresh_from_db()
    assert participant.was_removed
    assert states(participant)[-1] == State.LEFT


def test_removal_is_the_reason_in_the_timeline():
    participant = factory.participant()
    participant.leave(removed=True)
    assert states(participant)[-1] == State.REMOVED


def test_erasing_leaves_only_a_count(django_capture_on_commit_callbacks):
    consent = factory.reading().consent
    anna, session = consent.participant, consent.participant.session
    factory.pulse(anna)
    ended = []

    def record(consent_ids, **_):
        ended.extend(consent_ids)

    consent_ended.connect(record)
    with django_capture_on_commit_callbacks(execute=True):
        anna.erase()
        anna.erase()
    consent_ended.disconnect(record)
    session.refresh_from_db()
    assert session.erased_participants == 1
    assert ended == [consent.pk]
    assert not any(model.objects.exists() for model in (Participant, Presence, Reading))


def silent_for(minutes, participant):
    """Their web process died, so that nothing recorded the lost connection."""
    then = timezone.now() - timedelta(minutes=minutes)
    Participant.objects.filter(pk=participant.pk).update(last_seen_at=then)
    participant.presences.update(since=then)
    return then


def test_silence_is_recorded_as_offline_since_the_last_activity():
    anna, ben = factory.measured(), factory.measured()
    last_seen = {who.pk: silent_for(20, who) for who in (anna, ben)}
    read_at = last_seen[anna.pk] + timedelta(minutes=3)
    factory.reading(anna.active_consent(), taken_at=read_at)
    note_lost_connections()
    note_lost_connections()
    assert states(anna) == [State.NO_CAMERA, State.MEASURING, State.OFFLINE]
    assert anna.presences.last().since == read_at
    assert ben.presences.last().since == last_seen[ben.pk]


def test_active_or_departed_participants_are_not_recorded_as_silent():
    session = factory.open_session()
    there, gone = (factory.measured(session) for _ in range(2))
    gone.leave()
    silent_for(1, there)
    silent_for(20, gone)
    note_lost_connections()
    assert not Presence.objects.filter(state=State.OFFLINE).exists()


@pytest.mark.parametrize("state", [State.NO_CAMERA, State.DECIDING, State.PAUSED, State.MEASURING])
def test_silence_is_recorded_with_and_without_camera(state):
    anna = factory.participant()
    anna.record_state(state)
    then = silent_for(2, anna)
    note_lost_connections()
    assert (anna.presences.last().state, anna.presences.last().since) == (State.OFFLINE, then)


def test_returning_after_a_silence_leaves_a_gap_and_restores_the_state():
    """The gap is recorded even if nothing recorded the silence before, and the state is the same."""
    anna = factory.measured()
    then = silent_for(10, anna)
    anna.refresh_from_db()
    assert anna.record_seen()
    assert states(anna)[-3:] == [State.MEASURING, State.OFFLINE, State.MEASURING]
    assert anna.presences.all()[2].since == then


def test_a_short_silence_leaves_no_gap():
    anna = factory.measured()
    silent_for(1, anna)
    anna.refresh_from_db()
    assert not anna.record_seen()
    assert states(anna)[-1] == State.MEASURING


def test_a_silent_participant_is_not_recorded_as_staying_to_the_end():
    anna, ben = factory.measured(), factory.measured()
    then = silent_for(10, anna)
    for person in (anna, ben):
        person.session.close()
    assert states(anna)[-2:] == [State.OFFLINE, State.LEFT]
    assert anna.presences.get(state=State.OFFLINE).since == then
    assert states(ben)[-2:] == [State.MEASURING, State.LEFT]


def test_the_projector_counts_who_is_here():
    session = factory.open_session()
    for _ in range(2):
        factory.measured(session)
    silent_for(2, factory.measured(session))
    silent_for(2, factory.participant(session))
    assert session.participants.head_count() == {"joined": 2, "with_camera": 2}


def test_last_seen_times_are_written_in_one_statement(django_assert_num_queries):
    session, now = factory.open_session(), timezone.now()
    people = [factory.participant(session) for _ in range(300)]
    seen_at = {person.pk: now + timedelta(seconds=n) for n, person in enumerate(people, start=1)}
    # Begin, lock, update, commit.
    with django_assert_num_queries(4):
        assert Participant.objects.record_last_seen(seen_at) == set()
    assert dict(session.participants.values_list("pk", "last_seen_at")) == seen_at


def test_a_late_last_seen_time_does_not_replace_a_newer_one():
    anna = factory.participant()
    Participant.objects.record_last_seen({anna.pk: anna.last_seen_at - timedelta(minutes=1)})
    assert Participant.objects.get(pk=anna.pk).last_seen_at == anna.last_seen_at


def test_recording_last_seen_returns_those_who_were_offline():
    there, left, offline = (factory.participant() for _ in range(3))
    left.leave()
    offline.record_state(State.OFFLINE)
    now = timezone.now()
    seen_at = {person.pk: now for person in (there, left, offline)}
    assert Participant.objects.record_last_seen(seen_at) == {offline.pk}


def test_the_queries_of_recording_silence_do_not_grow_with_the_class(django_assert_max_num_queries):
    session = factory.open_session()
    for _ in range(20):
        silent_for(20, factory.measured(session))
    with django_assert_max_num_queries(5):
        note_lost_connections()
    with django_assert_max_num_queries(3):
        note_lost_connections()
    assert Presence.objects.filter(state=State.OFFLINE).count() == 20


def test_a_return_after_the_mode_came_back_is_without_camera():
    anna = factory.participant(factory.open_session(Mode.ANALYTICS))
    anna.record_state(State.PRESENT)
    anna.record_state(State.OFFLINE)
    anna.record_return()
    assert anna.presences.last().state == State.NO_CAMERA


def test_a_return_after_the_mode_ended_says_nothing_of_a_camera(settings):
    anna = factory.measured()
    anna.record_state(State.OFFLINE)
    settings.ALLOWED_MODES = ["participation"]
    anna.record_return()
    assert anna.presences.last().state == State.PRESENT
