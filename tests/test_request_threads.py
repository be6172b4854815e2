"""Requests share threads, and with them what a thread keeps: the connection to the database."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import SyncToAsync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.core.cache import caches

from config import request_threads
from config.handler import OneHopHandler
from config.request_threads import RequestThreads
from tests.waiting import expect_value

pytestmark = pytest.mark.any_database


class Site:
    """An application of which each request notes its thread, and waits while `may_end` is not set."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.may_end = threading.Event()
        self.serve = RequestThreads(self._serve)

    async def _serve(self, scope: dict, receive: object, send: object) -> None:
        await sync_to_async(self._note)()
        await sync_to_async(self.may_end.wait)()

    def _note(self) -> None:
        self.threads.append(threading.current_thread())

    async def request(self) -> None:
        await self.serve({"type": "http"}, None, None)


async def test_the_next_request_gets_the_thread_of_the_last_one():
    site = Site()
    site.may_end.set()
    for _request in range(3):
        await site.request()
    assert len(set(site.threads)) == 1


async def test_no_request_waits_for_another():
    site = Site()
    requests = [asyncio.create_task(site.request()) for _request in range(20)]
    await asyncio.to_thread(expect_value, lambda: len(site.threads), 20)
    assert len(set(site.threads)) == 20
    site.may_end.set()
    await asyncio.gather(*requests)


async def test_threads_that_a_crowd_needed_end(monkeypatch):
    monkeypatch.setattr(request_threads, "KEPT", 2)
    site = Site()
    requests = [asyncio.create_task(site.request()) for _request in range(5)]
    await asyncio.to_thread(expect_value, lambda: len(site.threads), 5)
    site.may_end.set()
    await asyncio.gather(*requests)
    await asyncio.to_thread(expect_value, lambda: sum(one.is_alive() for one in site.threads), 2)


async def test_a_request_that_fails_gives_its_thread_back():
    async def fail(scope: dict, receive: object, send: object) -> None:
        raise ZeroDivisionError

    serve = RequestThreads(fail)
    for _request in range(2):
        with pytest.raises(ZeroDivisionError):
            await serve({"type": "http"}, None, None)
    assert len(serve._idle) == 1


def test_all_requests_share_the_connections_to_redis():
    def pool() -> object:
        return caches["default"]._cache.get_client().connection_pool

    with ThreadPoolExecutor(2) as threads:
        found = [threads.submit(pool).result(), threads.submit(pool).result(), pool()]
    assert len({id(one) for one in found}) == 1


async def test_view_and_middleware_of_a_request_take_few_hops_to_its_thread(monkeypatch, db):
    hops = []
    hop = SyncToAsync.__call__

    async def noted(self: SyncToAsync, *arguments: object, **named: object) -> object:
        hops.append(self.func)
        return await hop(self, *arguments, **named)

    monkeypatch.setattr(SyncToAsync, "__call__", noted)
    communicator = ApplicationCommunicator(OneHopHandler(), http_scope("/accounts/login/"))
    await communicator.send_input({"type": "http.request"})
    assert (await communicator.receive_output(60))["status"] == 200
    await communicator.wait(60)
    # Django's own handler takes more than twenty.
    assert len(hops) <= 10


def http_scope(path: str) -> dict[str, object]:
    headers = [(b"host", b"localhost")]
    return {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
