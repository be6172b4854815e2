"""The frame queue between web process and worker, on a real Redis."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import redis

from demo.redis_server import redis_service, wait_for_redis
from emotion.frame_queue import producer, queue
from emotion.frame_queue.frame import Frame, Purpose
from tests.emotion.running import silent
from tests.waiting import SOON

SESSION = uuid4()


def frame(*, consent: int = 1, sequence: int = 1, session: UUID = SESSION, jpeg: bytes = b"jpeg") -> Frame:
    taken_at = datetime(2026, 9, 1, 10, 0, 0, 250_000, tzinfo=UTC)
    return Frame(session, uuid4(), consent, sequence, taken_at, Purpose.CLASS, jpeg)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list:
    """Count how often a worker would have been woken; none is woken again because the machine is slow."""
    for module in (queue, producer):
        monkeypatch.setattr(module, "WAKE_AGAIN_AFTER_MS", 1000 * SOON)
    woken: list = []
    monkeypatch.setattr(producer, "wake_worker", lambda: woken.append(1))
    return woken


@pytest.fixture
async def way_in(calls: list) -> AsyncIterator[producer.FrameProducer]:
    way_in = producer.FrameProducer()
    yield way_in
    await way_in.close()


def tally(session: UUID = SESSION) -> dict[str, int]:
    return queue.collect_tallies().get(session, {})


def test_a_frame_is_unpacked_as_it_was_packed() -> None:
    sent = frame(jpeg=bytes(range(256)))
    assert Frame.unpack(sent.pack()) == sent


def test_a_frame_never_shows_its_picture_in_a_log() -> None:
    assert "jpeg" not in repr(frame())


async def test_the_newest_frame_wins(way_in: producer.FrameProducer) -> None:
    for sequence in (1, 2, 3):
        await way_in.put(frame(sequence=sequence))
    assert [taken.sequence for taken in queue.take_batch()] == [3]
    assert tally() == {"received": 3, "superseded": 2, "taken": 1}


async def test_the_sender_who_waited_longest_is_first_with_the_newest_frame(
    way_in: producer.FrameProducer, empty_redis: redis.Redis
) -> None:
    await way_in.put(frame(consent=2, sequence=1))
    empty_redis.zincrby("frames:waiting", -1000, f"{SESSION.hex}:2")  # has waited for a second
    await way_in.put(frame(consent=1, sequence=1))
    await way_in.put(frame(consent=2, sequence=2))
    assert [(taken.consent_id, taken.sequence) for taken in queue.take_batch()] == [(2, 2), (1, 1)]


async def test_an_expired_frame_is_not_read(way_in: producer.FrameProducer, empty_redis: redis.Redis) -> None:
    await way_in.put(frame())
    empty_redis.pexpire(f"frames:frame:{SESSION.hex}:1", 0)
    assert queue.take_batch() == []
    assert tally() == {"received": 1, "expired": 1}


async def test_a_frame_after_an_expired_one_does_not_supersede_it(
    way_in: producer.FrameProducer, empty_redis: redis.Redis
) -> None:
    await way_in.put(frame(sequence=1))
    empty_redis.pexpire(f"frames:frame:{SESSION.hex}:1", 0)
    await way_in.put(frame(sequence=2))
    assert len(queue.take_batch()) == 1
    assert tally() == {"received": 2, "expired": 1, "taken": 1}


async def test_every_frame_expires(
    way_in: producer.FrameProducer, empty_redis: redis.Redis, settings
) -> None:
    await way_in.put(frame())
    left = empty_redis.pttl(f"frames:frame:{SESSION.hex}:1")
    assert 0 < left <= settings.FRAME_TTL.total_seconds() * 1000


async def test_a_batch_is_no_larger_than_asked(way_in: producer.FrameProducer, settings) -> None:
    settings.BATCH_SIZE = 3
    await asyncio.gather(*(way_in.put(frame(consent=consent)) for consent in range(5)))
    assert [len(queue.take_batch()) for _ in range(3)] == [3, 2, 0]


async def test_one_batch_wakes_one_worker(way_in: producer.FrameProducer, calls: list) -> None:
    await asyncio.gather(*(way_in.put(frame(consent=consent)) for consent in range(40)))
    await way_in.put(frame(consent=41))
    await way_in._waking
    assert len(calls) == 1


async def test_no_worker_is_woken_while_one_is_awake(
    way_in: producer.FrameProducer, calls: list, empty_redis: redis.Redis
) -> None:
    queue.take_batch()
    await way_in.put(frame())
    assert calls == []
    assert empty_redis.pttl("frames:awake") > 0  # a killed worker listens no longer than this


async def test_a_worker_that_falls_asleep_learns_of_frames_that_woke_nobody(
    way_in: producer.FrameProducer,
) -> None:
    queue.take_batch()
    assert not queue.fall_asleep()
    queue.take_batch()
    await way_in.put(frame())
    assert queue.fall_asleep()


async def test_a_full_batch_left_waiting_wakes_one_more_worker(
    way_in: producer.FrameProducer, calls: list, settings
) -> None:
    settings.BATCH_SIZE = 2
    await asyncio.gather(*(way_in.put(frame(consent=consent)) for consent in range(9)))
    await way_in._waking
    for _batch in range(2):
        queue.take_batch()
        await way_in.put(frame())
    await way_in._waking
    assert len(calls) == 2


async def test_a_wake_up_without_a_response_is_repeated(
    way_in: producer.FrameProducer, calls: list, empty_redis: redis.Redis
) -> None:
    await way_in.put(frame(sequence=1))
    empty_redis.pexpire("frames:awake", 0)
    await way_in.put(frame(sequence=2))
    await way_in._waking
    assert len(calls) == 2


async def test_all_puts_of_one_tick_are_one_redis_call(
    way_in: producer.FrameProducer, empty_redis: redis.Redis
) -> None:
    await way_in.put(frame())  # connects, and loads the script
    before = empty_redis.info("commandstats")["cmdstat_evalsha"]["calls"]
    await asyncio.gather(*(way_in.put(frame(consent=consent)) for consent in range(50)))
    assert empty_redis.info("commandstats")["cmdstat_evalsha"]["calls"] == before + 1


async def test_a_put_that_is_cancelled_cancels_no_other(way_in: producer.FrameProducer) -> None:
    leaving = asyncio.create_task(way_in.put(frame(consent=1)))
    staying = asyncio.create_task(way_in.put(frame(consent=2)))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying
    assert 2 in {taken.consent_id for taken in queue.take_batch()}


async def test_frames_of_an_ended_consent_are_erased_at_once(way_in: producer.FrameProducer) -> None:
    await asyncio.gather(way_in.put(frame(consent=1)), way_in.put(frame(consent=11)))
    queue.erase_of_consents([1])
    assert [taken.consent_id for taken in queue.take_batch()] == [11]
    assert tally() == {"received": 2, "taken": 2, "erased": 1}


async def test_frames_of_a_closed_session_are_erased_at_once(way_in: producer.FrameProducer) -> None:
    other = uuid4()
    await asyncio.gather(way_in.put(frame(consent=1)), way_in.put(frame(consent=2, session=other)))
    queue.erase_of_session(SESSION)
    assert [taken.session_id for taken in queue.take_batch()] == [other]


async def test_refused_frames_are_counted_with_the_next_call(way_in: producer.FrameProducer) -> None:
    way_in.count_refused(SESSION)
    way_in.count_refused(SESSION)
    await way_in.put(frame())
    assert tally() == {"received": 3, "refused": 2}


def test_collected_counts_are_not_counted_twice() -> None:
    queue.count(Counter({(SESSION, "read"): 3, (SESSION, "taken"): -1}))
    assert tally() == {"read": 3, "taken": -1}
    assert tally() == {}


async def test_frames_are_refused_while_redis_is_down_and_taken_when_it_is_back(
    calls: list, settings, tmp_path: Path
) -> None:
    server, settings.REDIS_URL = redis_service(tmp_path)
    with contextlib.ExitStack() as running:
        running.callback(server.stop)
        server.start()
        wait_for_redis(settings.REDIS_URL)
        way_in = producer.FrameProducer()
        assert await way_in.put(frame())
        server.stop()
        assert not await way_in.put(frame())
        server.start()
        wait_for_redis(settings.REDIS_URL)
        assert await way_in.put(frame())
        with redis.Redis.from_url(settings.REDIS_URL) as restarted:
            counted = restarted.hgetall(f"frames:tally:{SESSION.hex}")
        await way_in.close()
    assert counted == {b"received": b"2", b"refused": b"1"}


async def test_a_redis_that_hangs_delays_a_class_once_and_not_each_frame(settings, silent_redis: str) -> None:
    settings.REDIS_URL = silent_redis
    way_in = producer.FrameProducer()
    on_a_site = settings.FRAME_PATIENCE["socket_timeout"] / settings.PATIENCE
    assert 2 * on_a_site < settings.FRAME_TTL.total_seconds()
    # A timeout for each frame would take longer.
    async with asyncio.timeout(SOON):
        assert not any(await asyncio.gather(*(way_in.put(frame(consent=one)) for one in range(300))))
    await way_in.close()


async def test_a_call_that_redis_runs_too_late_is_counted_once(
    way_in: producer.FrameProducer, empty_redis: redis.Redis
) -> None:
    await way_in.put(frame(sequence=1))
    way_in.count_refused(SESSION)
    with silent(empty_redis, way_in):
        assert not await way_in.put(frame(sequence=2))
    assert await way_in.put(frame(sequence=3))
    assert [taken.sequence for taken in queue.take_batch()] == [3]
    assert tally() == {"received": 4, "refused": 1, "superseded": 2, "taken": 1}


@pytest.mark.slow
async def test_only_one_call_waits_while_redis_is_down(
    way_in: producer.FrameProducer, empty_redis: redis.Redis
) -> None:
    with silent(empty_redis, way_in):
        assert not await way_in.put(frame(sequence=1))
        trying = asyncio.create_task(way_in.put(frame(sequence=2)))
        while not way_in._one_call_at_a_time.locked():  # noqa: ASYNC110  a tick or two
            await asyncio.sleep(0)
        assert not await way_in.put(frame(sequence=3))
        assert not trying.done()
        assert not await trying
    # Wait for the call that carries the count of the refusal, if it is under way.
    async with way_in._one_call_at_a_time:
        pass
    assert await way_in.put(frame(sequence=4))
    assert tally()["refused"] == 1


async def test_the_queue_works_on_after_redis_was_flushed(
    way_in: producer.FrameProducer, empty_redis: redis.Redis
) -> None:
    await way_in.put(frame())
    queue.take_batch()
    empty_redis.flushall()
    empty_redis.script_flush()
    assert await way_in.put(frame())
    assert len(queue.take_batch()) == 1
