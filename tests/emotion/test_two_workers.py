"""Several workers on one Redis, as in a large deployment: no frame is read twice, and none goes missing."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import psutil
import pytest
from celery import Celery
from redis import Redis

from demo.product import Product, worker_command
from demo.services import Service
from emotion.frame_queue.scripts import WAITING
from tests.emotion.running import Camera, camera, close_class, count_frames, open_class, send_until_read
from tests.waiting import SOON

pytestmark = [pytest.mark.stack, pytest.mark.any_database]
HOST = socket.gethostname()
STUDENTS = 70  # two batches of 32 wait at once, so that the second worker is called


@pytest.fixture
def second(stack: Product) -> Iterator[Service]:
    command = [word for word in worker_command(stack.folder) if word != "--beat"]
    at = command.index("--schedule")
    command[at : at + 2] = ["--hostname", "second@%h"]
    env = stack.env | {"KEEP_CONNECTIONS": "1"}
    worker = Service("second worker", command, env, stack.folder / "second.log")
    worker.start()
    yield worker
    worker.stop()


def seconds_worked(worker: Service) -> float:
    """Of CPU time, by the process and its children."""
    parent = psutil.Process(worker.process.pid)
    return sum(sum(one.cpu_times()[:2]) for one in (parent, *parent.children(recursive=True)))


@contextlib.contextmanager
def held(*workers: Service) -> Iterator[None]:
    """Nobody reads meanwhile, so that frames wait however fast the machine is."""
    for worker in workers:
        os.killpg(worker.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for worker in workers:
            os.killpg(worker.process.pid, signal.SIGCONT)


async def calls_answered(stack: Product) -> Counter[str]:
    """How often each worker began to read, as the workers themselves count."""
    with Celery(broker=stack.env["REDIS_URL"], set_as_current=False) as app:
        # Not the worker for exports. No longer than until both have answered.
        asked = app.control.inspect(
            [f"{name}@{HOST}" for name in ("celery", "second")], timeout=SOON, limit=2
        )
        stats = await asyncio.to_thread(asked.stats)
    return Counter(
        {worker: told["total"].get("emotion.tasks.read_frames", 0) for worker, told in stats.items()}
    )


async def until_ready(worker: Service) -> None:
    async with asyncio.timeout(SOON):
        while True:
            if " ready." in worker.log.read_text():
                break
            await asyncio.sleep(0.2)
        before = 0.0
        while (now := seconds_worked(worker)) > before + 0.1:  # its child still loads the network
            before = now
            await asyncio.sleep(1)


@contextlib.asynccontextmanager
async def full_class(stack: Product) -> AsyncIterator[tuple[str, list[Camera]]]:
    session = await open_class(stack, students=STUDENTS)
    async with contextlib.AsyncExitStack() as room:
        yield (
            session["session_id"],
            [
                await room.enter_async_context(camera(stack, session["session_id"], cookie, number))
                for number, cookie in enumerate(session["cookies"])
            ],
        )


async def until_all_is_heard(stack: Product, cameras: list[Camera]) -> None:
    """Until no frame waits, and no reading has come for some seconds."""
    readings = -1
    with Redis.from_url(stack.env["REDIS_URL"]) as client:
        while (now := sum(one.received["reading"] for one in cameras)) > readings or client.zcard(WAITING):
            readings = now
            await asyncio.sleep(3)


async def rounds(cameras: list[Camera], count: int, *, pause: float = 1) -> None:
    for _round in range(count):
        await asyncio.gather(*(one.send_picture() for one in cameras))
        await asyncio.sleep(pause)


def differences(books: dict[str, int], cameras: list[Camera]) -> dict[str, tuple[int, int]]:
    """None when each frame that was taken was read once, and its student has readings so."""
    gone = books["superseded"] + books["expired"] + books["taken"] + books["refused"]
    equal = {
        "sent, received": (sum(one.sent for one in cameras), books["received"]),
        "received, gone": (books["received"], gone),
        "taken, read": (books["taken"], books["read"]),
        "read, saved": (books["read"], books["readings"]),
        "read, readings": (books["read"], sum(one.received["reading"] for one in cameras)),
    }
    return {name: (one, other) for name, (one, other) in equal.items() if one != other}


async def assert_each_is_read_once(stack: Product, session_id: str, cameras: list[Camera]) -> None:
    deadline = time.monotonic() + SOON
    while left := differences(await count_frames(stack, session_id), cameras):
        assert time.monotonic() < deadline, left
        await asyncio.sleep(0.3)


async def assert_both_work(stack: Product, second: Service, cameras: list[Camera]) -> None:
    workers = (stack.services["worker"], second)
    calls, seconds = await calls_answered(stack), [seconds_worked(worker) for worker in workers]
    for _round in range(4):
        with held(*workers):
            await rounds(cameras, 1, pause=0.5)
        await rounds(cameras, 1)  # the first of these frames calls for help
    await until_all_is_heard(stack, cameras)
    called = await calls_answered(stack) - calls
    worked = [seconds_worked(worker) - then for worker, then in zip(workers, seconds, strict=True)]
    assert len(called) == 2, called
    assert min(worked) > sum(worked) / 8, worked  # who is called in vain works a twentieth


async def test_two_workers_read_no_frame_twice_and_when_one_is_killed_the_other_goes_on(
    stack: Product, second: Service
) -> None:
    async with full_class(stack) as (session_id, cameras):
        await until_ready(second)
        await send_until_read(cameras[0])
        await assert_both_work(stack, second, cameras)
        await assert_each_is_read_once(stack, session_id, cameras)
        await rounds(cameras, 2, pause=0.2)
        os.killpg(second.process.pid, signal.SIGKILL)
        await rounds(cameras, 3)
        await send_until_read(cameras[0])
        await until_all_is_heard(stack, cameras)
        books = await close_class(stack, session_id)
    assert books["taken"] == books["read"] + books["erased"] + books["lost"]
    assert books["lost"] <= 32  # the one batch it held
    assert books["readings"] >= books["read"]  # some were saved, and it died before it counted them
