"""From a client to the teacher on the running product, and recovery when a process dies."""

import asyncio
import contextlib
import json
import os
import signal
import urllib.request

import pytest

from demo.product import Product
from demo.video import Look, first_jpeg
from tests.emotion.running import camera, close_class, open_class, send_until_read
from tests.waiting import SOON, expect_value

pytestmark = pytest.mark.stack

FACE = first_jpeg(Look.number(0))
CUT = FACE[: len(FACE) // 2] + b"\xff\xd9"


def kill(stack: Product, name: str) -> None:
    process = stack.services[name].process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(SOON)


async def supervise_until_running(stack: Product, name: str) -> None:
    async with asyncio.timeout(SOON):
        while True:
            stack.supervise()  # in this thread: what another one starts dies with that thread
            if stack.services[name].is_running:
                return
            await asyncio.sleep(0.1)


def signs_of_life(stack: Product) -> dict[str, bool]:
    with urllib.request.urlopen(f"{stack.url}/health/", timeout=SOON) as answer:
        health = json.load(answer)
    return {name: health[name] for name in ("worker", "beat", "export_worker")}


def assert_adds_up(books: dict, *, sent: int) -> None:
    assert books["received"] == sent
    gone = books["refused"] + books["superseded"] + books["expired"] + books["taken"]
    assert gone == books["received"]
    assert books["taken"] == books["read"] + books["erased"] + books["lost"]


def test_all_kinds_of_process_run(stack: Product) -> None:
    # The worker's option --beat once did nothing (click 8.2.0), and everything but the periodic tasks worked.
    expect_value(lambda: signs_of_life(stack), {"worker": True, "beat": True, "export_worker": True})


async def test_frames_of_a_class_become_readings_and_the_books_add_up(stack: Product) -> None:
    session = await open_class(stack, students=5)
    async with contextlib.AsyncExitStack() as room:
        cameras = [
            await room.enter_async_context(camera(stack, session["session_id"], cookie, number))
            for number, cookie in enumerate(session["cookies"])
        ]
        await send_until_read(cameras[0])  # the worker may still be loading its network
        for _second in range(4):
            await asyncio.gather(*(camera.send_picture() for camera in cameras))
            readings = await asyncio.gather(*(camera.wait_for("reading") for camera in cameras))
            assert {reading["face"] for reading in readings} <= {"seen", "unsure"}
            await asyncio.sleep(0.5)
        books = await close_class(stack, session["session_id"])
        sent = sum(camera.sent for camera in cameras)
    assert_adds_up(books, sent=sent)
    assert books["lost"] == 0
    assert books["readings"] == books["read"]


@pytest.mark.any_database
async def test_a_frame_whose_scan_is_cut_is_refused_by_the_worker_and_costs_no_other_student(
    stack: Product,
) -> None:
    session = await open_class(stack, students=2)
    rooms = [camera(stack, session["session_id"], cookie, n) for n, cookie in enumerate(session["cookies"])]
    async with rooms[0] as broken, rooms[1] as whole:
        await send_until_read(whole)
        sequence = await broken.send_frame(CUT)
        await whole.send_picture()
        refusal = await broken.wait_for("refused")
        assert (refusal["sequence"], refusal["code"]) == (sequence, "truncated")
        assert (await whole.wait_for("reading"))["face"] in {"seen", "unsure"}
        await send_until_read(broken)
        tally = await close_class(stack, session["session_id"])
    assert (tally["refused"], tally["lost"]) == (1, 0)


async def test_a_killed_worker_is_replaced_and_its_frames_are_accounted_for(stack: Product) -> None:
    session = await open_class(stack, students=1)
    async with camera(stack, session["session_id"], session["cookies"][0]) as student:
        await send_until_read(student)
        await student.send_picture()
        kill(stack, "worker")
        await student.send_picture()
        await supervise_until_running(stack, "worker")
        await send_until_read(student)
        books = await close_class(stack, session["session_id"])
    assert_adds_up(books, sent=student.sent)
    assert 0 <= books["lost"] <= 1


@pytest.mark.any_database
async def test_after_a_restart_of_redis_everything_resumes_by_itself(stack: Product) -> None:
    session = await open_class(stack, students=1)
    async with camera(stack, session["session_id"], session["cookies"][0]) as student:
        await send_until_read(student)
        kill(stack, "redis")
        await student.send_picture()
        assert (await student.wait_for("refused"))["code"] == "busy"
        await supervise_until_running(stack, "redis")
        await send_until_read(student)
        books = await close_class(stack, session["session_id"])
    assert books["readings"] >= 2
