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
COMMAND = [
    sys.executable,
    "-m",
    "celery",
    "-A",
    "tests.emotion.short_limits",
    "--skip-checks",
    "worker",
    "--concurrency=1",
]
AGAIN = "Trying again in"
CALL_EVERY = 6  # seconds: longer than a call is valid and its reading takes


@pytest.fixture
def proxy() -> Iterator[BlackHole]:
    with BlackHole(os.environ["REDIS_URL"]) as proxy:
        yield proxy


@pytest.fixture
def worker(proxy: BlackHole, tmp_path: Path) -> Iterator[Service]:
    env = dict(os.environ) | {"PATIENCE": "1", "REDIS_URL": proxy.url}
    worker = Service("worker", [*COMMAND, "--loglevel=INFO"], env, tmp_path / "worker.log")
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


def until_it_tries_again(worker: Service, times: int = 1) -> None:
    found = worker.log.read_text().count(AGAIN)
    expect_true(lambda: worker.log.read_text().count(AGAIN) >= found + times)


def until_called_after_an_outage(proxy: BlackHole, connected: redis.Redis) -> None:
    connected.delete(WORKER)  # what it said before and during the outage
    proxy.accepts_new = True
    expect_true(lambda: connected.exists(WORKER))
    until_called(connected)


def test_a_worker_starts_without_redis_goes_on_after_an_outage_and_can_be_stopped_in_one(
    worker: Service, proxy: BlackHole, empty_redis: redis.Redis
) -> None:
    proxy.swallow(new=True)
    worker.start()
    until_it_tries_again(worker, times=2)
    until_called_after_an_outage(proxy, empty_redis)
    before = processes(worker)

    wake_worker()
    expect_true(lambda: empty_redis.exists(AWAKE))  # the worker is reading when it happens
    proxy.swallow(new=True)
    time.sleep(HARD + 2)  # an outage of longer than a task may take
    until_called_after_an_outage(proxy, empty_redis)
    assert worker.is_running
    assert processes(worker) == before
    assert "read_frames failed" in worker.log.read_text()

    proxy.swallow(new=True)
    until_it_tries_again(worker)
    worker.terminate()
    assert worker.process.wait(SOON) == 0
