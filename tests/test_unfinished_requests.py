"""Clients that never finish a request, or send one of any length, on a real uvicorn."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator
from functools import partial

import pytest
import uvicorn
from django.test import override_settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake

from config.bodies import bounded_bodies
from config.connection_limits import MAX_DESCRIPTORS, raise_descriptors
from config.http import BoundedHTTP
from tests.handshake import handshake
from tests.waiting import SOON

HALF_A_REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: "


async def application(
    scope: dict, receive, send, *, refuses: bool, answers_with: int, may_answer: asyncio.Event | None
) -> None:
    """Answer with the number of bytes in the body."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        if may_answer:
            await may_answer.wait()
        if refuses:
            await send({"type": "websocket.close", "code": 4401})
            return
        await send({"type": "websocket.send", "text": "welcome"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return
    taken, more = 0, True
    while more:
        message = await receive()
        taken += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"keep-alive")]})
    for _ in range(answers_with // 10_000):
        await send({"type": "http.response.body", "body": bytes(10_000), "more_body": True})
    await send({"type": "http.response.body", "body": str(taken).encode()})


class Address(tuple):
    """Host and port of a server. `protocol` has its limits, and `connections` are its open connections."""

    protocol: type[BoundedHTTP]
    connections: set


@contextlib.asynccontextmanager
async def server(
    *,
    refuses: bool = False,
    answers_with: int = 0,
    may_answer: asyncio.Event | None = None,
    **bounds: float,
) -> AsyncIterator[Address]:
    protocol = type("Bounded", (BoundedHTTP,), bounds)
    config = uvicorn.Config(
        bounded_bodies(
            partial(application, refuses=refuses, answers_with=answers_with, may_answer=may_answer)
        ),
        port=0,
        http=protocol,
        ws="config.sockets:BoundedSocket",
        lifespan="off",
        log_level="critical",
        timeout_graceful_shutdown=0,
    )
    running = uvicorn.Server(config)
    running.install_signal_handlers = lambda: None
    task = asyncio.create_task(running._serve())
    while not running.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.01)
    address = Address(running.servers[0].sockets[0].getsockname()[:2])
    address.protocol, address.connections = protocol, running.server_state.connections
    yield address
    running.should_exit = True
    await task


async def request(address: tuple[str, int], text: bytes = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n") -> bytes:
    """Return the first line of the answer, or nothing if the connection ends without one."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(text)
    try:
        return await asyncio.wait_for(reader.readline(), SOON)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def ends(reader: asyncio.StreamReader) -> bytes:
    with contextlib.suppress(ConnectionResetError):
        return await asyncio.wait_for(reader.read(), SOON)
    return b""


async def test_a_connection_without_a_request_ends():
    async with server(seconds_for_headers=0.2) as address:
        reader, _writer = await asyncio.open_connection(*address)
        assert await ends(reader) == b""


async def test_half_a_request_is_answered_with_408():
    async with server(seconds_for_headers=0.2) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(HALF_A_REQUEST)
        assert (await ends(reader)).startswith(b"HTTP/1.1 408 ")


async def test_a_slow_trickle_of_headers_does_not_extend_the_deadline():
    async with server(seconds_for_headers=0.4) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(HALF_A_REQUEST)
        ended = asyncio.create_task(ends(reader))
        begin = asyncio.get_running_loop().time()
        while not ended.done():
            writer.write(b"x")
            await asyncio.sleep(0.05)
        assert asyncio.get_running_loop().time() - begin < SOON / 2


async def test_a_request_whose_body_does_not_arrive_is_ended():
    async with server(seconds_for_body=0.2) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\nbegun")
        await ends(reader)


async def test_a_pipelined_request_whose_body_does_not_arrive_is_ended():
    async with server(seconds_for_body=0.2) as address:
        reader, writer = await asyncio.open_connection(*address)
        headers = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n"
        writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n" + headers)
        assert (await ends(reader)).startswith(b"HTTP/1.1 200 ")


async def test_the_next_request_of_a_connection_has_a_deadline_of_its_own():
    async with server(seconds_for_headers=SOON) as address:
        reader, writer = await asyncio.open_connection(*address)
        for _ in range(2):
            writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            while await reader.readline() != b"0\r\n":
                pass
            await reader.readuntil(b"0\r\n\r\n")
        address.protocol.seconds_for_headers = 0.2
        writer.write(HALF_A_REQUEST)
        assert (await ends(reader)).startswith(b"HTTP/1.1 408 ")


async def test_many_idle_connections_keep_nobody_out():
    async with server(max_connections=40) as address:
        idle = [await asyncio.open_connection(*address) for _ in range(100)]
        assert (await request(address)).startswith(b"HTTP/1.1 200")
        for _reader, writer in idle:
            writer.close()


async def test_a_websocket_is_not_taken_for_an_unfinished_request():
    async with (
        server(seconds_for_headers=0.3, seconds_for_body=0.2) as (host, port),
        await connected(f"ws://{host}:{port}/") as socket,
    ):
        await asyncio.sleep(0.6)
        await (await socket.ping())


async def connected(url: str) -> ClientConnection:
    while True:
        with contextlib.suppress(InvalidHandshake, OSError):  # a machine that took longer than its time
            return await connect(url)


async def test_an_open_websocket_is_not_closed_for_other_connections():
    async with server(max_connections=20, seconds_for_headers=SOON) as address:
        sockets = []
        for _ in range(5):
            reader, writer = await asyncio.open_connection(*address)
            writer.write(handshake())
            assert (await reader.readline()).startswith(b"HTTP/1.1 101")
            sockets.append((reader, writer))
        address.protocol.seconds_for_headers = 0.2
        idle = [await asyncio.open_connection(*address) for _ in range(50)]
        await asyncio.gather(*(ends(reader) for reader, _writer in idle))
        assert not any(reader.at_eof() for reader, _writer in sockets)
        for _reader, writer in sockets:
            writer.close()


@override_settings(MAX_BODY_BYTES=1000)
@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"Content-Length: 1000\r\n\r\n" + b"x" * 1000, b"HTTP/1.1 200"),
        (b"Content-Length: 1001\r\n\r\n", b"HTTP/1.1 413"),
        (b"Content-Length: 999999999999\r\n\r\n", b"HTTP/1.1 413"),
        (b"Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + b"x" * 1000 + b"\r\n0\r\n\r\n", b"HTTP/1.1 200"),
        (b"Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n", b"HTTP/1.1 413"),
        (b"Content-Length: many\r\n\r\n", b"HTTP/1.1 400"),
        (b"Content-Length: -1\r\n\r\n", b"HTTP/1.1 400"),
    ],
)
async def test_a_body_over_the_limit_is_refused_before_it_is_read(body: bytes, answer: bytes):
    async with server() as address:
        assert (await request(address, b"POST /nowhere HTTP/1.1\r\nHost: here\r\n" + body)).startswith(answer)


@override_settings(MAX_BODY_BYTES=1000)
async def test_bytes_after_a_refused_body_are_not_read():
    async with server() as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100000000\r\n\r\n")
        assert b"at most" in await ends(reader)


def test_a_process_raises_its_limit_of_descriptors():
    assert raise_descriptors() == min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], MAX_DESCRIPTORS)
