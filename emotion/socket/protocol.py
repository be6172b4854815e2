"""Parse the messages of the student's socket (docs/protocol.md). Nothing here knows who sends them."""

import json
from enum import IntEnum
from typing import NamedTuple

from emotion.frame_queue.frame import HEADER, PROTOCOL_VERSION, Purpose

# Characters; the longest message of the protocol takes 60.
LONGEST_TEXT = 500


class Close(IntEnum):
    """Why the server closes a connection."""

    BAD_MESSAGE = 4400
    NO_SEAT = 4401
    ORIGIN = 4403
    NO_SESSION = 4404
    REPLACED = 4409
    ENDED = 4410
    REMOVED = 4411
    LEFT = 4412
    OTHER_SEAT = 4413


# The close code for each reason that a "participant.changed" event may name.
CLOSING_HINTS = {
    "removed": Close.REMOVED,
    "left": Close.LEFT,
    "erased": Close.NO_SEAT,
    "ended": Close.ENDED,
    "deleted": Close.NO_SESSION,
}

# The codes with which a page closes its socket: 1005 stands for none. A lost connection is 1006.
CLOSED_BY_PAGE = {1000, 1001, 1005}

REFUSALS = {
    "bytes_expected": "A frame has to be sent as bytes.",
    "bad_message": "This is not a message of this protocol.",
    "unknown_version": "This server speaks version 1.",
    "too_large": "The picture is too large.",
    "too_many": "Too many messages at once.",
    "not_jpeg": "This is not a baseline JPEG.",
    "dimensions": "The picture is too small or too large.",
    "truncated": "The picture is not complete.",
    "sequence": "Newer frames have already come.",
    "no_consent": "There is no consent to use the camera.",
    "mode": "This session does not use the camera.",
    "paused": "The teacher has paused all cameras.",
    "busy": "The server cannot take frames right now.",
}


class Rejected(Exception):
    """The connection has to close."""

    def __init__(self, code: Close) -> None:
        super().__init__(code)
        self.code = code


class Refused(Exception):
    """A message is not accepted; the connection stays open."""

    def __init__(self, code: str, sequence: int | None = None) -> None:
        super().__init__(code)
        self.code, self.sequence = code, sequence


class Envelope(NamedTuple):
    purpose: Purpose
    sequence: int
    captured_ms: int
    jpeg: bytes


def open_envelope(message: bytes, *, max_bytes: int) -> Envelope:
    """Split a binary message into its header and its picture."""
    if message[:1] != bytes([PROTOCOL_VERSION]):
        raise Refused("unknown_version")
    if len(message) < HEADER.size:
        raise Refused("bad_message")
    _version, purpose, sequence, captured_ms = HEADER.unpack_from(message)
    if purpose not in set(Purpose):
        raise Refused("bad_message", sequence)
    if len(message) - HEADER.size > max_bytes:
        raise Refused("too_large", sequence)
    return Envelope(Purpose(purpose), sequence, captured_ms, message[HEADER.size :])


# The camera states that a client may report; the server records the others.
STATES = {
    "measuring",
    "checking",
    "paused",
    "hidden",
    "camera_off",
    "camera_busy",
    "camera_refused",
    "camera_blocked",
    "camera_missing",
    "camera_unusable",
}
CAMERA_STATES = {"measuring", "checking"}


def read_text(text: str) -> dict:
    """Parse a text message. Raise Refused unless it is one of those in docs/protocol.md."""
    try:
        message = json.loads(text) if len(text) <= LONGEST_TEXT else None
    except (json.JSONDecodeError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise Refused("bytes_expected")
    if not _is_known(message):
        raise Refused("bad_message")
    return message


def _is_known(message: dict) -> bool:
    match message:
        case {"type": "here", **rest}:
            return not rest
        case {"type": "state", "state": str(state), **rest}:
            return not rest and state in STATES
        case {"type": "pulse", "kind": "pace" | "difficulty", "value": int(value), **rest}:
            return not rest and not isinstance(value, bool) and -1 <= value <= 1
        case {"type": "pulse", "kind": "lost", **rest}:
            # 0 takes it back.
            return not rest or (rest == {"value": 0} and type(rest["value"]) is int)
        case {"type": "pulse", "kind": "wrong_reading", "sequence": int(sequence), **rest}:
            return not rest and not isinstance(sequence, bool) and 0 <= sequence < 2**32
    return False
