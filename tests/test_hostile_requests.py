"""Requests and messages that are cheap to send and were dear to read, on a real uvicorn."""

import asyncio
import logging
import smtplib
import time

import pytest

from config import connection_limits
from config.connection_limits import ConnectionLimits, max_connections
from config.http import MAX_HEADERS
from config.logs import ShortLines
from tests.handshake import handshake
from tests.test_unfinished_requests import ends, request, server
from tests.waiting import SOON


async def longest_hold(attack) -> float:
    """Seconds of a core for which the loop, which the server shares with this test, did nothing else."""
    longest, attacking = 0.0, asyncio.create_task(attack)
    while not attacking.done():
        began = time.thread_time()
        await asyncio.sleep(0)
        longest = max(longest, time.thread_time() - began)
    await attacking
    return longest


async def answer(address: tuple[str, int], text: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(text)
    try:
        return await ends(reader)
    finally:
        writer.close()


def with_headers(number: int) -> bytes:
    return (
        b"GET / HTTP/1.1\r\n"
        + b"".join(b"x-%d: y\r\n" % n for n in range(number - 1))
        + b"host: here\r\n\r\n"
    )


async def test_ten_thousand_headers_are_refused_unread():
    async with server() as address:
        assert (await request(address, with_headers(MAX_HEADERS))).startswith(b"HTTP/1.1 200")
        assert (await request(address, with_headers(MAX_HEADERS + 1))).startswith(b"HTTP/1.1 431")
        assert await longest_hold(request(address, with_headers(10_000))) < 0.5


async def test_headers_without_end_are_refused():
    async with server() as address:
        endless = b"GET / HTTP/1.1\r\nHost: here\r\n" + b"x: y\r\n" * 200
        assert (await request(address, endless)).startswith(b"HTTP/1.1 431")


async def test_so_is_a_request_behind_another_one():
    async with server() as address:
        told = await answer(address, with_headers(2) + with_headers(10_000))
    assert told.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 431" in told


@pytest.mark.parametrize("chunk", [b"1\r\nx\r\n", b"1;" + b"e" * 1000 + b"\r\nx\r\n"])
async def test_a_body_of_single_bytes_holds_up_nobody(chunk: bytes):
    body = b"POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 40_000
    async with server() as address:
        assert await longest_hold(answer(address, body)) < 0.5


async def test_a_body_in_ordinary_chunks_is_read():
    body = b"Transfer-Encoding: chunked\r\n\r\n" + (b"3e8\r\n" + b"x" * 1000 + b"\r\n") * 900 + b"0\r\n\r\n"
    async with server() as address:
        assert (await request(address, b"POST / HTTP/1.1\r\nHost: here\r\n" + body)).startswith(
            b"HTTP/1.1 200"
        )


@pytest.mark.parametrize(
    "frame",
    [
        b"\x81\x82\0\0\0\0{}",
        b"\x89\x80\0\0\0\0",
        b"\x8a\x80\0\0\0\0",
        b"\x01\x80\0\0\0\0" + b"\x00\x80\0\0\0\0" * 9,
    ],
    ids=["messages", "pings", "pongs", "fragments"],
)
async def test_a_hundred_thousand_tiny_frames_hold_up_nobody(frame: bytes):
    async with server() as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(handshake())
        await reader.readuntil(b"welcome")
        writer.write(b"\x01\x80\0\0\0\0" if frame[0] == 0 else b"")  # what the fragments go on from
        writer.write(frame * 100_000)
        writer.write_eof()
        assert await longest_hold(ends(reader)) < 0.5
        writer.close()


async def test_refused_sockets_that_never_say_goodbye_keep_nobody_out():
    async with server(max_connections=20, refuses=True) as address:
        zombies = [await asyncio.open_connection(*address) for _ in range(60)]
        for _reader, writer in zombies:
            writer.write(handshake())
        assert (await request(address)).startswith(b"HTTP/1.1 200")
        for _reader, writer in zombies:
            writer.close()


def sockets_served() -> int:
    return sum("BoundedSocket.run_asgi" in repr(task.get_coro()) for task in asyncio.all_tasks())


async def test_sockets_whose_clients_have_gone_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection_limits, "MAX_OPENING", 5)
    may_answer = asyncio.Event()
    async with server(may_answer=may_answer) as address, asyncio.timeout(SOON):
        for _ in range(50):
            _reader, writer = await asyncio.open_connection(*address)
            writer.write(handshake())
            await writer.drain()
            await asyncio.sleep(0)
            writer.transport.abort()
        reader, writer = await asyncio.open_connection(*address)
        writer.write(handshake())
        while sockets_served() != 6:  # noqa: ASYNC110  five whose questions are on their way, and the last one
            await asyncio.sleep(0.01)
        may_answer.set()
        await reader.readuntil(b"welcome")
        writer.close()


@pytest.mark.parametrize("early", [b"\x82\x85\0\0\0\0hello", b"x" * 200_000], ids=["frame", "flood"])
async def test_whoever_does_not_wait_for_the_answer_is_left(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, early: bytes
):
    monkeypatch.setattr(connection_limits, "MAX_OPENING", 0)  # whoever comes waits
    async with server() as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(handshake())
        while not sockets_served():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        writer.write(early)
        assert await ends(reader) == b""
        writer.close()
    assert not caplog.records


async def test_an_answer_that_nobody_takes_is_given_up():
    async with server(seconds_for_reading=0.3, answers_with=30_000_000) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        writer.transport.pause_reading()
        async with asyncio.timeout(SOON):
            while not address.connections:  # noqa: ASYNC110  uvicorn has no event for it
                await asyncio.sleep(0.01)
            while address.connections:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        writer.transport.resume_reading()
        assert len(await ends(reader)) < 30_000_000


async def test_an_answer_that_is_taken_slowly_is_not():
    async with server(seconds_for_reading=SOON, answers_with=20_000_000) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        taken, deadlines = 0, set()
        while piece := await reader.read(200_000):
            taken += len(piece)
            deadlines |= {connection._reading_deadline for connection in address.connections}
        assert taken > 20_000_000
        assert len(deadlines - {None}) > 1  # each part that is taken has its own


class Somebody:
    is_here = True

    def evict(self) -> None:
        self.is_here = False


def test_whoever_has_been_longest_as_they_are_makes_room():
    limits, (first, second, third) = ConnectionLimits(4), (Somebody(), Somebody(), Somebody())
    for one in (first, second):
        limits.enter_state(one)
    limits.enter_state(first)  # another state
    limits.enter_state(third)
    assert [one.is_here for one in (first, second, third)] == [True, False, True]


def test_an_open_socket_stays_whoever_comes():
    limits, student = ConnectionLimits(2), Somebody()
    limits.enter_state(student)
    limits.keep(student)
    for _ in range(10):
        limits.enter_state(Somebody())
    assert student.is_here


def test_what_was_closed_to_make_room_does_not_count_as_open():
    limits, gone = ConnectionLimits(3), Somebody()
    limits.enter_state(gone)
    limits.enter_state(Somebody())
    limits.keep(gone)
    newcomer = Somebody()
    limits.enter_state(newcomer)
    assert newcomer.is_here


@pytest.mark.parametrize(("descriptors", "backlog"), [(1024, 64), (4096, 256), (65_536, 256)])
def test_descriptors_are_left_for_everything_else(monkeypatch, descriptors: int, backlog: int):
    monkeypatch.setattr(connection_limits, "DESCRIPTORS", descriptors)
    at_worst = max_connections(backlog) + 4 * backlog + connection_limits.MAX_UNREAD
    assert descriptors // 4 <= max_connections(backlog)
    assert at_worst <= descriptors - 100


def test_a_line_of_the_log_is_short_whatever_was_asked_for(caplog):
    caplog.handler.setFormatter(ShortLines("{levelname} {message}", style="{"))
    logging.getLogger("django.request.test").error("Not Found: /%s", "a" * 60_000)
    assert len(caplog.text) < 1100


def test_a_mail_server_that_refuses_an_address_writes_it_into_no_log(caplog):
    caplog.handler.setFormatter(ShortLines("{levelname} {message}", style="{"))
    try:
        raise smtplib.SMTPRecipientsRefused(
            {"rosa.o'neil+x@mail.school.example": (550, b"<rosa@school.example>")}
        )
    except smtplib.SMTPRecipientsRefused:
        logging.getLogger("django.contrib.auth").exception(
            "Failed to send a mail to %s", "rosa@school.example"
        )
    assert "SMTPRecipientsRefused" in caplog.text
    assert "550" in caplog.text
    assert "rosa" not in caplog.text
