"""One frame on its way from the socket to a worker, and how it is written in Redis."""

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from uuid import UUID

# What a student's client puts before the JPEG (docs/protocol.md): version, purpose, sequence, capture time in
# ms since 1970. Redis keeps it so, behind the ids of whoever sent it.
HEADER = struct.Struct(">BBIQ")
_SENDER = struct.Struct(">16s16sQ")  # session, participant, consent
PROTOCOL_VERSION = 1


class Purpose(IntEnum):
    CLASS = 0  # becomes a reading
    CHECK = 1  # a look into one's own camera, before it counts


@dataclass(frozen=True, slots=True)
class Frame:
    """One JPEG of one participant. Lives in memory for seconds; never on disk, in the database or a log."""

    session_id: UUID
    participant_id: UUID
    consent_id: int
    sequence: int
    taken_at: datetime
    purpose: Purpose
    jpeg: bytes = field(repr=False)

    @property
    def queue_key(self) -> str:
        """Names the sender in the queue: one frame of each waits at most."""
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
