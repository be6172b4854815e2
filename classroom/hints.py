"""Hints to open sockets, once at most. The database is the truth, and nobody waits for a Redis that hangs."""

import logging
import time
from collections.abc import Iterable

import redis
from channels.layers import get_channel_layer
from django.conf import settings
from redis.retry import Retry

QUIET_SECONDS = 10.0  # after an attempt that nobody answered: each holds up the thread that serves pages

logger = logging.getLogger(__name__)


class Crier:
    """Publishes to the groups of the channel layer, from code that is not async.

    The layer's own group_send takes a round trip for each group, 10 times as long for a class; and it waits
    in one line with every socket that connects, which a Redis that hangs makes long.
    """

    def __init__(self, url: str) -> None:
        retry = Retry(*settings.REDIS_RETRY_ALWAYS)  # a hint may come twice
        self._redis = redis.Redis.from_url(url, **settings.REDIS_PATIENCE, retry=retry)
        self._quiet_until = 0.0

    def publish(self, messages: Iterable[tuple[str, dict]]) -> None:
        """(group, message), all of them in one call, or none."""
        if time.monotonic() < self._quiet_until:
            return
        layer = get_channel_layer()
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for group, message in messages:
                    pipeline.publish(f"asgi__group__{group}", layer.serialize(message))
                pipeline.execute()
        except redis.RedisError as error:
            if isinstance(error, redis.TimeoutError):
                self._quiet_until = time.monotonic() + QUIET_SECONDS
            logger.warning("Open sockets could not be told: %s", error)


publish = Crier(settings.REDIS_URL).publish
