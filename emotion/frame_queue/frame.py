"""A frame on its way from the socket to a worker, and its binary form in Redis."""

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from uuid import UUID

# The header that a student's client puts before the JPEG (docs/protocol.md): version, purpose, sequence, and
# capture time in ms since 1970. In Redis it follows the sender's ids.
HEADER = struct.Struct(">BBIQ")
# Session, participant, consent.
_SENDER = struct.Struct(">16s16sQ")
PROTOCOL_VERSION = 1


def next_sequence(opened_at: datetime, now: datetime) -> int:
    """Return a number above those of all earlier frames of the session that was opened then."""
    # One a millisecond: nobody sends so many (decision 3).
    return int((now - opened_at).total_seconds() * 1000)


class Purpose(IntEnum):
    # The frame becomes a reading.
    CLASS = 0
    # The student checks the own camera before it counts.
    CHECK = 1
    # As CLASS; the student's page also shows the attention map.
    ATTENTION_MAP = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """One JPEG of one participant, which lives in memory for seconds and never on disk or in a log."""

    session_id: UUID
    participant_id: UUID
    consent_id: int
    sequence: int
    taken_at: datetime
    purpose: Purpose
    jpeg: bytes = field(repr=False)

    @property
    def queue_key(self) -> str:
        """The name of the sender in the queue, in which at most one frame of each sender waits."""
        return f"{self.session_id.hex}:{self.consent_id}"

    def pack(self) -> bytes:
        sender = _SENDER.pack(self.session_id.bytes, self.participant_id.bytes, self.consent_id)
        taken_at_ms = round(self.taken_at.timestamp() * 1000)
        return sender + HEADER.pack(PROTOCOL_VERSION, self.purpose, self.sequence, taken_at_ms) + self.jpeg

    @classmethod
    def unpack(cls, packed: bytes) -> "Frame":
        session, participant, consent_id = _SENDER.unpack_from(packed)
        _version, purpose, sequence, taken_at_ms = HEADER.unpack_from(packed, _SENDER.size)
        return cls(
            session_id=UUID(bytes=session),
            participant_id=UUID(bytes=participant),
            consent_id=consent_id,
            sequence=sequence,
            taken_at=datetime.fromtimestamp(taken_at_ms / 1000, UTC),
            purpose=Purpose(purpose),
            jpeg=packed[_SENDER.size + HEADER.size :],
        )
