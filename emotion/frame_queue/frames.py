"""Frames in Redis: one slot per participant, newest wins, slots expire. `slots.py` is the web process's end.

A participant keeps their place in the line while newer frames replace the one in their slot. So under load
everybody is served equally often, and always with their newest frame.
"""

import struct
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import redis
from django.conf import settings
from redis.retry import Retry

from . import scripts

RING_AGAIN_AFTER_MS = 1000  # a worker that dies holds the frames up no longer than this

CLASS, CHECK = 0, 1  # purposes: a reading for the class, or only a look into one's own camera

Outcome = tuple[UUID, str]  # a session, and what became of one of its frames: a field of FrameTally

_HEAD = struct.Struct(">16s16sQQQB")


@dataclass(frozen=True, slots=True)
class Frame:
    """One JPEG of one participant. Lives in memory for seconds; never on disk, in the database or a log."""

    session_id: UUID
    participant_id: UUID
    consent_id: int
    sequence: int
    taken_at: datetime
    purpose: int
    jpeg: bytes = field(repr=False)

    @property
    def place(self) -> str:
        return f"{self.session_id.hex}:{self.consent_id}"

    def pack(self) -> bytes:
        who = (self.session_id.bytes, self.participant_id.bytes, self.consent_id)
        taken_at = round(self.taken_at.timestamp() * 1000)
        return _HEAD.pack(*who, self.sequence, taken_at, self.purpose) + self.jpeg

    @classmethod
    def unpack(cls, packed: bytes) -> "Frame":
        session, participant, consent_id, sequence, taken_at, purpose = _HEAD.unpack_from(packed)
        when = datetime.fromtimestamp(taken_at / 1000, UTC)
        jpeg = packed[_HEAD.size :]
        return cls(UUID(bytes=session), UUID(bytes=participant), consent_id, sequence, when, purpose, jpeg)


_redis = redis.Redis.from_url(
    settings.REDIS_URL, **settings.REDIS_PATIENCE, retry=Retry(*settings.REDIS_RETRY)
)
_take = _redis.register_script(scripts.TAKE)
_erase = _redis.register_script(scripts.ERASE)
_count = _redis.register_script(scripts.COUNT)
_collect = _redis.register_script(scripts.COLLECT)


def take() -> list[Frame]:
    """The frames that have waited longest, one batch of them, now out of their slots.

    Who takes is listening: the web process calls no other worker, unless a whole batch was left waiting.
    """
    return [Frame.unpack(packed) for packed in _take(args=[settings.BATCH_SIZE, RING_AGAIN_AFTER_MS])]


def stop_listening() -> bool:
    """The next frame will ring again. True if one waits already, that could rely on us."""
    _stopped, waiting = _redis.pipeline().delete(scripts.RING).zcard(scripts.LINE).execute()
    return waiting > 0


def count(outcomes: Counter[Outcome]) -> None:
    if outcomes:
        _count(args=flat(outcomes))


def erase_of_consents(consent_ids: Iterable[int]) -> None:
    ended = {str(consent_id) for consent_id in consent_ids}
    _erase_where(lambda place: place.partition(":")[2] in ended)


def erase_of_session(session_id: UUID) -> None:
    _erase_where(lambda place: place.startswith(session_id.hex))


def _erase_where(is_meant: Callable[[str], bool]) -> None:
    places = [place for place in map(bytes.decode, _redis.zrange(scripts.LINE, 0, -1)) if is_meant(place)]
    if places:
        _erase(args=places)


def collect_tallies() -> dict[UUID, dict[str, int]]:
    """What was counted since the last time, by session."""
    return {
        UUID(session.decode()): {
            what.decode(): int(count) for what, count in zip(counts[::2], counts[1::2], strict=True)
        }
        for session, counts in _collect()
    }


def flat(outcomes: Counter[Outcome]) -> list:
    return [word for (session_id, what), count in outcomes.items() for word in (session_id.hex, what, count)]
