"""Decide which of a connection's binary messages become frames in the queue."""

import time
from datetime import UTC, datetime

from django.conf import settings

from emotion.frame_queue.frame import Frame
from emotion.vision import jpeg

from . import protocol
from .connections import Connection
from .protocol import Refused
from .token_bucket import TokenBucket


class FrameAdmission:
    """The pace and the sequence of the frames of one connection."""

    def __init__(self, next_sequence: int) -> None:
        self._last_sequence = next_sequence - 1
        self._allowed = TokenBucket(per_second=settings.FRAMES_PER_SECOND, burst=settings.FRAME_BURST)

    def admit(self, message: bytes, connection: Connection) -> Frame:
        """Return the frame in a message, or raise Refused; the cheap checks come first."""
        envelope = protocol.open_envelope(message, max_bytes=settings.MAX_FRAME_BYTES)
        if envelope.sequence <= self._last_sequence:
            raise Refused("sequence", envelope.sequence)
        self._last_sequence = envelope.sequence
        consent_id = connection.consent_to_frame(envelope.sequence)
        try:
            jpeg.check_jpeg(envelope.jpeg, max_side=settings.MAX_FRAME_SIDE)
        except jpeg.BadFrame as bad:
            raise Refused(bad.code, envelope.sequence) from bad
        self._allowed.take_or_refuse(envelope.sequence)
        return Frame(
            session_id=connection.session_id,
            participant_id=connection.participant_id,
            consent_id=consent_id,
            sequence=envelope.sequence,
            taken_at=bounded_capture_time(envelope.captured_ms, time.time()),
            purpose=envelope.purpose,
            jpeg=envelope.jpeg,
        )


def bounded_capture_time(captured_ms: int, now: float) -> datetime:
    """Return the client's capture time, never later than our own clock and never much earlier."""
    earliest = now - settings.CLOCK_TOLERANCE.total_seconds()
    return datetime.fromtimestamp(min(max(captured_ms / 1000, earliest), now), UTC)
