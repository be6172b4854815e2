"""What the socket counts: refusals that end a connection, frames of which each has one fate, and the pace."""

import asyncio
import time

import pytest
import redis
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from classroom.events import participant_group
from classroom.models import Participant
from emotion.frame_queue import producer, queue
from tests import factory
from tests.emotion.running import silent
from tests.emotion.student import PICTURE, Student

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


@pytest.fixture
def anna(transactional_db, monkeypatch: pytest.MonkeyPatch) -> Participant:
    monkeypatch.setattr(producer, "wake_worker", lambda: None)  # no broker and no worker here
    return factory.consent().participant


async def test_while_redis_takes_no_frames(anna: Participant, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Student(anna) as student:
        await student.exchange_frame()
        pool = producer.frame_producer()._client.connection_pool
        await pool.disconnect()
        monkeypatch.setitem(pool.connection_kwargs, "port", 1)
        pool.reset()
        assert (await student.exchange_frame())["code"] == "busy"


async def test_a_frame_that_redis_stores_too_late_is_counted_once(
    anna: Participant, empty_redis: redis.Redis
) -> None:
    async with Student(anna) as student:
        await student.exchange_frame()
        with silent(empty_redis, producer.frame_producer()):
            assert (await student.exchange_frame())["code"] == "busy"
        assert (await student.exchange_frame())["type"] == "admitted"  # it would carry a refusal along
    assert queue.collect_tallies()[anna.session_id] == {"received": 3, "superseded": 2}


async def test_a_worker_can_still_refuse(anna: Participant) -> None:
    async with Student(anna) as student:
        hint = {"type": "participant.frame_refused", "sequence": 5, "code": "truncated"}
        await get_channel_layer().group_send(participant_group(anna.pk), hint)
        answer = await student.receive()
    assert (answer["type"], answer["code"], answer["sequence"]) == ("refused", "truncated", 5)


async def test_frames_that_workers_refuse_end_the_connection_too(anna: Participant, settings) -> None:
    settings.MAX_REFUSALS = 5
    refused = {"type": "participant.frame_refused", "sequence": 5, "code": "truncated"}
    async with Student(anna) as student:
        for _ in range(settings.MAX_REFUSALS - 1):
            assert (await student.exchange_frame())["type"] == "admitted"
            await get_channel_layer().group_send(participant_group(anna.pk), refused)
            assert (await student.receive())["type"] == "refused"
        assert await student.closed() == 4400


async def test_sixty_refusals_end_the_connection(anna: Participant, settings) -> None:
    async with Student(anna) as student:
        for _ in range(settings.MAX_REFUSALS):
            assert (await student.exchange_raw(b""))["type"] == "refused"
        assert await student.closed() == 4400
        assert (await anna.presences.alast()).state == "offline"


async def test_an_admitted_frame_offsets_a_refusal(anna: Participant, settings) -> None:
    settings.MAX_REFUSALS = 2
    async with Student(anna) as student:
        for _ in range(3):
            assert (await student.exchange_raw(b""))["type"] == "refused"
            assert (await student.exchange_frame())["type"] == "admitted"


async def test_every_frame_is_accounted_for(anna: Participant) -> None:
    async with Student(anna) as student:
        for jpeg in (PICTURE, PICTURE[:500], PICTURE, b"GIF89a", PICTURE):
            await student.exchange_frame(jpeg)
    assert queue.collect_tallies()[anna.session_id] == {"received": 5, "refused": 2, "superseded": 2}
    assert len(queue.take_batch()) == 1


async def test_the_answer_comes_at_the_pace_the_workers_can_keep(anna: Participant) -> None:
    async with Student(anna) as student:
        producer.frame_producer()._pacing.interval_ms = 2500
        producer.frame_producer()._pacing._changed_at = (
            time.monotonic() + 60
        )  # it changes once a second at most
        assert (await student.exchange_frame())["interval_ms"] == 2500


@pytest.mark.slow
async def test_many_students_in_one_class_are_admitted_together(anna: Participant) -> None:
    consents = await sync_to_async(
        lambda: [factory.consent(factory.participant(anna.session)) for _ in range(20)]
    )()
    students = [Student(consent.participant) for consent in consents]
    for student in students:
        await student.__aenter__()
    answers = await asyncio.gather(*(student.exchange_frame() for student in students))
    assert [answer["type"] for answer in answers] == ["admitted"] * 20
    for student in students:
        await student.disconnect()
    assert len(queue.take_batch()) == 20
