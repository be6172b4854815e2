"""Redis connections for the channel layer that notice when the other end is gone.

A subscribed connection only reads, so one that died without FIN or RST looks like one on which nothing
happens. redis-py sends a PING on it but waits for no answer. It also takes the kernel's ETIMEDOUT, which is
asyncio.TimeoutError since Python 3.11, for an empty read (docs/upstream/redis-py.md). `Heartbeat` and
`subscriber` can be deleted when redis-py is fixed, and tests/test_heartbeat.py fails when it is.
"""

import asyncio
import math
import socket
from typing import Any, NoReturn

import redis
from redis.asyncio.connection import AbstractConnection, Connection, parse_url

# Seconds of silence after which the other end is pinged.
PING_AFTER = 3
# Seconds within which it has to answer.
PONG_WITHIN = 5

# Names that a platform lacks are left out; macOS has its own for the first.
_KEEPALIVE = {
    "TCP_KEEPALIVE": PING_AFTER,
    "TCP_KEEPIDLE": PING_AFTER,
    "TCP_KEEPINTVL": 1,
    "TCP_KEEPCNT": PONG_WITHIN,
    "TCP_USER_TIMEOUT": (PING_AFTER + PONG_WITHIN) * 1000,
}


class Heartbeat(AbstractConnection):
    """A mixin for connection classes of redis-py that raises ConnectionError where a read proves them dead.

    A read with a timeout may find nothing. But it must not return before its time, and not find nothing again
    and again after a PING.
    """

    # Seconds spent in reads that found nothing: time for which the event loop was busy does not count.
    _silence = 0.0

    async def read_response(
        self,
        disable_decoding: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109  redis-py's own argument
        **options: Any,
    ) -> Any:
        loop = asyncio.get_running_loop()
        began = loop.time()
        response = await super().read_response(disable_decoding, timeout, **options)
        if response is not None or timeout in (None, 0, math.inf):
            self._silence = 0.0
            return response
        if loop.time() - began < timeout / 2:
            await self._disconnect("The connection to Redis timed out.")
        self._silence += timeout
        if self._silence > PING_AFTER + PONG_WITHIN:
            await self._disconnect("Redis did not answer a PING.")
        return None

    async def send_packed_command(self, *args: Any, **kwargs: Any) -> None:
        """End with CancelledError also where the cancellation comes as the last byte is sent.

        redis-py sends in asyncio.wait_for, which loses such a cancellation before Python 3.12. The channel
        layer's reader, which sends PINGs, would then read for ever, and whoever cancelled it wait for ever.
        """
        task = asyncio.current_task()
        before = task.cancelling() if task else 0
        await super().send_packed_command(*args, **kwargs)
        if task and task.cancelling() > before:
            raise asyncio.CancelledError

    async def _disconnect(self, reason: str) -> NoReturn:
        self._silence = 0.0
        await self.disconnect(nowait=True)
        raise redis.ConnectionError(reason)


def keepalive(url: str) -> dict:
    """Return options for any Redis client by which the kernel ends a connection whose other end is gone."""
    if url.startswith("unix:"):
        return {}
    known = {getattr(socket, name): value for name, value in _KEEPALIVE.items() if hasattr(socket, name)}
    return {"socket_keepalive": True, "socket_keepalive_options": known}


def subscriber(url: str) -> dict:
    """Return a host for the channel layer's settings whose connections have a heartbeat."""
    where = parse_url(url)
    kind = where.get("connection_class", Connection)
    where["connection_class"] = type(f"Heartbeat{kind.__name__}", (Heartbeat, kind), {})
    return where | {"health_check_interval": PING_AFTER}
