"""A worker whose Redis is gone without a word for longer than a task may take: it waits, and goes on."""

import os
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psutil
import pytest
import redis

from config.liveness import WORKER
from demo.services import Service
from emotion.frame_queue.producer import wake_worker
from emotion.frame_queue.scripts import AWAKE
from testbed.black_hole import BlackHole
from tests.emotion.short_limits import HARD
from tests.waiting import SOON, expect_true

pytestmark = pytest.mark.stack
COMMAND = [sys.executable, "-m", "celery", "-A", "tests.emotion.short_limits", "worker", "--concurrency=1"]
CALL_EVERY = 6  # seconds: longer than a call is valid and its reading takes


@pytest.fixture
def proxy() -> Iterator[BlackHole]:
    with BlackHole(os.environ["REDIS_URL"]) as proxy:
        yield proxy


@pytest.fixture
def worker(proxy: BlackHole, tmp_path: Path) -> Iterator[Service]:
    env = dict(os.environ) | {"PATIENCE": "1", "REDIS_URL": proxy.url}
    worker = Service("worker", [*COMMAND, "--loglevel=INFO"], env, tmp_path / "worker.log")
    worker.start()
    yield worker
    worker.stop()


def until_called(connected: redis.Redis) -> None:
    """A task that is sent to the worker runs to its end. Sent again and again: a call goes nowhere until
    the worker has told Redis of its queue, which earlier tests emptied. One at a time: whoever reads puts
    AWAKE there again, so with a row of calls it would be away for moments that nobody sees."""
    connected.set(AWAKE, 1)  # gone when a call has been read to its end
    began, calls = time.monotonic(), count()
    due = CALL_EVERY * next(calls)

    def is_called() -> bool:
        nonlocal due
        if time.monotonic() - began >= due:
            due = CALL_EVERY * next(calls)
            wake_worker()
        return not connected.exists(AWAKE)

    expect_true(is_called)


def processes(worker: Service) -> set[int]:
    return {process.pid for process in psutil.Process(worker.process.pid).children(recursive=True)}


def test_a_worker_goes_on_when_redis_comes_back_after_a_time_limit(
    worker: Service, proxy: BlackHole, empty_redis: redis.Redis
) -> None:
    until_called(empty_redis)
    before = processes(worker)
    wake_worker()
    expect_true(lambda: empty_redis.exists(AWAKE))  # the worker is reading when it happens
    proxy.swallow(new=True)
    time.sleep(HARD + 5)  # a real outage
    proxy.accepts_new = True
    until_called(empty_redis)
    assert worker.is_running
    assert processes(worker) == before
    assert "read_frames failed" in worker.log.read_text()
    empty_redis.delete(WORKER)  # what it said before and during the outage
    expect_true(lambda: empty_redis.exists(WORKER))


def test_a_worker_that_starts_without_redis_begins_when_it_comes(
    proxy: BlackHole, worker: Service, empty_redis: redis.Redis
) -> None:
    proxy.swallow(new=True)
    time.sleep(10)  # a real outage, and the first attempts to connect
    proxy.accepts_new = True
    until_called(empty_redis)
    assert worker.is_running


def test_a_worker_that_waits_for_redis_can_be_stopped(
    worker: Service, proxy: BlackHole, empty_redis: redis.Redis
) -> None:
    until_called(empty_redis)
    proxy.swallow(new=True)
    expect_true(lambda: "Trying again in" in worker.log.read_text())
    worker.terminate()
    assert worker.process.wait(SOON) == 0
