"""Requests and messages that are cheap to send and expensive to parse, on a real uvicorn."""

import asyncio
import gc
import logging
import smtplib
import time

import pytest

from config import connection_limits
from config.connection_limits import ConnectionLimits, max_connections
from config.http import MAX_HEADERS
from config.logs import ShortLines
from config.sockets import PIECE
from tests.handshake import handshake
from tests.test_unfinished_requests import ends, request, server
from tests.waiting import SOON


async def longest_block(attack) -> float:
    """Return the longest CPU time for which one step held the event loop, which server and test share."""
    longest, attacking = 0.0, asyncio.create_task(attack)
    # A walk of the garbage collector over all that earlier tests left takes as long as a block.
    gc.disable()
    try:
        while not attacking.done():
            began = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - began)
    finally:
        gc.enable()
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


async def test_ten_thousand_headers_are_refused_before_they_are_parsed():
    async with server() as address:
        assert (await request(address, with_headers(MAX_HEADERS))).startswith(b"HTTP/1.1 200")
        assert (await request(address, with_headers(MAX_HEADERS + 1))).startswith(b"HTTP/1.1 431")
        assert await longest_block(request(address, with_headers(10_000))) < 0.5


async def test_headers_without_end_are_refused():
    async with server() as address:
        endless = b"GET / HTTP/1.1\r\nHost: here\r\n" + b"x: y\r\n" * 200
        assert (await request(address, endless)).startswith(b"HTTP/1.1 431")


async def test_too_many_headers_of_a_pipelined_request_are_refused():
    async with server() as address:
        reply = await answer(address, with_headers(2) + with_headers(10_000))
    assert reply.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 431" in reply


@pytest.mark.parametrize("chunk", [b"1\r\nx\r\n", b"1;" + b"e" * 1000 + b"\r\nx\r\n"])
async def test_a_body_of_single_bytes_does_not_block_the_event_loop(chunk: bytes):
    body = b"POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 40_000
    async with server() as address:
        assert await longest_block(answer(address, body)) < 0.5


async def test_a_body_in_ordinary_chunks_is_read():
    body = b"Transfer-Encoding: chunked\r\n\r\n" + (b"3e8\r\n" + b"x" * 1000 + b"\r\n") * 900 + b"0\r\n\r\n"
    async with server() as address:
        assert (await request(address, b"POST / HTTP/1.1\r\nHost: here\r\n" + body)).startswith(
            b"HTTP/1.1 200"
        )


async def block_of_frames(address: tuple[str, int], frame: bytes, size: int) -> float:
    """The longest block while so many bytes of frames arrive: the least of three, as noise only adds."""
    blocks = []
    for _ in range(3):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(handshake())
        await reader.readuntil(b"welcome")
        writer.write(b"\x01\x80\0\0\0\0" if frame[0] == 0 else b"")  # what fragments go on from
        writer.write(frame * (size // len(frame)))
        writer.write_eof()
        blocks.append(await longest_block(ends(reader)))
        writer.close()
    return min(blocks)


@pytest.mark.slow
@pytest.mark.parametrize(
    "frame",
    [b"\x81\x82\0\0\0\0{}", b"\x89\x80\0\0\0\0", b"\x8a\x80\0\0\0\0", b"\x00\x80\0\0\0\0"],
    ids=["messages", "pings", "pongs", "fragments"],
)
async def test_the_more_tiny_frames_arrive_the_event_loop_is_blocked_no_longer(frame: bytes):
    async with server() as address:
        few = await block_of_frames(address, frame, size=3 * PIECE)
        # 25 times as many, of which asyncio reads 20 times as many at once.
        assert await block_of_frames(address, frame, size=75 * PIECE) < 7 * few


async def test_refused_sockets_that_stay_open_keep_nobody_out():
    async with server(max_connections=20, refuses=True) as address:
        zombies = [await asyncio.open_connection(*address) for _ in range(60)]
        for _reader, writer in zombies:
            writer.write(handshake())
        assert (await request(address)).startswith(b"HTTP/1.1 200")
        for _reader, writer in zombies:
            writer.close()


def sockets_served() -> int:
    return sum("BoundedSocket.run_asgi" in repr(task.get_coro()) for task in asyncio.all_tasks())


async def test_sockets_whose_clients_have_left_occupy_nothing(monkeypatch: pytest.MonkeyPatch):
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
async def test_a_client_that_sends_before_the_handshake_is_answered_is_disconnected(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, early: bytes
):
    # Every socket waits for its turn.
    monkeypatch.setattr(connection_limits, "MAX_OPENING", 0)
    async with server() as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(handshake())
        while not sockets_served():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        writer.write(early)
        assert await ends(reader) == b""
        writer.close()
    assert not caplog.records


async def test_an_answer_that_its_client_does_not_read_is_aborted():
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


async def test_an_answer_that_is_read_slowly_is_completed():
    async with server(seconds_for_reading=SOON, answers_with=20_000_000) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        taken, deadlines = 0, set()
        while piece := await reader.read(200_000):
            taken += len(piece)
            deadlines |= {connection._reading_deadline for connection in address.connections}
        assert taken > 20_000_000
        # Each part that is read has a deadline of its own.
        assert len(deadlines - {None}) > 1


class Connection:
    is_open = True

    def evict(self) -> None:
        self.is_open = False


def test_the_connection_that_is_longest_unchanged_is_evicted():
    limits, (first, second, third) = ConnectionLimits(4), (Connection(), Connection(), Connection())
    for one in (first, second):
        limits.enter_state(one)
    # The first one enters another state, and is now the newest.
    limits.enter_state(first)
    limits.enter_state(third)
    assert [one.is_open for one in (first, second, third)] == [True, False, True]


def test_an_unread_answer_waits_also_while_its_client_sends_the_next_request():
    limits, unread = ConnectionLimits(10_000), Connection()
    limits.await_reading(unread)
    limits.await_request(unread)
    for _ in range(connection_limits.MAX_UNREAD):
        limits.await_reading(Connection())
    assert not unread.is_open


def test_an_open_socket_is_never_evicted():
    limits, student = ConnectionLimits(2), Connection()
    limits.enter_state(student)
    limits.keep(student)
    for _ in range(10):
        limits.enter_state(Connection())
    assert student.is_open


def test_an_evicted_connection_does_not_count_as_open():
    limits, gone = ConnectionLimits(3), Connection()
    limits.enter_state(gone)
    limits.enter_state(Connection())
    limits.keep(gone)
    newcomer = Connection()
    limits.enter_state(newcomer)
    assert newcomer.is_open


@pytest.mark.parametrize(("descriptors", "backlog"), [(1024, 64), (4096, 256), (65_536, 256)])
def test_descriptors_are_left_for_everything_else(monkeypatch, descriptors: int, backlog: int):
    monkeypatch.setattr(connection_limits, "DESCRIPTORS", descriptors)
    at_worst = max_connections(backlog) + 4 * backlog + connection_limits.MAX_UNREAD
    assert descriptors // 4 <= max_connections(backlog)
    assert at_worst <= descriptors - 100


@pytest.fixture
def short_log(caplog, monkeypatch):
    monkeypatch.setattr(caplog.handler, "formatter", ShortLines("{levelname} {message}", style="{"))
    return caplog


def test_a_line_of_the_log_is_short_for_every_request(short_log):
    logging.getLogger("django.request.test").error("Not Found: /%s", "a" * 60_000)
    assert len(short_log.text) < 1100


def test_an_address_that_a_mail_server_refuses_is_in_no_log(short_log):
    try:
        raise smtplib.SMTPRecipientsRefused(
            {"rosa.o'neil+x@mail.school.example": (550, b"<rosa@school.example>")}
        )
    except smtplib.SMTPRecipientsRefused:
        logging.getLogger("django.contrib.auth").exception(
            "Failed to send a mail to %s", "rosa@school.example"
        )
    assert "SMTPRecipientsRefused" in short_log.text
    assert "550" in short_log.text
    assert "rosa" not in short_log.text
