"""What ends or changes a student's open socket, also where the hint of it was lost."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone

from classroom.events import participant_group
from classroom.models import Approval, Participant, Pulse
from emotion.socket import batched_queries
from tests import factory
from tests.emotion.student import Student, saved_states

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna(transactional_db) -> Participant:
    return factory.measured()


every_ending = pytest.mark.parametrize(
    ("ending", "code"),
    [
        (lambda anna: anna.leave(), 4412),
        (lambda anna: anna.leave(removed=True), 4411),
        (lambda anna: anna.erase(), 4401),
        (lambda anna: anna.session.close(), 4410),
        (lambda anna: anna.session.erase(), 4404),
    ],
    ids=["left", "removed", "erased", "ended", "deleted"],
)


@every_ending
async def test_an_open_socket_is_told_why_it_ends(anna: Participant, ending, code: int) -> None:
    async with Student(anna) as student:
        await sync_to_async(ending)(anna)
        assert await student.closed() == code


@pytest.fixture
def no_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    """No hint arrives, as while Redis is down."""
    monkeypatch.setattr("classroom.events.group_publisher.publish", lambda messages: None)


@pytest.fixture
def frequent_reconciliation(settings) -> None:
    settings.RECONCILE_EVERY = timedelta(seconds=0.05)


@every_ending
async def test_reconciliation_closes_a_socket_that_missed_the_hint_of_the_end(
    anna: Participant, ending, code: int, no_hints, frequent_reconciliation
) -> None:
    async with Student(anna) as student:
        await sync_to_async(ending)(anna)
        # A session that is deleted has ended a moment before.
        assert await student.closed() in ({code, 4410} if code == 4404 else {code})


async def test_reconciliation_updates_a_socket_that_missed_the_hint_of_a_withdrawal(
    anna: Participant, no_hints, frequent_reconciliation
) -> None:
    async with Student(anna) as student:
        await sync_to_async(anna.withdraw_consent)()
        assert await student.receive() == {"type": "consent", "consent": None}


async def test_reconciliation_updates_a_socket_when_an_approval_has_ended(
    anna: Participant, frequent_reconciliation
) -> None:
    """The calendar ends it: no row changes, and beat may be down."""
    async with Student(anna) as student:
        yesterday = timezone.localdate() - timedelta(days=1)
        await Approval.objects.aupdate(valid_from=yesterday, valid_until=yesterday)
        assert await student.receive() == {"type": "consent", "consent": None}
        assert (await student.exchange_frame())["code"] == "mode"


async def test_reconciliation_sends_nothing_where_nothing_changed(
    anna: Participant, frequent_reconciliation
) -> None:
    without_camera = await sync_to_async(factory.participant)(anna.session, "Ben")
    async with Student(anna) as first, Student(without_camera) as second:
        await asyncio.sleep(0.3)
        assert await first.socket.receive_nothing()
        assert await second.socket.receive_nothing()


@pytest.mark.parametrize("said", [{"type": "pulse", "kind": "lost"}, {"type": "state", "state": "paused"}])
async def test_a_socket_that_missed_the_end_closes_at_the_next_message(
    anna: Participant, said: dict, no_hints
) -> None:
    async with Student(anna) as student:
        await sync_to_async(anna.session.close)()
        await student.send_json(**said)
        assert await student.closed() == 4410
    assert not await Pulse.objects.aexists()


async def test_a_change_while_a_connection_opens_is_known(anna: Participant, no_hints, monkeypatch) -> None:
    opening = batched_queries._batchers().open
    query = opening.query

    async def withdraw_and_open(identities: dict) -> dict:
        await sync_to_async(anna.withdraw_consent)()
        return await query(identities)

    monkeypatch.setattr(opening, "query", withdraw_and_open)
    async with Student(anna) as student:
        assert student.welcome["consent"] is None


# --- the decision can change while it is open -----------------------------------------------------------


async def test_a_missed_hint_is_made_up_for_by_the_next(anna: Participant) -> None:
    async with Student(anna) as student:
        await Participant.objects.filter(pk=anna.pk).aupdate(left_at=timezone.now())
        hint = {"type": "participant.changed", "reason": "withdrawn"}
        await get_channel_layer().group_send(participant_group(anna.pk), hint)
        assert await student.closed() == 4412


async def test_a_state_of_a_camera_that_was_just_turned_off_is_not_recorded(
    anna: Participant, no_hints
) -> None:
    async with Student(anna) as student:
        await sync_to_async(anna.withdraw_consent)()
        await student.send_state("paused")
        assert (await saved_states(anna))[-1] == "camera_off"
