"""A TCP proxy before Redis whose connections can fall silent: what is sent is dropped, nothing is closed."""

import asyncio
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from demo.redis_server import free_port

START_TIMEOUT = 60.0  # seconds


class BlackHole:
    """`url` leads to the same Redis through this proxy, which runs in a thread of its own."""

    def __init__(self, redis_url: str) -> None:
        parts = urlsplit(redis_url)
        self._redis, self._port = (parts.hostname, parts.port), free_port()
        self.url = redis_url.replace(f"{parts.hostname}:{parts.port}/", f"127.0.0.1:{self._port}/")
        self._links: list[_Link] = []
        self.accepts_new = True
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()

    def __enter__(self) -> "BlackHole":
        threading.Thread(target=self._loop.run_until_complete, args=(self._run(),), daemon=True).start()
        assert self._is_up.wait(START_TIMEOUT)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)

    def swallow(self, *, new: bool = False) -> None:
        """Silence every open connection, and with `new` also those that are still to come."""
        self.accepts_new = not new
        for link in self._links:
            link.is_silent = True

    async def _run(self) -> None:
        self._over = asyncio.Event()
        async with await asyncio.start_server(self._serve, "127.0.0.1", self._port):
            self._is_up.set()
            await self._over.wait()
        pumping = asyncio.all_tasks() - {asyncio.current_task()}
        for task in pumping:
            task.cancel()
        if pumping:
            await asyncio.wait(pumping, timeout=1)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(is_silent=not self.accepts_new)
        self._links.append(link)
        up_reader, up_writer = await asyncio.open_connection(*self._redis)
        # Cancelled when the proxy ends.
        with suppress(asyncio.CancelledError):
            await asyncio.gather(link.pump(reader, up_writer), link.pump(up_reader, writer))


class _Link:
    def __init__(self, *, is_silent: bool) -> None:
        self.is_silent = is_silent

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                if not self.is_silent:
                    writer.write(data)
                    await writer.drain()
        except OSError:
            pass
        if not self.is_silent:
            writer.close()
