"""A running class whose connections to Redis die silently, while the network still acknowledges packets."""

import asyncio
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from demo.product import Product
from demo.redis_server import free_port, redis_service, wait_for_redis
from testbed.black_hole import BlackHole
from testbed.inside import call
from tests.conftest import running
from tests.emotion.running import Camera, camera, open_class, send_until_read
from tests.waiting import SOON

pytestmark = pytest.mark.stack


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[BlackHole]:
    server, url = redis_service(tmp_path)
    server.start()
    try:
        wait_for_redis(url)
        with BlackHole(url) as proxy:
            yield proxy
    finally:
        server.stop()


@pytest.fixture
def product(proxy: BlackHole, tmp_path: Path, prepare: Callable[[Product], Product]) -> Iterator[Product]:
    """As impatient as a real site."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environ["REDIS_URL"] = proxy.url
    with running(prepare(Product(tmp_path, port=free_port(), environ=environ))) as product:
        yield product


async def test_while_redis_hangs_pages_and_messages_work_and_a_class_can_end_and_then_readings_resume(
    product: Product, proxy: BlackHole
) -> None:
    ending, lasting = await open_class(product, students=1), await open_class(product, students=1)
    async with (
        camera(product, ending["session_id"], ending["cookies"][0]) as anna,
        camera(product, lasting["session_id"], lasting["cookies"][0]) as ben,
    ):
        await asyncio.gather(send_until_read(anna), send_until_read(ben))
        proxy.swallow(new=True)
        await asyncio.gather(
            assert_the_class_ends(product, ending["session_id"], anna),
            assert_messages_are_heard(product, lasting["session_id"], ben),
            assert_pages_answer(product),
        )
        proxy.accepts_new = True
        await until_read_again(ben)


async def assert_the_class_ends(product: Product, session_id: str, anna: Camera) -> None:
    closing = asyncio.create_task(asyncio.to_thread(call, product, "close_class", session_id=session_id))
    async with asyncio.timeout(SOON):
        await until(lambda: not call(product, "is_open", session_id=session_id))
        with suppress(ConnectionClosed):
            while True:
                await anna.send_picture()
                await asyncio.sleep(0.5)
    assert anna.socket.close_code == 4410
    await closing


async def assert_messages_are_heard(product: Product, session_id: str, ben: Camera) -> None:
    await ben.send_picture()
    assert (await ben.wait_for("refused"))["code"] == "busy"
    for state in ("paused", "measuring", "camera_off"):  # each a row, and a hint to the live page
        await ben.send_state(state)
    async with asyncio.timeout(SOON):  # one hint may wait for Redis, and the next one knows better
        await until(lambda: call(product, "latest_state", session_id=session_id) == "camera_off")


async def assert_pages_answer(product: Product) -> None:
    assert await asyncio.to_thread(status_of, f"{product.url}/accounts/login/") == 200
    assert await asyncio.to_thread(status_of, f"{product.url}/health/") == 503


async def until(is_so: Callable[[], bool]) -> None:
    while True:
        if await asyncio.to_thread(is_so):
            return
        await asyncio.sleep(0.2)


async def until_read_again(camera: Camera) -> None:
    """A picture that was taken from now on."""
    first = camera.sequence
    async with asyncio.timeout(SOON):
        while (await send_until_read(camera))["sequence"] < first:
            pass


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=SOON) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code
