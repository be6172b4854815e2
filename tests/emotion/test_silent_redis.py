"""A running class whose connections to Redis die without a word, behind something that still acknowledges."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from demo.product import Product
from demo.redis_server import free_port
from tests.black_hole import BlackHole
from tests.emotion.running import Camera, camera, open_class, run_in, send_until_read
from tests.waiting import SOON

pytestmark = pytest.mark.stack

CLOSE = """
from classroom.models import ClassSession
ClassSession.objects.get(pk="{id}").close()
print("null")
"""


@pytest.fixture
def proxy() -> Iterator[BlackHole]:
    with BlackHole(os.environ["REDIS_URL"]) as proxy:
        yield proxy


@pytest.fixture
def product(proxy: BlackHole, tmp_path: Path) -> Iterator[Product]:
    surroundings = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    surroundings["REDIS_URL"] = proxy.url
    with Product(tmp_path, port=free_port(), surroundings=surroundings) as product:
        product.wait_until_ready()
        yield product


async def test_readings_come_again_and_the_end_of_the_class_comes_without_redis(
    product: Product, proxy: BlackHole
) -> None:
    opened = await open_class(product, students=1)
    async with camera(product, opened["id"], opened["cookies"][0]) as anna:
        await send_until_read(anna)
        proxy.swallow()
        assert await seconds_until_read_again(anna) < 30
        proxy.swallow(new=True)
        closing = asyncio.create_task(asyncio.to_thread(run_in, product, CLOSE.format(id=opened["id"])))
        await asyncio.wait_for(until_ended(product, opened["id"]), SOON)
        assert await seconds_until_closed(anna) < 10
        assert anna.socket.close_code == 4410
        await closing


async def seconds_until_read_again(camera: Camera) -> float:
    """Of a picture that was taken from now on."""
    first, began = camera.sequence, time.monotonic()
    while (await send_until_read(camera))["sequence"] < first:
        pass
    return time.monotonic() - began


async def seconds_until_closed(camera: Camera) -> float:
    began = time.monotonic()
    with suppress(ConnectionClosed):
        while time.monotonic() < began + 20:
            await camera.send()
            await asyncio.sleep(0.2)
    return time.monotonic() - began


async def until_ended(product: Product, session_id: str) -> None:
    is_open = f"import json; print(json.dumps(ClassSession.objects.get(pk='{session_id}').is_open))"
    while await asyncio.to_thread(run_in, product, f"from classroom.models import ClassSession; {is_open}"):
        pass
