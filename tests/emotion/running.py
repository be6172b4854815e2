"""A class on the running product, and cameras in it that send the face video."""

import asyncio
import contextlib
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

from redis import Redis
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from config.middleware import TRY_AGAIN
from demo.client import RoomAccess, RoomClient, connect_room
from demo.product import Product
from demo.video import Look, jpegs
from emotion.frame_queue.producer import FrameProducer
from testbed.inside import call
from tests.waiting import SOON


async def open_class(stack: Product, *, students: int) -> dict[str, Any]:
    """A class whose students have consented; see testbed/classes.py."""
    return await asyncio.to_thread(call, stack, "open_class", students=students)


async def close_class(stack: Product, session_id: str) -> dict[str, int]:
    """Ends the class and returns what became of its frames, and how many readings were saved."""
    await asyncio.to_thread(call, stack, "close_class", session_id=session_id)
    return await count_frames(stack, session_id)


async def count_frames(stack: Product, session_id: str) -> dict[str, int]:
    found = await asyncio.to_thread(call, stack, "frame_counts", session_id=session_id)
    return found["counts"] | {"readings": len(found["taken_at"])}


class Camera(RoomClient[ClientConnection]):
    """A student's client that sends the face video and keeps and counts what it receives."""

    def __init__(self, socket: ClientConnection, number: int) -> None:
        super().__init__(socket)
        self.pictures = jpegs(Look.number(number))
        self.sent = 0
        self.received: Counter[str] = Counter()  # by the type of message
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def listen(self) -> None:
        while True:
            message = await self.receive()
            self.received[message["type"]] += 1
            self._messages.put_nowait(message)

    async def send_picture(self) -> None:
        await self.send_frame(self.pictures[self.sent % len(self.pictures)])
        self.sent += 1

    async def wait_for(self, kind: str) -> dict[str, Any]:
        """The next message of this type that has not been waited for; those before it are passed over."""
        async with asyncio.timeout(SOON):
            while (message := await self._messages.get())["type"] != kind:
                pass
        return message


@contextlib.asynccontextmanager
async def camera(stack: Product, session_id: str, cookie: str, number: int = 0) -> AsyncIterator[Camera]:
    camera = await _welcomed(RoomAccess(stack.url, session_id, cookie), number)
    async with camera.socket:
        listening = asyncio.create_task(camera.listen())
        yield camera
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionClosed):
            await listening


async def _welcomed(access: RoomAccess, number: int) -> Camera:
    """Connects again where the server says to try again later, as a page does."""
    async with asyncio.timeout(SOON):
        while True:
            socket = await connect_room(access, open_timeout=SOON, ping_timeout=SOON)
            camera = Camera(socket, number)
            try:
                await camera.receive_welcome()
                return camera
            except ConnectionClosed:
                if socket.close_code != TRY_AGAIN:
                    raise
            await asyncio.sleep(0.5)


async def send_until_read(camera: Camera) -> dict[str, Any]:
    """Sends a frame a second until a reading comes back, and returns it."""
    async with asyncio.timeout(SOON):
        while True:
            await camera.send_picture()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    return await camera.wait_for("reading")


@contextlib.contextmanager
def silent(redis_server: Redis, frames: FrameProducer) -> Iterator[None]:
    """Redis is stopped: it takes what is sent and does not answer, and this producer soon gives up."""
    pool = frames._client.connection_pool
    connections = [*pool._available_connections, *pool._in_use_connections]
    patient = pool.connection_kwargs["socket_timeout"]
    with stopped(redis_server.info("server")["process_id"]):
        pool.connection_kwargs["socket_timeout"] = 0.5
        for connection in connections:
            connection.socket_timeout = 0.5
        yield
    pool.connection_kwargs["socket_timeout"] = patient


@contextlib.contextmanager
def stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
