"""The worker's side of the queue, which holds the newest frame of each sender until it expires.

A sender keeps its turn while newer frames replace the one that waits. So under load everybody is served
equally often, and always with their newest frame. `producer.py` is the web process's side.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import cast
from uuid import UUID

import redis
from django.conf import settings
from redis.retry import Retry

from . import scripts
from .frame import Frame

# A worker that dies delays the frames by no more than this.
WAKE_AGAIN_AFTER_MS = 1000

# A session, and the field of FrameTally that names what became of one of its frames.
Outcome = tuple[UUID, str]

_redis = redis.Redis.from_url(
    settings.REDIS_URL, **settings.REDIS_PATIENCE, retry=Retry(*settings.REDIS_RETRY)
)
_take = _redis.register_script(scripts.TAKE)
_erase = _redis.register_script(scripts.ERASE)
_count = _redis.register_script(scripts.COUNT)
_collect = _redis.register_script(scripts.COLLECT)


def take_batch() -> list[Frame]:
    """Take the frames that have waited longest out of the queue.

    The caller counts as awake: the web process wakes no other worker unless a whole batch is left waiting.
    """
    return [Frame.unpack(packed) for packed in _take(args=[settings.BATCH_SIZE, WAKE_AGAIN_AFTER_MS])]


def fall_asleep() -> bool:
    """Let the next frame wake a worker. True if frames wait already, for which nobody else may wake one."""
    with _redis.pipeline() as pipeline:
        pipeline.delete(scripts.AWAKE)
        pipeline.zcard(scripts.WAITING)
        _deleted, waiting = pipeline.execute()
    return waiting > 0


def count(outcomes: Counter[Outcome]) -> None:
    if outcomes:
        _count(args=flat(outcomes))


def erase_of_consents(consent_ids: Iterable[int]) -> None:
    ended = {str(consent_id) for consent_id in consent_ids}
    _erase_where(lambda sender: sender.partition(":")[2] in ended)


def erase_of_session(session_id: UUID) -> None:
    _erase_where(lambda sender: sender.startswith(session_id.hex))


def _erase_where(is_meant: Callable[[str], bool]) -> None:
    # redis-py's annotation covers clients that decode responses, too.
    waiting = [sender.decode() for sender in cast(list[bytes], _redis.zrange(scripts.WAITING, 0, -1))]
    if senders := [sender for sender in waiting if is_meant(sender)]:
        _erase(args=senders)


def collect_tallies() -> dict[UUID, dict[str, int]]:
    """Return the counts of each session since the last collection, and reset them."""
    return {
        UUID(session.decode()): {
            outcome.decode(): int(count) for outcome, count in zip(counts[::2], counts[1::2], strict=True)
        }
        for session, counts in _collect()
    }


def flat(outcomes: Counter[Outcome]) -> list:
    """Return the outcomes as arguments of a Lua script."""
    return [
        value for (session_id, what), count in outcomes.items() for value in (session_id.hex, what, count)
    ]
