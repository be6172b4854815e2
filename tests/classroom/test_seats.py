from datetime import timedelta

import pytest
from django.utils import timezone

from classroom.events import consent_ended, session_closed
from classroom.models import Mode, Participant, Presence
from classroom.tasks import close_forgotten_sessions, note_lost_connections
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


def test_the_same_state_again_is_still_a_sign_of_life():
    participant = factory.participant()
    later = timezone.now() + timedelta(minutes=5)
    participant.record_state(State.NO_CAMERA, later)
    participant.refresh_from_db()
    assert participant.last_seen_at == later


def test_who_has_left_gets_no_more_states():
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
    assert not consent.participant.is_seated
    assert Reading.objects.count() == 1
    assert consent.participant.active_consent() == consent


def test_leaving_twice_keeps_the_first_time():
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


def test_erasing_leaves_nothing_but_a_number(django_capture_on_commit_callbacks):
    consent = factory.reading().consent
    anna, session = consent.participant, consent.participant.session
    factory.pulse(anna)
    ended = []

    def hear(consent_ids, **_):
        ended.extend(consent_ids)

    consent_ended.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        anna.erase()
        anna.erase()
    consent_ended.disconnect(hear)
    session.refresh_from_db()
    assert session.erased_participants == 1
    assert ended == [consent.pk]
    assert not any(model.objects.exists() for model in (Participant, Presence, Reading))


def test_closing_sends_everybody_home_once(django_capture_on_commit_callbacks):
    session = factory.open_session()
    anna, ben = factory.participant(session), factory.participant(session, "Ben")
    ben.leave()
    closed, now = [], timezone.now() + timedelta(minutes=1)

    def hear(session_id, **_):
        closed.append(session_id)

    session_closed.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        assert session.close(now)
        assert not session.close(now + timedelta(hours=1))
    session_closed.disconnect(hear)
    session.refresh_from_db()
    anna.refresh_from_db()
    assert (session.closed_at, anna.left_at, closed) == (now, now, [session.pk])
    assert states(anna)[-1] == states(ben)[-1] == State.LEFT
    assert states(ben).count(State.LEFT) == 1


def test_closing_costs_the_same_for_any_number_of_students(django_assert_max_num_queries):
    session = factory.open_session(Mode.PARTICIPATION)
    for _ in range(20):
        factory.participant(session)
    with django_assert_max_num_queries(10):
        session.close()


def test_a_forgotten_session_closes_itself():
    now = timezone.now()
    long_ago = now - timedelta(hours=5)
    forgotten = factory.open_session(opened_at=long_ago)
    factory.participant(forgotten, last_seen_at=long_ago)
    lively = factory.open_session(opened_at=long_ago)
    factory.participant(lively, last_seen_at=now)
    fresh = factory.open_session()
    close_forgotten_sessions()
    for session, is_open in ((forgotten, False), (lively, True), (fresh, True)):
        session.refresh_from_db()
        assert session.is_open == is_open


def test_a_page_that_was_left_open_keeps_no_class_open_for_days(settings):
    now = timezone.now()
    endless = factory.open_session(opened_at=now - settings.LONGEST_SESSION - timedelta(minutes=1))
    factory.participant(endless, last_seen_at=now)
    close_forgotten_sessions()
    endless.refresh_from_db()
    assert not endless.is_open
    assert endless.closed_at - now < timedelta(minutes=1)


def test_a_forgotten_session_ended_when_somebody_was_last_seen():
    opened = timezone.now() - timedelta(hours=9)
    session = factory.open_session(opened_at=opened)
    anna = factory.participant(session, joined_at=opened)
    anna.record_state(State.OFFLINE, opened + timedelta(minutes=10))
    ben = factory.participant(session, joined_at=opened)
    ben.record_state(State.OFFLINE, opened + timedelta(minutes=45))
    nobody_came = factory.open_session(opened_at=opened)
    factory.marker(nobody_came, at=opened + timedelta(minutes=5))
    close_forgotten_sessions()
    for left in (session, nobody_came, anna, ben):
        left.refresh_from_db()
    assert session.closed_at == anna.left_at == ben.left_at == opened + timedelta(minutes=45)
    assert states(anna)[-2:] == [State.OFFLINE, State.LEFT]
    assert nobody_came.closed_at == opened + timedelta(minutes=5)


def test_a_long_class_is_not_forgotten_in_a_break_in_which_everybody_left():
    session = factory.open_session(opened_at=timezone.now() - timedelta(hours=5))
    factory.participant(session, joined_at=session.opened_at).leave()
    close_forgotten_sessions()
    session.refresh_from_db()
    assert session.is_open


def silent_for(minutes, participant):
    """As after the death of the web process that held their socket."""
    then = timezone.now() - timedelta(minutes=minutes)
    Participant.objects.filter(pk=participant.pk).update(last_seen_at=then)
    participant.presences.update(since=then)
    return then


def test_who_falls_silent_lost_the_connection_with_their_last_sign_of_life():
    anna, ben = factory.measured(), factory.measured()
    last_seen = {who.pk: silent_for(20, who) for who in (anna, ben)}
    read_at = last_seen[anna.pk] + timedelta(minutes=3)
    factory.reading(anna.active_consent(), taken_at=read_at)
    note_lost_connections()
    note_lost_connections()
    assert states(anna) == [State.NO_CAMERA, State.MEASURING, State.OFFLINE]
    assert anna.presences.last().since == read_at
    assert ben.presences.last().since == last_seen[ben.pk]


def test_who_gives_a_sign_or_has_left_lost_no_connection():
    session = factory.open_session()
    there, gone = (factory.measured(session) for _ in range(2))
    gone.leave()
    silent_for(1, there)
    silent_for(20, gone)
    note_lost_connections()
    assert not Presence.objects.filter(state=State.OFFLINE).exists()


@pytest.mark.parametrize("state", [State.NO_CAMERA, State.DECIDING, State.PAUSED, State.MEASURING])
def test_whoever_falls_silent_is_gone_with_or_without_camera(state):
    anna = factory.participant()
    anna.record_state(state)
    then = silent_for(2, anna)
    note_lost_connections()
    assert (anna.presences.last().state, anna.presences.last().since) == (State.OFFLINE, then)


def test_who_comes_back_after_a_silence_has_a_gap_and_is_as_they_were():
    """Also where nobody noted the silence meanwhile, and the state is the same as before."""
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


def test_who_was_gone_before_the_end_did_not_stay_to_it():
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


def test_what_all_sockets_heard_is_written_at_once(django_assert_num_queries):
    session, now = factory.open_session(), timezone.now()
    people = [factory.participant(session) for _ in range(300)]
    heard = {person.pk: now + timedelta(seconds=n) for n, person in enumerate(people, start=1)}
    with django_assert_num_queries(4):  # begin, lock, update, commit
        assert Participant.objects.record_last_seen(heard) == set()
    assert dict(session.participants.values_list("pk", "last_seen_at")) == heard


def test_a_sign_that_comes_late_takes_none_back():
    anna = factory.participant()
    Participant.objects.record_last_seen({anna.pk: anna.last_seen_at - timedelta(minutes=1)})
    assert Participant.objects.get(pk=anna.pk).last_seen_at == anna.last_seen_at


def test_of_those_heard_it_is_said_who_was_taken_for_gone():
    there, left, offline = (factory.participant() for _ in range(3))
    left.leave()
    offline.record_state(State.OFFLINE)
    now = timezone.now()
    heard = {person.pk: now for person in (there, left, offline)}
    assert Participant.objects.record_last_seen(heard) == {offline.pk}


def test_silence_costs_the_same_for_any_number_of_students(django_assert_max_num_queries):
    session = factory.open_session()
    for _ in range(20):
        silent_for(20, factory.measured(session))
    with django_assert_max_num_queries(5):
        note_lost_connections()
    with django_assert_max_num_queries(3):
        note_lost_connections()
    assert Presence.objects.filter(state=State.OFFLINE).count() == 20


def test_a_code_is_free_again_after_the_session():
    first = factory.open_session()
    first.close()
    second = factory.open_session(course=first.course)
    second.join_code = first.join_code
    second.save()
    assert type(second).objects.with_code(first.join_code).get() == second
