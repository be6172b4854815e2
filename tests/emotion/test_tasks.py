"""What a worker does when it is woken: in this process, on the real queue and database."""

import asyncio

import pytest
import redis
from django.test import override_settings

from emotion import tasks
from emotion.frame_queue import producer, queue
from emotion.frame_queue.frame import Frame
from emotion.models import Reading
from tests import factory
from tests.emotion.batches import WALL, frame

pytestmark = pytest.mark.django_db


class Clock:
    """Time passes while the worker lets frames gather, and only then."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(tasks, "time", clock)
    return clock


def put(*frames: Frame) -> None:
    async def put_all() -> None:
        way_in = producer.FrameProducer()
        assert all(await asyncio.gather(*(way_in.put(one) for one in frames)))
        if way_in._waking:
            await way_in._waking
        await way_in.close()

    asyncio.run(put_all())


def workers_woken(redis_client: redis.Redis) -> int:
    return redis_client.llen("celery")


def test_frames_that_wait_become_readings_and_are_counted(empty_redis: redis.Redis) -> None:
    tasks.load_network()
    consents = [factory.consent() for _ in range(2)]
    put(frame(consents[0]), frame(consents[1], WALL))
    tasks.read_frames()
    assert set(Reading.objects.values_list("consent", "face")) == {
        (consents[0].pk, "seen"),
        (consents[1].pk, "none"),
    }
    tallies = queue.collect_tallies()
    assert [tallies[consent.participant.session_id]["read"] for consent in consents] == [1, 1]
    assert empty_redis.zcard("frames:waiting") == 0


def test_a_worker_without_frames_wakes_nobody_and_the_next_frame_does(empty_redis: redis.Redis) -> None:
    tasks.read_frames()
    assert workers_woken(empty_redis) == 0
    put(frame(factory.consent()))
    assert workers_woken(empty_redis) == 1


def test_frames_that_are_left_when_its_time_is_over_wake_a_worker_again(
    empty_redis: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(frame(factory.consent()))
    monkeypatch.setattr(tasks, "AT_A_STRETCH", 0)
    tasks.read_frames()
    assert empty_redis.zcard("frames:waiting") == 1
    assert workers_woken(empty_redis) == 2


@pytest.mark.slow
@override_settings(INFERENCE_DEVICE="no such device")
def test_a_worker_on_a_device_that_is_not_there_says_so_and_stops() -> None:
    with pytest.raises(SystemExit) as reason:
        tasks.refuse_to_start_without_weights()
    assert "no such device" in str(reason.value)
