"""A class on the running product, and hand-written cameras in it."""

import asyncio
import contextlib
import json
import os
import signal
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from redis import Redis
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from config.middleware import TRY_AGAIN
from demo.product import Product
from demo.video import Look, jpegs
from tests.waiting import SOON

if TYPE_CHECKING:  # the benchmarks import this file, and have no settings
    from emotion.frame_queue.producer import FrameProducer

OPEN_CLASS = """
import json, secrets
from django.http import HttpResponse
from classroom.seat_cookie import set_seat_cookie
from tests import factory

teacher = factory.teacher(secrets.token_hex(8))  # the database outlives each of these scripts
session = factory.open_session(course=factory.course(teacher))
cookies = []
for number in range({students}):
    response = HttpResponse()
    set_seat_cookie(response, factory.consent(factory.participant(session)).participant)
    cookies.append(response.cookies.output(attrs=[], header="", sep=";").strip())
print(json.dumps({{"id": str(session.pk), "cookies": cookies}}))
"""
CLOSE_CLASS = """
import json
from django.forms.models import model_to_dict
from classroom.models import ClassSession
from emotion.models import FrameTally

session = ClassSession.objects.get(pk="{id}")
session.close()
tally = FrameTally.objects.get(session=session)
books = model_to_dict(tally, exclude=["id", "session"])
print(json.dumps(books | {{"lost": tally.lost, "readings": session.readings.count()}}))
"""


def run_in(stack: Product, script: str) -> dict:
    return json.loads(stack.manage("shell", "--verbosity", "0", "--command", script))


async def open_class(stack: Product, *, students: int) -> dict:
    return await asyncio.to_thread(run_in, stack, OPEN_CLASS.format(students=students))


async def close_class(stack: Product, session_id: str) -> dict:
    return await asyncio.to_thread(run_in, stack, CLOSE_CLASS.format(id=session_id))


class Camera:
    """One student's socket: sends a frame when asked, counts what it hears."""

    def __init__(self, socket: ClientConnection, number: int) -> None:
        self.socket, self.pictures = socket, jpegs(Look.number(number))
        self.sent = 0
        self.heard: Counter[str] = Counter()
        self.answers: asyncio.Queue[dict] = asyncio.Queue()

    async def listen(self) -> None:
        async for text in self.socket:
            message = json.loads(text)
            self.heard[message["type"]] += 1
            self.answers.put_nowait(message)

    async def welcome(self) -> None:
        self.sequence = json.loads(await self.socket.recv())["sequence"]

    async def send(self) -> None:
        head = struct.pack(">BBIQ", 1, 0, self.sequence, round(time.time() * 1000))
        await self.socket.send(head + self.pictures[self.sent % len(self.pictures)])
        self.sequence += 1
        self.sent += 1

    async def wait_for(self, kind: str) -> dict:
        async with asyncio.timeout(SOON):
            while (message := await self.answers.get())["type"] != kind:
                pass
        return message


@contextlib.asynccontextmanager
async def camera(stack: Product, session_id: str, cookie: str, number: int = 0) -> AsyncIterator[Camera]:
    camera = await _welcomed(stack, f"/ws/room/{session_id}/", cookie, number)
    async with camera.socket:
        camera.listening = asyncio.create_task(camera.listen())
        yield camera
        camera.listening.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionClosed):
            await camera.listening


async def _welcomed(stack: Product, path: str, cookie: str, number: int) -> Camera:
    """Told to try again later, it does, as a page."""
    url, cookies = stack.url.replace("http", "ws", 1) + path, {"Cookie": cookie}
    patience = {"open_timeout": SOON, "ping_timeout": SOON}
    async with asyncio.timeout(SOON):
        while True:
            socket = await connect(
                url, origin=stack.url, additional_headers=cookies, compression=None, **patience
            )
            camera = Camera(socket, number)
            try:
                await camera.welcome()
                return camera
            except ConnectionClosed:
                if socket.close_code != TRY_AGAIN:
                    raise
            await asyncio.sleep(0.5)


async def send_until_read(camera: Camera) -> dict:
    """A frame a second until a reading comes back."""
    async with asyncio.timeout(SOON):
        while True:
            await camera.send()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    return await camera.wait_for("reading")


@contextlib.contextmanager
def silent(redis_server: Redis, frames: "FrameProducer") -> Iterator[None]:
    """Redis takes what is sent and says nothing, and this producer soon gives up."""
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
