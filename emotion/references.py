"""Keep in Redis what each camera's next picture is compared with, to find pictures that do not change.

Any worker may read a student's next frame, so no worker can keep it. A reference is a mosaic of at most 8 x 8
grey levels. It is deleted after half a minute without a frame, and at once when the student withdraws.
"""

import logging
import struct
from collections.abc import Iterable, Mapping
from contextlib import suppress

import redis
from django.conf import settings
from redis.retry import Retry

from emotion.vision.reference import Reference

# An older reference proves nothing: the student has paused, or left.
KEPT_SECONDS = 30

logger = logging.getLogger(__name__)

_redis = redis.Redis.from_url(
    settings.REDIS_URL, **settings.REDIS_PATIENCE, retry=Retry(*settings.REDIS_RETRY)
)


def load(consent_ids: Iterable[int]) -> dict[int, Reference]:
    """Return the known references by consent; none if Redis is down, and then no picture is called still."""
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
        if isinstance(found, bytes):
            # One that another version of the software has written is ignored.
            with suppress(struct.error, ValueError):
                references[consent_id] = Reference.unpack(found)
    return references


def keep(references: Mapping[int, Reference | None]) -> None:
    """Store references by consent; None deletes one."""
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
