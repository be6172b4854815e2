"""Limits on what one connection may occupy in the web process, on the running product."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator

import psutil
import pytest
from websockets.frames import Frame, Opcode

from demo.client import pack_frame
from demo.product import Product
from tests.emotion.running import Camera, camera, open_class
from tests.handshake import handshake

pytestmark = [pytest.mark.stack, pytest.mark.any_database]
HUGE = 20_000_000


@contextlib.asynccontextmanager
async def somebody(stack: Product) -> AsyncIterator[Camera]:
    session = await open_class(stack, students=1)
    async with camera(stack, session["session_id"], session["cookies"][0]) as student:
        yield student


@pytest.fixture
async def student(stack: Product) -> AsyncIterator[Camera]:
    async with somebody(stack) as student:
        yield student


async def assert_goes_on(student: Camera) -> None:
    await student.send_picture()
    assert (await student.wait_for("admitted"))["sequence"] == student.sequence - 1


# --- what it costs the web process ----------------------------------------------------------------------


def megabytes_of(stack: Product) -> float:
    return psutil.Process(stack.services["web"].process.pid).memory_info().rss / 1e6


async def never_finished(student: Camera) -> None:
    """20 MB are announced, and the last byte never comes."""
    student.socket.transport.write(b"\x82\xff" + struct.pack("!Q", HUGE) + bytes(4) + bytes(HUGE - 1))


async def a_byte_at_a_time(student: Camera) -> None:
    """A message of fragments of one byte, and of none: 200,000 pieces."""
    student.socket.transport.write(b"\x02\x81\0\0\0\0\1" + b"\x00\x81\0\0\0\0\1\x00\x80\0\0\0\0" * 100_000)


async def until_swallowed(student: Camera) -> None:
    """Until the server has read all of it, or nothing more for a second."""
    left, before = student.socket.transport.get_write_buffer_size(), None
    while left and left != before:
        await asyncio.sleep(1)
        left, before = student.socket.transport.get_write_buffer_size(), left
    await asyncio.sleep(0.5)


@pytest.mark.parametrize("attack", [never_finished, a_byte_at_a_time])
async def test_a_connection_occupies_no_more_than_a_few_messages(stack: Product, attack) -> None:
    async with somebody(stack) as student, somebody(stack) as other:
        before = megabytes_of(stack)
        await attack(student)
        await until_swallowed(student)
        await assert_goes_on(other)
        assert megabytes_of(stack) - before < 6
        student.socket.transport.abort()


async def test_a_client_that_pings_and_does_not_read_is_not_read_any_more(stack: Product) -> None:
    session = await open_class(stack, students=1)
    pings = Frame(Opcode.PING, bytes(125)).serialize(mask=True) * 150_000  # 20 MB
    with socket.create_connection(("127.0.0.1", stack.port), timeout=2) as deaf:
        path = f"/ws/room/{session['session_id']}/"
        deaf.sendall(
            handshake(f"localhost:{stack.port}", path, Origin=stack.url, Cookie=session["cookies"][0])
        )
        await asyncio.sleep(1)
        with pytest.raises((TimeoutError, ConnectionError)):  # else the answers would wait in the web process
            await asyncio.to_thread(deaf.sendall, pings)


# --- how it is answered ---------------------------------------------------------------------------------


async def test_twenty_megabytes_are_refused_by_name_and_the_class_goes_on(student: Camera) -> None:
    await student.send_raw(pack_frame(student.sequence, bytes(HUGE)))
    refusal = await student.wait_for("refused")
    assert (refusal["code"], refusal["sequence"]) == ("too_large", student.sequence)
    student.sequence += 1
    await assert_goes_on(student)


async def test_twenty_megabytes_in_fragments_are_refused_by_name(student: Camera) -> None:
    await student.socket.send([pack_frame(student.sequence), *[bytes(HUGE // 10)] * 10])
    assert (await student.wait_for("refused"))["code"] == "too_large"
    student.sequence += 1
    await assert_goes_on(student)


async def test_a_frame_in_fragments_is_a_frame(student: Camera) -> None:
    message = pack_frame(student.sequence, student.pictures[0])
    await student.socket.send([message[at : at + 1000] for at in range(0, len(message), 1000)])
    assert (await student.wait_for("admitted"))["sequence"] == student.sequence


@pytest.mark.parametrize("text", [b"\xff\xd8\xff\xe0", "ä".encode() * HUGE], ids=["JPEG", "endless"])
async def test_invalid_text_is_refused_by_name(student: Camera, text: bytes) -> None:
    await student.socket.send(text, text=True)
    assert (await student.wait_for("refused"))["code"] == "bytes_expected"
    await assert_goes_on(student)
