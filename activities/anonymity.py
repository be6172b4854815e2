"""How a student can change an anonymous answer while nobody can find out whose it is.

An answer is kept under a keyed hash of its question and participant. The key is random, belongs to one
question, lives in Redis only, and is deleted when the question closes: from then on nobody can compute which
hash a participant has. While the question is open, somebody who reads both Redis and the database could.
Students' questions without a name have no hash at all, and lie in the database in random order.
"""

import hashlib
import hmac
import secrets
import uuid

from django.conf import settings
from django.core.cache import cache


class KeyLost(Exception):
    """Redis has lost the key of an open question, so that its answers can belong to nobody any more."""


def create_key(question_id: uuid.UUID) -> None:
    cache.set(_name(question_id), secrets.token_hex(32), settings.ANONYMOUS_KEY_LIFETIME.total_seconds())


def hashed(question_id: uuid.UUID, participant_id: uuid.UUID) -> str:
    """Return the name of a participant's answer. Raise KeyLost if there is no key (any more)."""
    key = cache.get(_name(question_id))
    if key is None:
        raise KeyLost
    return hmac.new(bytes.fromhex(key), participant_id.bytes, hashlib.sha256).hexdigest()


def forget(question_id: uuid.UUID) -> None:
    cache.delete(_name(question_id))


def _name(question_id: uuid.UUID) -> str:
    return f"activities.anonymous.{question_id.hex}"
