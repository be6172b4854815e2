"""A running class whose connections to Redis die silently, while the network still acknowledges packets."""

import asyncio
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import pytest
from websockets.exceptions import ConnectionClosed

from demo.product import Product
from demo.redis_server import free_port, redis_service, wait_for_redis
from testbed.black_hole import BlackHole
from testbed.inside import call
from tests.emotion.running import Camera, camera, open_class, send_until_read
from tests.waiting import SOON

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlackHole]:
    server, url = redis_service(tmp_path_factory.mktemp("redis"))
    server.start()
    try:
        wait_for_redis(url)
        with BlackHole(url) as proxy:
            yield proxy
    finally:
        server.stop()


@pytest.fixture(scope="module")
def running(proxy: BlackHole, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """As impatient as a real site."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environ["REDIS_URL"] = proxy.url
    folder = tmp_path_factory.mktemp("product")
    with Product(folder, port=free_port(), environ=environ) as product:
        product.wait_until_ready()
        yield product


@pytest.fixture
def product(running: Product, proxy: BlackHole) -> Iterator[Product]:
    yield running
    proxy.accepts_new = True


async def test_readings_resume_and_the_class_ends_although_redis_hangs(
    product: Product, proxy: BlackHole
) -> None:
    opened = await open_class(product, students=1)
    async with camera(product, opened["session_id"], opened["cookies"][0]) as anna:
        await send_until_read(anna)
        proxy.swallow()
        await until_read_again(anna)
        proxy.swallow(new=True)
        closing = asyncio.create_task(
            asyncio.to_thread(call, product, "close_class", session_id=opened["session_id"])
        )
        await asyncio.wait_for(until_ended(product, opened["session_id"]), SOON)
        await until_closed(anna)
        assert anna.socket.close_code == 4410
        await closing


async def until_read_again(camera: Camera) -> None:
    """A picture that was taken from now on."""
    first = camera.sequence
    async with asyncio.timeout(SOON):
        while (await send_until_read(camera))["sequence"] < first:
            pass


async def until_closed(camera: Camera) -> None:
    async with asyncio.timeout(SOON):
        with suppress(ConnectionClosed):
            while True:
                await camera.send_picture()
                await asyncio.sleep(0.2)


async def until_ended(product: Product, session_id: str) -> None:
    while await asyncio.to_thread(call, product, "is_open", session_id=session_id):
        pass


async def test_a_redis_that_hangs_blocks_neither_pages_nor_messages(
    product: Product, proxy: BlackHole
) -> None:
    session = await open_class(product, students=1)
    async with camera(product, session["session_id"], session["cookies"][0]) as student:
        await send_until_read(student)
        latest_state = partial(call, product, "latest_state", session_id=session["session_id"])
        proxy.swallow(new=True)
        await student.send_picture()
        assert (await student.wait_for("refused"))["code"] == "busy"
        for state in ("paused", "measuring", "camera_off"):  # each a row, and a hint to the live page
            await student.send_state(state)
        async with asyncio.timeout(SOON):  # one hint may wait for Redis, and the next one knows better
            while await asyncio.to_thread(latest_state) != "camera_off":
                pass
        assert await asyncio.to_thread(status_of, f"{product.url}/accounts/login/") == 200
        assert await asyncio.to_thread(status_of, f"{product.url}/health/") == 503
        proxy.accepts_new = True
        await send_until_read(student)


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=SOON) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code
