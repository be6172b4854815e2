"""Build the JSON messages that the server sends to a student's client (docs/protocol.md)."""

import time

from django.conf import settings

from emotion.frame_queue.frame import PROTOCOL_VERSION

from .connections import Connection
from .protocol import REFUSALS, Refused


def welcome(connection: Connection, state: str, *, interval_ms: int) -> dict:
    return {
        "type": "welcome",
        "protocol": PROTOCOL_VERSION,
        "server_time": _now_ms(),
        "sequence": connection.next_sequence,
        "interval_ms": interval_ms,
        "max_frame_bytes": settings.MAX_FRAME_BYTES,
        "mode": connection.mode,
        "consent": connection.level,
        "state": state,
        "paused": connection.is_paused,
    }


def cameras(connection: Connection) -> dict:
    """Whether the teacher has paused all cameras."""
    return {"type": "cameras", "paused": connection.is_paused}


def admitted(sequence: int, *, interval_ms: int) -> dict:
    return {
        "type": "admitted",
        "sequence": sequence,
        "interval_ms": interval_ms,
        "server_time": _now_ms(),
    }


def refused(refusal: Refused, about: dict | None, *, interval_ms: int) -> dict:
    return {
        "type": "refused",
        "sequence": refusal.sequence,
        "about": about,
        "code": refusal.code,
        "message": REFUSALS[refusal.code],
        "interval_ms": interval_ms,
    }


def _now_ms() -> int:
    return round(time.time() * 1000)
