"""Messages to groups of the channel layer from code that is not async.

They are hints to open sockets and are sent at most once: the database is the truth, and no page waits for a
Redis that hangs.
"""

import logging
import time
from collections.abc import Iterable

import redis
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings
from redis.retry import Retry

# No attempt for so long after a timeout: each one blocks the thread that serves pages.
QUIET_SECONDS = 10.0

logger = logging.getLogger(__name__)


class GroupPublisher:
    """Publishes many group messages in one call to Redis.

    The layer's own group_send takes a round trip for each group, 10 times as long for a class. It also shares
    the event loop's connection with every socket that connects, and waits behind them if Redis hangs.
    """

    def __init__(self, url: str) -> None:
        # Every error is tried again: a message may arrive twice.
        retry = Retry(*settings.REDIS_RETRY_ALWAYS)
        self._redis = redis.Redis.from_url(url, **settings.REDIS_PATIENCE, retry=retry)
        self._quiet_until = 0.0

    def publish(self, messages: Iterable[tuple[str, dict[str, object]]]) -> None:
        """Publish pairs of (group, message), all in one call or none."""
        if time.monotonic() < self._quiet_until:
            return
        layer = get_channel_layer()
        assert isinstance(layer, RedisPubSubChannelLayer)
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for group, message in messages:
                    pipeline.publish(f"asgi__group__{group}", layer.serialize(message))
                pipeline.execute()
        except redis.RedisError as error:
            if isinstance(error, redis.TimeoutError):
                self._quiet_until = time.monotonic() + QUIET_SECONDS
            logger.warning("Messages to open sockets could not be published: %s", error)


publish = GroupPublisher(settings.REDIS_URL).publish
