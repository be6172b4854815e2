"""The road from the web process to the worker, through a real Redis."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import redis

from emotion import frames, slots
from emotion.frames import Frame
from launcher.redis_server import redis_service, wait_for_redis
from tests.emotion.running import silent
from tests.waiting import SOON

SESSION = uuid4()


def frame(*, consent: int = 1, sequence: int = 1, session: UUID = SESSION, jpeg: bytes = b"jpeg") -> Frame:
    taken_at = datetime(2026, 9, 1, 10, 0, 0, 250_000, tzinfo=UTC)
    return Frame(session, uuid4(), consent, sequence, taken_at, frames.CLASS, jpeg)


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list:
    """No broker here: how often the workers would have been called, and none again because we are slow."""
    for module in (frames, slots):
        monkeypatch.setattr(module, "RING_AGAIN_AFTER_MS", 1000 * SOON)
    rung: list = []
    monkeypatch.setattr(slots, "ring", lambda: rung.append(1))
    return rung


@pytest.fixture
async def way_in(rings: list) -> AsyncIterator[slots.Slots]:
    way_in = slots.Slots()
    yield way_in
    await way_in.close()


def tally(session: UUID = SESSION) -> dict[str, int]:
    return frames.collect_tallies().get(session, {})


def test_a_frame_survives_the_journey_unchanged() -> None:
    sent = frame(jpeg=bytes(range(256)))
    assert Frame.unpack(sent.pack()) == sent


def test_a_frame_never_shows_its_picture_in_a_log() -> None:
    assert "jpeg" not in repr(frame())


async def test_the_newest_frame_wins(way_in: slots.Slots) -> None:
    for sequence in (1, 2, 3):
        await way_in.put(frame(sequence=sequence))
    assert [taken.sequence for taken in frames.take()] == [3]
    assert tally() == {"received": 3, "superseded": 2, "taken": 1}


async def test_who_waited_longest_is_read_first_with_their_newest_frame(
    way_in: slots.Slots, empty_redis: redis.Redis
) -> None:
    await way_in.put(frame(consent=2, sequence=1))
    empty_redis.zincrby("frames:waiting", -1000, f"{SESSION.hex}:2")  # has waited for a second
    await way_in.put(frame(consent=1, sequence=1))
    await way_in.put(frame(consent=2, sequence=2))
    assert [(taken.consent_id, taken.sequence) for taken in frames.take()] == [(2, 2), (1, 1)]


async def test_an_expired_frame_is_not_read(way_in: slots.Slots, empty_redis: redis.Redis) -> None:
    await way_in.put(frame())
    empty_redis.pexpire(f"frames:slot:{SESSION.hex}:1", 0)
    assert frames.take() == []
    assert tally() == {"received": 1, "expired": 1}


async def test_a_frame_after_an_expired_one_does_not_supersede_it(
    way_in: slots.Slots, empty_redis: redis.Redis
) -> None:
    await way_in.put(frame(sequence=1))
    empty_redis.pexpire(f"frames:slot:{SESSION.hex}:1", 0)
    await way_in.put(frame(sequence=2))
    assert len(frames.take()) == 1
    assert tally() == {"received": 2, "expired": 1, "taken": 1}


async def test_every_slot_expires(way_in: slots.Slots, empty_redis: redis.Redis, settings) -> None:
    await way_in.put(frame())
    left = empty_redis.pttl(f"frames:slot:{SESSION.hex}:1")
    assert 0 < left <= settings.FRAME_TTL.total_seconds() * 1000


async def test_a_batch_is_no_larger_than_asked(way_in: slots.Slots, settings) -> None:
    settings.BATCH_SIZE = 3
    await asyncio.gather(*(way_in.put(frame(consent=consent)) for consent in range(5)))
    assert [len(frames.take()) for _ in range(3)] == [3, 2, 0]


async def test_one_batch_rings_once(way_in: slots.Slots, rings: list) -> None:
    await asyncio.gather(*(way_in.put(frame(consent=consent)) for consent in range(40)))
    await way_in.put(frame(consent=41))
    await way_in._ringing
    assert len(rings) == 1


async def test_while_a_worker_listens_nothing_rings(
    way_in: slots.Slots, rings: list, empty_redis: redis.Redis
) -> None:
    frames.take()
    await way_in.put(frame())
    assert rings == []
    assert empty_redis.pttl("frames:ring") > 0  # a killed worker listens no longer than this


async def test_a_worker_who_stops_listening_is_told_of_frames_that_relied_on_it(way_in: slots.Slots) -> None:
    frames.take()
    assert not frames.stop_listening()
    frames.take()
    await way_in.put(frame())
    assert frames.stop_listening()


async def test_a_full_batch_left_waiting_calls_for_one_more_worker(
    way_in: slots.Slots, rings: list, settings
) -> None:
    settings.BATCH_SIZE = 2
    await asyncio.gather(*(way_in.put(frame(consent=consent)) for consent in range(9)))
    await way_in._ringing
    for _batch in range(2):
        frames.take()
        await way_in.put(frame())
    await way_in._ringing
    assert len(rings) == 2


async def test_an_unanswered_ring_is_repeated(
    way_in: slots.Slots, rings: list, empty_redis: redis.Redis
) -> None:
    await way_in.put(frame(sequence=1))
    empty_redis.pexpire("frames:ring", 0)
    await way_in.put(frame(sequence=2))
    await way_in._ringing
    assert len(rings) == 2


async def test_all_puts_of_one_tick_travel_in_one_call(way_in: slots.Slots, empty_redis: redis.Redis) -> None:
    await way_in.put(frame())  # connects, and loads the script
    before = empty_redis.info("commandstats")["cmdstat_evalsha"]["calls"]
    await asyncio.gather(*(way_in.put(frame(consent=consent)) for consent in range(50)))
    assert empty_redis.info("commandstats")["cmdstat_evalsha"]["calls"] == before + 1


async def test_a_student_who_leaves_takes_nobody_elses_frame_along(way_in: slots.Slots) -> None:
    leaving = asyncio.create_task(way_in.put(frame(consent=1)))
    staying = asyncio.create_task(way_in.put(frame(consent=2)))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying
    assert 2 in {taken.consent_id for taken in frames.take()}


async def test_frames_of_an_ended_consent_go_at_once(way_in: slots.Slots) -> None:
    await asyncio.gather(way_in.put(frame(consent=1)), way_in.put(frame(consent=11)))
    frames.erase_of_consents([1])
    assert [taken.consent_id for taken in frames.take()] == [11]
    assert tally() == {"received": 2, "taken": 2, "erased": 1}


async def test_frames_of_a_closed_session_go_at_once(way_in: slots.Slots) -> None:
    other = uuid4()
    await asyncio.gather(way_in.put(frame(consent=1)), way_in.put(frame(consent=2, session=other)))
    frames.erase_of_session(SESSION)
    assert [taken.session_id for taken in frames.take()] == [other]


async def test_refused_frames_are_counted_with_the_next_call(way_in: slots.Slots) -> None:
    way_in.count_refused(SESSION)
    way_in.count_refused(SESSION)
    await way_in.put(frame())
    assert tally() == {"received": 3, "refused": 2}


def test_what_was_collected_is_not_counted_twice() -> None:
    frames.count(Counter({(SESSION, "read"): 3, (SESSION, "taken"): -1}))
    assert tally() == {"read": 3, "taken": -1}
    assert tally() == {}


async def test_frames_are_refused_while_redis_is_away_and_taken_again_when_it_is_back(
    rings: list, settings, tmp_path: Path
) -> None:
    server, settings.REDIS_URL = redis_service(tmp_path)
    with contextlib.ExitStack() as running:
        running.callback(server.stop)
        server.start()
        wait_for_redis(settings.REDIS_URL)
        way_in = slots.Slots()
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


async def test_a_redis_that_hangs_makes_a_class_wait_once_and_no_longer_than_a_frame_is_worth(
    settings, silent_redis: str
) -> None:
    settings.REDIS_URL = silent_redis
    way_in = slots.Slots()
    assert 2 * settings.FRAME_PATIENCE["socket_timeout"] < settings.FRAME_TTL.total_seconds()
    async with asyncio.timeout(SOON):  # a second for each would be longer
        assert not any(await asyncio.gather(*(way_in.put(frame(consent=one)) for one in range(100))))
    await way_in.close()


async def test_what_redis_does_too_late_is_counted_once(
    way_in: slots.Slots, empty_redis: redis.Redis
) -> None:
    await way_in.put(frame(sequence=1))
    way_in.count_refused(SESSION)
    with silent(empty_redis, way_in):
        assert not await way_in.put(frame(sequence=2))
    assert await way_in.put(frame(sequence=3))
    assert [taken.sequence for taken in frames.take()] == [3]
    assert tally() == {"received": 4, "refused": 1, "superseded": 2, "taken": 1}


async def test_while_one_call_tries_whether_redis_is_back_nobody_else_waits(
    way_in: slots.Slots, empty_redis: redis.Redis
) -> None:
    with silent(empty_redis, way_in):
        assert not await way_in.put(frame(sequence=1))
        trying = asyncio.create_task(way_in.put(frame(sequence=2)))
        while not way_in._one_call_at_a_time.locked():  # noqa: ASYNC110  a tick or two
            await asyncio.sleep(0)
        assert not await way_in.put(frame(sequence=3))
        assert not trying.done()
        assert not await trying
    async with way_in._one_call_at_a_time:  # the one that carries the refusal's count may try just now
        pass
    assert await way_in.put(frame(sequence=4))
    assert tally()["refused"] == 1


async def test_an_emptied_redis_is_no_obstacle(way_in: slots.Slots, empty_redis: redis.Redis) -> None:
    await way_in.put(frame())
    frames.take()
    empty_redis.flushall()
    empty_redis.script_flush()
    assert await way_in.put(frame())
    assert len(frames.take()) == 1


def test_the_pace_slows_down_and_speeds_up_again(settings) -> None:
    pace = slots.Pace()
    assert pace.interval_ms == 1000
    for second in range(20):
        pace.hear(2.0, second)
    assert pace.interval_ms == 4000
    for second in range(20, 60):
        pace.hear(0.0, second)
    assert pace.interval_ms == 1000


def test_the_pace_changes_once_a_second_at_most() -> None:
    pace = slots.Pace()
    for tenth in range(10):
        pace.hear(2.0, tenth / 10)
    assert pace.interval_ms == 1500


def test_seconds_without_a_frame_count_as_seconds_without_a_backlog() -> None:
    pace = slots.Pace()
    for second in range(20):
        pace.hear(2.0, second)
    pace.hear(0.0, 60.0)
    assert pace.interval_ms == 1000
