"""Redis connections that notice when nobody is at the other end any more, for the sockets' channel layer.

A subscribed connection only listens, so one that died without FIN or RST looks like one on which nothing
happens. redis-py sends a PING on it but waits for no answer, and takes the kernel's ETIMEDOUT, which is
asyncio.TimeoutError since Python 3.11, for "nothing yet". docs/upstream/redis-py.md has both. `Heartbeat` and
`subscriber` can go when they are mended there, and tests/test_heartbeat.py fails when they are.
"""

import asyncio
import math
import socket
from typing import NoReturn

import redis
from redis.asyncio import Connection
from redis.asyncio.connection import parse_url

# Seconds: the other end is asked after so long without a word, and dead after so long without an answer.
ASKED_AFTER = 3
ANSWERED_WITHIN = 5
UNACKNOWLEDGED = 8

# Names that a platform lacks are left out; macOS has its own for the first.
_KEEPALIVE = {
    "TCP_KEEPALIVE": ASKED_AFTER,
    "TCP_KEEPIDLE": ASKED_AFTER,
    "TCP_KEEPINTVL": 1,
    "TCP_KEEPCNT": ANSWERED_WITHIN,
    "TCP_USER_TIMEOUT": UNACKNOWLEDGED * 1000,
}


class Heartbeat:
    """Beside a connection class of redis-py: a read that waits for a while, as a subscriber's do, may find
    nothing; but not at once, and not again and again after a PING.
    """

    _silence = 0.0  # seconds of waiting without a word: a loop that was held up has not waited

    async def read_response(self, *args: object, **options: object) -> object:
        loop, timeout = asyncio.get_running_loop(), options.get("timeout")
        began = loop.time()
        response = await super().read_response(*args, **options)
        if response is not None or timeout in (None, 0, math.inf):
            self._silence = 0.0
            return response
        if loop.time() - began < timeout / 2:
            await self._give_up("The connection to Redis timed out.")
        self._silence += timeout
        if self._silence > ASKED_AFTER + ANSWERED_WITHIN:
            await self._give_up("Redis did not answer a PING.")
        return None

    async def _give_up(self, reason: str) -> NoReturn:
        self._silence = 0.0
        await self.disconnect(nowait=True)
        raise redis.ConnectionError(reason)


def keepalive(url: str) -> dict:
    """Options of any Redis client: the kernel ends a connection whose other end is gone."""
    if url.startswith("unix:"):
        return {}
    known = {getattr(socket, name): value for name, value in _KEEPALIVE.items() if hasattr(socket, name)}
    return {"socket_keepalive": True, "socket_keepalive_options": known}


def subscriber(url: str) -> dict:
    """A host of the channel layer whose connections have a heartbeat."""
    where = parse_url(url)
    kind = where.get("connection_class", Connection)
    where["connection_class"] = type(f"Heartbeat{kind.__name__}", (Heartbeat, kind), {})
    return where | {"health_check_interval": ASKED_AFTER}
