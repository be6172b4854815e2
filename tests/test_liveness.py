"""/health/ names a worker or beat that has stopped, and still answers 200."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
import redis
from django.test import Client

from config import liveness
from demo.services import Service
from emotion.frame_queue import producer, queue
from tests.emotion.running import stopped
from tests.emotion.test_frame_queue import frame
from tests.waiting import expect_value

WELL = {"worker": None, "beat": None, "export_worker": None}
NO_WORKER, NO_BEAT = "No worker gives a sign of life.", "Beat sends no tasks."
CELERY = [sys.executable, "-m", "celery", "-A", "tests.short_signs", "--skip-checks"]


def problem(client: redis.Redis, of: str) -> str | None:
    return liveness.problems(client)[of]


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    log = tmp_path_factory.mktemp("worker") / "log"
    worker = Service("worker", [*CELERY, "worker", "--concurrency=1"], dict(os.environ), log)
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture
def beat(tmp_path: Path) -> Iterator[Service]:
    command = [*CELERY, "beat", "--schedule", str(tmp_path / "beat")]
    beat = Service("beat", command, dict(os.environ), tmp_path / "log")
    beat.start()
    yield beat
    beat.stop()


def child_of(worker: Service) -> int:
    [child] = psutil.Process(worker.process.pid).children()
    return child.pid


@pytest.mark.stack
def test_an_idle_worker_is_alive(worker: Service, empty_redis: redis.Redis) -> None:
    expect_value(lambda: problem(empty_redis, "worker"), None)


@pytest.mark.stack
@pytest.mark.parametrize("who", ["parent", "child"])
def test_a_stopped_worker_is_a_problem_until_it_continues(
    worker: Service, empty_redis: redis.Redis, who: str
) -> None:
    expect_value(lambda: problem(empty_redis, "worker"), None)
    with stopped(worker.process.pid if who == "parent" else child_of(worker)):
        expect_value(lambda: problem(empty_redis, "worker"), NO_WORKER)
    expect_value(lambda: problem(empty_redis, "worker"), None)


@pytest.mark.stack
def test_a_killed_worker_is_a_problem(worker: Service, empty_redis: redis.Redis) -> None:
    expect_value(lambda: problem(empty_redis, "worker"), None)
    os.killpg(worker.process.pid, signal.SIGKILL)
    expect_value(lambda: problem(empty_redis, "worker"), NO_WORKER)


@pytest.mark.stack
def test_a_stopped_beat_is_a_problem_until_it_continues(beat: Service, empty_redis: redis.Redis) -> None:
    expect_value(lambda: problem(empty_redis, "beat"), None)
    with stopped(beat.process.pid):
        expect_value(lambda: problem(empty_redis, "beat"), NO_BEAT)
    expect_value(lambda: problem(empty_redis, "beat"), None)


async def test_frames_that_no_worker_reads_are_a_problem_although_a_worker_is_alive(
    empty_redis: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    # There is no worker to wake.
    monkeypatch.setattr(producer, "wake_worker", lambda: None)
    liveness.report_alive(liveness.WORKER)
    way_in = producer.FrameProducer()
    await way_in.put(frame())
    assert problem(empty_redis, "worker") is None
    # As if a minute had passed.
    empty_redis.decrby("frames:unread", 61_000)
    await way_in.put(frame(sequence=2))
    assert problem(empty_redis, "worker") == "Frames come, and no worker reads them."
    queue.take_batch()
    assert problem(empty_redis, "worker") == "Frames come, and no worker reads them."
    queue.count({(uuid4(), "read"): 1})
    assert problem(empty_redis, "worker") is None
    await way_in.close()


def test_a_site_without_frames_has_no_problem(empty_redis: redis.Redis) -> None:
    liveness.report_alive(liveness.WORKER)
    liveness.report_alive(liveness.BEAT)
    liveness.report_alive(liveness.EXPORT_WORKER)
    assert liveness.problems(empty_redis) == WELL


@pytest.mark.django_db
def test_the_site_serves_without_worker_and_beat(client: Client) -> None:
    answer = client.get("/health/")
    body = answer.json()
    assert (answer.status_code, body["worker"], body["beat"]) == (200, False, False)
    assert (body["worker_problem"], body["beat_problem"]) == (NO_WORKER, NO_BEAT)


@pytest.mark.django_db
def test_a_running_worker_and_beat_are_reported(client: Client) -> None:
    liveness.report_alive(liveness.WORKER)
    liveness.report_alive(liveness.BEAT)
    liveness.report_alive(liveness.EXPORT_WORKER)
    body = client.get("/health/").json()
    assert (body["worker"], body["beat"], body["export_worker"]) == (True, True, True)
    assert not any(name.endswith("_problem") for name in body)


@pytest.mark.django_db
def test_without_redis_the_state_of_worker_and_beat_is_left_out(client: Client, settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    body = client.get("/health/").json()
    assert "worker" not in body
    assert "beat" not in body
