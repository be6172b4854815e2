"""The secret noise in numbers that contain class-only students.

A smallest group alone does not protect them: a teacher who knows four of five values knows the fifth, and a
number before and after a student joined or left gives that student's value. So these numbers are blurred, by
draws that are secret and always the same for the same thing ("sticky noise" of Francis et al., Diffix; the
cell key of census offices), so that asking again, or on another page, gives nothing new:

- Each student counts with an offset of 10 to 20 points, up or down, for as long as they are in the class. It
  is in every number in which they are: no subtraction and no mean over steps, groups or reports removes it.
  Their expressions are moved as far as their score is: else its mean would follow from the mix of a lesson.
- Each step has draws of its own, for ten seconds, a minute and five minutes: half of them for the time alone,
  half for the time and the very group that counts. The first do not average away by changing the group, the
  second do not cancel when a student comes or goes.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

import numpy as np
from django.conf import settings
from django.utils.crypto import salted_hmac

from emotion.vision.engagement import MAX_WEIGHT, WEIGHTS
from emotion.vision.labels import EXPRESSIONS

from .arrays import Bools, Floats, Keys

# Buckets: ten seconds, a minute, five minutes.
PERIODS = (1, 6, 30)
# The largest of each of the six draws of a step, in students: an expression or a face is one student's whole
# share. Their sum has 1.4 times that as its standard deviation.
SCORE, COUNT, TIME, MIX = 0.35, 0.6, 0.6, 0.8
# How far a student's offset moves one of their expressions, as a standard deviation.
MOVED = 0.08
# The largest draw of a band's width, as a share of it.
WIDTH = 0.05
# Which of the numbers in a draw is for what.
FOR_SCORE, FOR_WIDTH, FOR_COUNT, FOR_TIME, FOR_MIX = 0, 1, 2, 3, slice(4, 4 + len(EXPRESSIONS))
NUMBERS = hashlib.sha512().digest_size // 4
# What each expression alone makes of the score, and which of them keep it up.
_WORTH = np.array([WEIGHTS[name] for name in EXPRESSIONS]) / MAX_WEIGHT
_HIGH = _WORTH == 1


def offsets(ids: Iterable[UUID]) -> Floats:
    """(N,): each participant's own, the same for as long as they are in the class."""
    low, high = settings.SCORE_OFFSET
    drawn = _of_participants(ids)
    sizes: Floats = low + (high - low) * (drawn[:, 1] + 1) / 2
    return np.sign(drawn[:, 0]) * sizes


def mix_offsets(ids: Sequence[UUID]) -> Floats:
    """(N, 8): what moves each participant's expressions so that they agree with the score that counts."""
    parts = 1 + _of_participants(ids)[:, 2 : 2 + len(EXPRESSIONS)]
    up, down = (_shares(np.where(kind, parts, 0.0)) for kind in (_HIGH, ~_HIGH))
    moved = up - down
    return moved * (offsets(ids) / (moved @ _WORTH))[:, None]


def _of_participants(ids: Iterable[UUID]) -> Floats:
    secret = _secret()
    # "seat" is part of the key, as the salt is, and never changes.
    return _numbers(b"".join(_digest(secret, f"seat {id_.hex}") for id_ in ids)).reshape(-1, NUMBERS)


def _shares(parts: Floats) -> Floats:
    shares: Floats = parts / parts.sum(axis=1, keepdims=True)
    return shares


def group_keys(ids: Sequence[UUID], counts: Bools) -> Keys:
    """(T,): a number for the group that counts in each step, of `counts` (N, T)."""
    secret = _secret()
    own = np.array([_own_key(secret, id_) for id_ in ids], dtype=np.uint64)
    counting = np.where(counts, own[:, None], np.uint64(0))
    keys: Keys = np.bitwise_xor.reduce(counting, axis=0, initial=np.uint64(0))
    return keys


def draws(session_id: UUID, what: str, buckets: Iterable[int], groups: Iterable[int]) -> Floats:
    """(T, NUMBERS): the sum of the six draws of each step, each in -1..1."""
    secret, session = _secret(), session_id.hex
    digests = b"".join(
        _digest(secret, f"{session} {what} {period} {bucket // period} {whose}")
        for bucket, group in zip(buckets, groups, strict=True)
        for period in PERIODS
        for whose in ("", group)
    )
    drawn: Floats = _numbers(digests).reshape(-1, 2 * len(PERIODS), NUMBERS).sum(axis=1)
    return drawn


def _secret() -> bytes:
    # A name and no path, and never changed: a second offset could be averaged with the first.
    return salted_hmac("dashboards.blur", "", algorithm="sha256").digest()


# An hour's steps of a few classes: a page asks for the same ones again and again.
@lru_cache(maxsize=20_000)
def _digest(secret: bytes, what: str) -> bytes:
    return hmac.digest(secret, what.encode(), "sha512")


def _numbers(digests: bytes) -> Floats:
    """Each in -1..1, and a multiple of 1 / 2**31: their sum is exact, in whatever order."""
    return np.frombuffer(digests, dtype=">u4") / 2**31 - 1


@lru_cache(maxsize=5_000)
def _own_key(secret: bytes, participant_id: UUID) -> int:
    return int.from_bytes(hmac.digest(secret, b"key" + participant_id.bytes, "sha256")[:8], "big")
