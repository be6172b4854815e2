"""The connection of a student's socket: replaced, lost, ended, and changed while it is open."""

import asyncio
import time
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone

from classroom.events import participant_group
from classroom.models import Consent, Participant
from emotion.socket import batched_queries
from tests import factory
from tests.emotion.student import Student, saved_states
from tests.waiting import SOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna(transactional_db) -> Participant:
    return factory.measured()


async def test_a_second_tab_closes_the_first(anna: Participant) -> None:
    async with Student(anna) as first, Student(anna) as second:
        assert await first.closed() == 4409
        assert (await second.exchange_frame())["type"] == "admitted"


async def test_an_older_tabs_late_message_does_not_close_the_newer(anna: Participant) -> None:
    async with Student(anna) as student:
        late = {"type": "participant.connected", "at": time.time_ns() - 10**9}
        await get_channel_layer().group_send(participant_group(anna.pk), late)
        await get_channel_layer().group_send(
            participant_group(anna.pk), {"type": "participant.answer", "text": "{}"}
        )
        assert await student.receive() == {}


async def test_a_replaced_tab_does_not_count_as_a_lost_connection(anna: Participant) -> None:
    async with Student(anna) as first, Student(anna):
        await first.closed()
        await first.disconnect()
        assert (await saved_states(anna))[-1] == "measuring"


async def test_a_lost_connection_is_recorded_and_the_state_before_it_resumed(anna: Participant) -> None:
    async with Student(anna) as student:
        await student.send_state("paused")
    assert (await saved_states(anna))[-2:] == ["paused", "offline"]
    async with Student(anna) as again:
        assert again.welcome["state"] == "paused"
        assert (await saved_states(anna))[-1] == "paused"


@pytest.fixture
def frequent_writes(settings) -> None:
    settings.LAST_SEEN_WRITTEN_EVERY = timedelta(seconds=0.01)


async def test_a_consent_that_outlives_what_is_allowed_measures_nothing(anna: Participant, settings) -> None:
    settings.ALLOWED_MODES = ["participation"]
    async with Student(anna) as student:
        said = [student.welcome[key] for key in ("mode", "consent", "state")]
        assert said == ["participation", None, "present"]
        assert (await saved_states(anna))[-1] == "present"
        assert (await student.exchange_frame())["code"] == "mode"


async def test_an_older_tab_that_closes_meanwhile_does_not_record_its_state_last(
    anna: Participant, monkeypatch
) -> None:
    first = Student(anna)
    await first.connect()
    await first.receive()
    opening = batched_queries._batchers().open
    query = opening.query

    async def let_the_first_go(identities: dict) -> dict:
        await first.closed()
        await first.disconnect()
        return await query(identities)

    monkeypatch.setattr(opening, "query", let_the_first_go)
    async with Student(anna):
        assert (await saved_states(anna))[-1] == "measuring"


async def test_a_socket_that_the_server_closed_is_not_recorded_as_offline(anna: Participant) -> None:
    async with Student(anna) as student:
        await sync_to_async(anna.leave)()
        await student.closed()
    assert (await saved_states(anna))[-1] == "left"


async def test_a_quiet_student_keeps_the_class_open(anna: Participant, frequent_writes) -> None:
    long_ago = timezone.now() - timedelta(hours=5)
    async with Student(anna) as student:
        await Participant.objects.filter(pk=anna.pk).aupdate(last_seen_at=long_ago)
        anna.last_seen_at = long_ago
        await student.send_json(type="here")
        async with asyncio.timeout(SOON):
            while anna.last_seen_at <= long_ago:
                await asyncio.sleep(0.02)
                await anna.arefresh_from_db()


async def test_a_participant_who_counted_as_gone_is_back_with_the_next_message(
    anna: Participant, frequent_writes
) -> None:
    async with Student(anna) as student:
        await sync_to_async(Participant.objects.record_silence)(timezone.now() + timedelta(minutes=20))
        await student.send_json(type="here")
        async with asyncio.timeout(SOON):
            while (await saved_states(anna))[-2:] != ["offline", "measuring"]:  # noqa: ASYNC110  a row
                await asyncio.sleep(0.02)


async def states_and_times(anna: Participant) -> list[tuple]:
    return [row async for row in anna.presences.values_list("state", "since")]


async def test_a_socket_that_stays_open_in_silence_does_not_count_as_present(
    anna: Participant, monkeypatch
) -> None:
    """A laptop whose lid was closed, or a phone in a pocket; the next message ends the gap."""
    async with Student(anna) as student:
        await student.exchange(type="here")
        before, later = timezone.now(), timezone.now() + timedelta(minutes=10)
        monkeypatch.setattr("django.utils.timezone.now", lambda: later)
        await student.exchange(type="here")
        gap, back = (await states_and_times(anna))[-2:]
    assert (gap[0], back) == ("offline", ("measuring", later))
    assert gap[1] <= before


async def test_a_lost_connection_is_recorded_as_of_its_last_message(anna: Participant, monkeypatch) -> None:
    async with Student(anna) as student:
        await student.exchange(type="here")
        heard_by = timezone.now()
        # So long it may take until a dead network is noticed.
        later = heard_by + timedelta(seconds=40)
        monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    state, since = (await states_and_times(anna))[-1]
    assert (state, since <= heard_by) == ("offline", True)


@pytest.mark.parametrize(
    ("code", "seconds", "since"), [(1001, 60, 60), (1005, 60, 60), (1006, 60, 0), (1001, 600, 0)]
)
async def test_a_closed_tab_was_present_until_it_closed(
    anna: Participant, monkeypatch, code, seconds, since
) -> None:
    student = Student(anna)
    async with asyncio.timeout(SOON):
        await student.connect()
        await student.receive()
    heard = timezone.now()
    later = heard + timedelta(seconds=seconds)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    await student.disconnect(code)
    state, noted = (await states_and_times(anna))[-1]
    assert state == "offline"
    assert (noted - heard).total_seconds() == pytest.approx(since, abs=25)


async def test_offline_comes_after_a_withdrawal_that_followed_the_last_message(
    anna: Participant,
) -> None:
    async with Student(anna):
        await sync_to_async(anna.withdraw_consent)()
    assert (await saved_states(anna))[-2:] == ["camera_off", "offline"]


async def test_closed_sockets_leave_no_task_behind(anna: Participant) -> None:
    async with Student(anna):
        pass
    assert not [task for task in asyncio.all_tasks() if "_keep_writing" in repr(task.get_coro())]


async def test_withdrawing_stops_the_frames_of_an_open_socket(anna: Participant) -> None:
    async with Student(anna) as student:
        await sync_to_async(anna.withdraw_consent)()
        assert await student.receive() == {"type": "consent", "consent": None}
        assert (await student.exchange_frame())["code"] == "no_consent"


async def test_a_student_who_has_not_passed_the_decision_page_is_not_measured(anna: Participant) -> None:
    await Participant.objects.filter(pk=anna.pk).aupdate(entered_at=None)
    async with Student(anna) as student:
        assert student.welcome["consent"] is None
        assert (await student.exchange_frame())["code"] == "no_consent"


async def test_the_camera_can_be_switched_on_later() -> None:
    ben = await sync_to_async(factory.participant)()
    async with Student(ben) as student:
        assert student.welcome["consent"] is None
        assert student.welcome["state"] == "no_camera"
        await sync_to_async(ben.give_consent)(Consent.Level.OWN_LINE, "2026-11-22")
        assert await student.receive() == {"type": "consent", "consent": "own_line"}
        assert (await student.exchange_frame())["type"] == "admitted"
