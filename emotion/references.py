"""What each camera's next picture is compared with, kept in Redis for the seconds between two frames.

Any worker may read a student's next frame, so the memory cannot lie in one of them. It is a mosaic of at most
8 x 8 grey levels, goes after half a minute without a frame, and at once when the student withdraws.
"""

import logging
import struct
from collections.abc import Iterable, Mapping
from contextlib import suppress

import redis
from django.conf import settings
from redis.retry import Retry

from emotion.vision.stillness import Reference

KEPT_SECONDS = 30  # a reference older than that says nothing: the student paused, or left

logger = logging.getLogger(__name__)

_redis = redis.Redis.from_url(
    settings.REDIS_URL, **settings.REDIS_PATIENCE, retry=Retry(*settings.REDIS_RETRY)
)


def load(consent_ids: Iterable[int]) -> dict[int, Reference]:
    """Those that are known. Without Redis none is, and nothing is called still: readings go on."""
    ids = list(dict.fromkeys(consent_ids))
    if not ids:
        return {}
    try:
        packed = _redis.mget([_key(consent_id) for consent_id in ids])
    except redis.RedisError:
        logger.exception("The references of a batch could not be read.")
        return {}
    references = {}
    for consent_id, found in zip(ids, packed, strict=True):
        if found is not None:
            with suppress(struct.error, ValueError):  # of another version, which begins anew
                references[consent_id] = Reference.unpack(found)
    return references


def keep(references: Mapping[int, Reference | None]) -> None:
    if not references:
        return
    pipeline = _redis.pipeline(transaction=False)
    for consent_id, reference in references.items():
        if reference is None:
            pipeline.delete(_key(consent_id))
        else:
            pipeline.set(_key(consent_id), reference.pack(), ex=KEPT_SECONDS)
    try:
        pipeline.execute()
    except redis.RedisError:
        logger.exception("The references of a batch could not be kept.")


def forget(consent_ids: Iterable[int]) -> None:
    if keys := [_key(consent_id) for consent_id in consent_ids]:
        _redis.delete(*keys)


def _key(consent_id: int) -> str:
    return f"frames:reference:{consent_id}"
