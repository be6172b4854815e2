"""A running class whose connections to Redis die without a word, behind something that still acknowledges."""

import asyncio
import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from launcher.product import Product
from launcher.redis_server import free_port, redis_service, wait_for_redis
from tests.black_hole import BlackHole
from tests.emotion.running import Camera, camera, open_class, run_in, send_until_read
from tests.waiting import SOON

pytestmark = pytest.mark.stack

CLOSE = """
from classroom.models import ClassSession
ClassSession.objects.get(pk="{id}").close()
print("null")
"""


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
    surroundings = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    surroundings["REDIS_URL"] = proxy.url
    folder = tmp_path_factory.mktemp("product")
    with Product(folder, port=free_port(), surroundings=surroundings) as product:
        product.wait_until_ready()
        yield product


@pytest.fixture
def product(running: Product, proxy: BlackHole) -> Iterator[Product]:
    yield running
    proxy.takes_new = True


async def test_readings_come_again_and_the_end_of_the_class_comes_without_redis(
    product: Product, proxy: BlackHole
) -> None:
    opened = await open_class(product, students=1)
    async with camera(product, opened["id"], opened["cookies"][0]) as anna:
        await send_until_read(anna)
        proxy.swallow()
        await until_read_again(anna)
        proxy.swallow(new=True)
        closing = asyncio.create_task(asyncio.to_thread(run_in, product, CLOSE.format(id=opened["id"])))
        await asyncio.wait_for(until_ended(product, opened["id"]), SOON)
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
                await camera.send()
                await asyncio.sleep(0.2)


async def until_ended(product: Product, session_id: str) -> None:
    is_open = f"import json; print(json.dumps(ClassSession.objects.get(pk='{session_id}').is_open))"
    while await asyncio.to_thread(run_in, product, f"from classroom.models import ClassSession; {is_open}"):
        pass


async def test_a_redis_that_hangs_holds_up_neither_pages_nor_what_students_say(
    product: Product, proxy: BlackHole
) -> None:
    session = await open_class(product, students=1)
    async with camera(product, session["id"], session["cookies"][0]) as student:
        await send_until_read(student)
        latest_state = LATEST_STATE.format(id=session["id"])
        proxy.swallow(new=True)
        await student.send()
        assert (await student.wait_for("refused"))["code"] == "busy"
        for state in ("paused", "measuring", "camera_off"):  # each a row, and a hint to the live page
            await student.socket.send(json.dumps({"type": "state", "state": state}))
        async with asyncio.timeout(SOON):  # one hint may wait for Redis, and the next one knows better
            while await asyncio.to_thread(run_in, product, latest_state) != "camera_off":
                pass
        assert await asyncio.to_thread(status_of, f"{product.url}/accounts/login/") == 200
        assert await asyncio.to_thread(status_of, f"{product.url}/health/") == 503
        proxy.takes_new = True
        await send_until_read(student)


LATEST_STATE = """
import json
from classroom.models import Presence

print(json.dumps(Presence.objects.filter(participant__session="{id}").last().state))
"""


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=SOON) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code
