"""Recording states of a whole class takes no more queries than of one participant."""

from datetime import timedelta

import pytest
from django.utils import timezone

from classroom.models import Participant, Presence
from tests import factory

pytestmark = pytest.mark.django_db
State = Presence.State


@pytest.fixture
def people() -> list[Participant]:
    session = factory.open_session()
    return [factory.measured(session) for _ in range(30)]


def latest() -> list[str]:
    return sorted(Participant.objects.states().values())


def test_a_class_that_pauses_at_once_costs_few_queries(people, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(10):
        changed = Participant.objects.record_camera_states({one.pk: State.PAUSED for one in people})
    assert {one.pk for one in changed} == {one.pk for one in people}
    assert latest() == [State.PAUSED] * 30


def test_a_repeated_state_is_no_change(people) -> None:
    assert not Participant.objects.record_camera_states({one.pk: State.MEASURING for one in people})
    assert Presence.objects.filter(state=State.MEASURING).count() == 30


def test_a_report_after_the_camera_was_turned_off_is_ignored(people) -> None:
    people[0].withdraw_consent()
    changed = Participant.objects.record_camera_states({one.pk: State.PAUSED for one in people[:2]})
    assert [one.pk for one in changed] == [people[1].pk]
    assert people[0].presences.last().state == State.CAMERA_OFF


def test_a_participant_who_left_gets_no_state(people) -> None:
    people[0].leave()
    Participant.objects.record_camera_states({one.pk: State.PAUSED for one in people})
    assert people[0].presences.last().state == State.LEFT


def test_lost_connections_are_recorded_as_of_the_last_message(people, django_assert_max_num_queries) -> None:
    now = timezone.now()
    seen_at = {one.pk: now + timedelta(seconds=second) for second, one in enumerate(people)}
    with django_assert_max_num_queries(10):
        Participant.objects.record_offline(seen_at)
    assert latest() == [State.OFFLINE] * 30
    assert dict(Presence.objects.filter(state=State.OFFLINE).values_list("participant", "since")) == seen_at
    assert dict(Participant.objects.values_list("pk", "last_seen_at")) == seen_at


def test_a_later_request_counts_as_the_last_message(people) -> None:
    anna = people[0]
    seen = Participant.objects.get(pk=anna.pk).last_seen_at
    Participant.objects.record_offline({anna.pk: seen - timedelta(seconds=20)})
    assert anna.presences.last().since == seen


def test_participants_who_change_too_often_keep_a_minute_of_rows(people, settings) -> None:
    settings.PRESENCES_PER_MINUTE = 3
    for state in (State.PAUSED, State.MEASURING) * 4:
        Participant.objects.record_camera_states({one.pk: state for one in people[:2]})
    assert [one.presences.count() for one in people[:2]] == [3, 3]
    assert [one.presences.last().state for one in people[:2]] == [State.MEASURING] * 2
