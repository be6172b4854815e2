"""Text messages of a student: states of the camera, and pulses."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone

from classroom.events import live_group
from classroom.models import Mode, Participant, Pulse
from emotion.socket import protocol
from tests import factory
from tests.emotion.student import Student, saved_states
from tests.waiting import SOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna(transactional_db) -> Participant:
    return factory.measured()


@pytest.mark.parametrize("state", sorted(protocol.STATES))
async def test_every_state_is_recorded(anna: Participant, state: str) -> None:
    await sync_to_async(anna.record_state)("no_camera")
    async with Student(anna) as student:
        await student.send_state(state)
        await student.exchange_raw(b"")  # answered in turn, so the state has been noted before
        assert (await saved_states(anna))[-1] == state


async def test_a_new_state_reaches_the_live_page(anna: Participant) -> None:
    layer = get_channel_layer()
    async with Student(anna) as student:
        teacher = await layer.new_channel()
        await layer.group_add(live_group(anna.session_id), teacher)
        await student.send_state("paused")
        hint = await asyncio.wait_for(layer.receive(teacher), SOON)
    assert hint == {"type": "participant.changed", "participant": anna.pk.hex}


async def test_a_camera_state_needs_a_consent() -> None:
    ben = await sync_to_async(factory.participant)()
    async with Student(ben) as student:
        assert (await student.exchange(type="state", state="measuring"))["code"] == "no_consent"


async def test_a_camera_state_needs_a_mode_with_cameras() -> None:
    session = await sync_to_async(factory.open_session)(Mode.PARTICIPATION)
    ben = await sync_to_async(factory.participant)(session)
    async with Student(ben) as student:
        assert (await student.exchange(type="state", state="checking"))["code"] == "mode"


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ({"kind": "pace", "value": -1}, "pace", -1),
        ({"kind": "difficulty", "value": 1}, "difficulty", 1),
        ({"kind": "lost"}, "lost", None),
    ],
)
async def test_a_pulse_is_kept(anna: Participant, said: dict, kind: str, value: int | None) -> None:
    async with Student(anna) as student:
        await student.send_json(type="pulse", **said)
        await student.exchange_raw(b"")
        pulse = await Pulse.objects.aget()
    assert (pulse.kind, pulse.value, pulse.participant_id) == (kind, value, anna.pk)


@pytest.mark.postgresql
async def test_a_wrong_reading_pulse_has_the_time_of_its_reading(anna: Participant) -> None:
    taken_at = timezone.now() - timedelta(seconds=20)
    consent = await anna.consents.aget()
    await sync_to_async(factory.reading)(consent, sequence=7, taken_at=taken_at)
    async with Student(anna) as student:
        await student.send_json(type="pulse", kind="wrong_reading", sequence=7)
        await student.exchange_raw(b"")
        assert (await Pulse.objects.aget()).at == taken_at


async def test_a_pulse_about_somebody_elses_reading_is_refused(anna: Participant) -> None:
    await sync_to_async(factory.reading)(sequence=7)
    async with Student(anna) as student:
        answer = await student.exchange(type="pulse", kind="wrong_reading", sequence=7)
    assert answer["code"] == "bad_message"


async def test_pulses_are_limited_per_minute(anna: Participant, settings, no_time_passes) -> None:
    async with Student(anna) as student:
        for _ in range(settings.PULSES_PER_MINUTE):
            await student.exchange(type="pulse", kind="lost")
        assert (await student.exchange(type="pulse", kind="lost"))["code"] == "too_many"
    assert await Pulse.objects.acount() == settings.PULSES_PER_MINUTE


@pytest.mark.parametrize(
    "said", [{"type": "pulse", "kind": "lost"}, {"type": "state", "state": "paused"}, {"type": "here"}]
)
async def test_every_message_is_answered(anna: Participant, said: dict) -> None:
    async with Student(anna) as student:
        assert await student.exchange(**said) == {"type": "noted", "about": said}


async def test_a_refusal_repeats_the_message_that_it_is_about(anna: Participant, settings) -> None:
    settings.PULSES_PER_MINUTE = settings.STATES_PER_MINUTE = 0
    wrong = {"type": "pulse", "kind": "wrong_reading", "sequence": 7}
    paused = {"type": "state", "state": "paused"}
    async with Student(anna) as student:
        refusals = [await student.exchange(**said) for said in (wrong, paused)]
        refusals.append(await student.exchange_raw(b""))
    assert [(refusal["sequence"], refusal["about"]) for refusal in refusals] == [
        (7, wrong),
        (None, paused),
        (None, None),
    ]


async def test_states_are_limited_per_minute(anna: Participant, settings, no_time_passes) -> None:
    async with Student(anna) as student:
        for _ in range(settings.STATES_PER_MINUTE):
            await student.exchange(type="state", state="paused")
        assert (await student.exchange(type="state", state="paused"))["code"] == "too_many"
