"""The whole road: a hand-written client, a real web process and worker, and what happens when one dies."""

import asyncio
import contextlib
import json
import os
import signal
import urllib.error
import urllib.request

import pytest

from demo.product import Product
from tests.emotion.running import camera, close_class, open_class, run_in, send_until_read, stopped
from tests.waiting import SOON

pytestmark = pytest.mark.stack


def kill(stack: Product, name: str) -> None:
    process = stack.services[name].process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(SOON)


async def tend_until_running(stack: Product, name: str) -> None:
    async with asyncio.timeout(SOON):
        while True:
            stack.tend()  # in this thread: what another one starts dies with that thread
            if stack.services[name].is_running:
                return
            await asyncio.sleep(0.1)


def assert_adds_up(books: dict, *, sent: int) -> None:
    assert books["received"] == sent
    gone = books["refused"] + books["superseded"] + books["expired"] + books["taken"]
    assert gone == books["received"]
    assert books["taken"] == books["read"] + books["erased"] + books["lost"]


async def test_frames_of_a_class_become_readings_and_the_books_add_up(stack: Product) -> None:
    session = await open_class(stack, students=5)
    async with contextlib.AsyncExitStack() as room:
        cameras = [
            await room.enter_async_context(camera(stack, session["id"], cookie, number))
            for number, cookie in enumerate(session["cookies"])
        ]
        await send_until_read(cameras[0])  # the worker may still be loading its network
        for _second in range(4):
            await asyncio.gather(*(camera.send() for camera in cameras))
            readings = await asyncio.gather(*(camera.wait_for("reading") for camera in cameras))
            assert {reading["face"] for reading in readings} <= {"seen", "unsure"}
            await asyncio.sleep(0.5)
        books = await close_class(stack, session["id"])
        sent = sum(camera.sent for camera in cameras)
    assert_adds_up(books, sent=sent)
    assert books["lost"] == 0
    assert books["readings"] == books["read"]


async def test_a_killed_worker_is_replaced_and_its_frames_are_accounted_for(stack: Product) -> None:
    session = await open_class(stack, students=1)
    async with camera(stack, session["id"], session["cookies"][0]) as student:
        await send_until_read(student)
        await student.send()
        kill(stack, "worker")
        await student.send()
        await tend_until_running(stack, "worker")
        await send_until_read(student)
        books = await close_class(stack, session["id"])
    assert_adds_up(books, sent=student.sent)
    assert 0 <= books["lost"] <= 1


async def test_a_redis_that_hangs_holds_up_neither_pages_nor_what_students_say(stack: Product) -> None:
    session = await open_class(stack, students=1)
    async with camera(stack, session["id"], session["cookies"][0]) as student:
        await send_until_read(student)
        latest_state = LATEST_STATE.format(id=session["id"])
        with stopped(stack.services["redis"].process.pid):
            await student.send()
            assert (await student.wait_for("refused"))["code"] == "busy"
            for state in ("paused", "measuring", "camera_off"):  # each a row, and a hint to the live page
                await student.socket.send(json.dumps({"type": "state", "state": state}))
            async with asyncio.timeout(SOON):  # one hint may wait for Redis, and the next one knows better
                while await asyncio.to_thread(run_in, stack, latest_state) != "camera_off":
                    pass
            assert await asyncio.to_thread(status_of, f"{stack.url}/accounts/login/") == 200
            assert await asyncio.to_thread(status_of, f"{stack.url}/health/") == 503
        await send_until_read(student)


LATEST_STATE = """
import json
from classroom.models import Presence

print(json.dumps(Presence.objects.filter(participant__session="{id}").last().state))
"""


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=SOON) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


async def test_after_a_restart_of_redis_everything_resumes_by_itself(stack: Product) -> None:
    session = await open_class(stack, students=1)
    async with camera(stack, session["id"], session["cookies"][0]) as student:
        await send_until_read(student)
        kill(stack, "redis")
        await student.send()
        assert (await student.wait_for("refused"))["code"] == "busy"
        await tend_until_running(stack, "redis")
        await send_until_read(student)
        books = await close_class(stack, session["id"])
    assert books["readings"] >= 2
