"""Whether bytes look like one whole camera frame, by their markers: cheap enough for a web process.

Nothing is decoded, so a scan that is garbage, or was cut and closed with a forged end marker, passes here.
Decoding finds it (``pixels.decode_grey``), once, in the worker.
"""

import re
import struct

SOI = b"\xff\xd8"
EOI = b"\xff\xd9"
SOS = 0xDA
# Baseline only: canvas.toBlob writes nothing else, and a progressive file hides seconds of decoding in few
# bytes.
BASELINE = 0xC0
# Tables, application data, comments: what may come before the scan. All other segments are refused, since a
# marker that libjpeg skips in another way than this file could hide a second header.
PASSED_OVER = frozenset({0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})
MOST_SEGMENTS = 100  # a browser writes 10 to 20; 25,000 empty comments would take 20 ms to walk
# Between the bits of a scan only a stuffed zero and restart markers may stand. A second scan may not: 8,000
# empty ones fit into a frame and take 0.3 s to decode at 320x240, 1.6 s at 1280x1280.
AFTER_SCAN = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
MIN_SIDE = 16  # px: one block of 4:2:0 colour; nothing smaller comes from a camera


class BadFrame(ValueError):
    """A frame that cannot be read. ``code`` is "not_jpeg", "dimensions" or "truncated"."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def check_jpeg(frame: bytes, *, max_side: int = 1280) -> tuple[int, int]:
    """(width, height) in pixels, from the header. Raises BadFrame.

    Huge dimensions cost nothing: no pixel is decoded.
    """
    if not frame.startswith(SOI):
        raise BadFrame("not_jpeg", "does not start like a JPEG")
    width, height = _dimensions(frame)
    if not (MIN_SIDE <= width <= max_side and MIN_SIDE <= height <= max_side):
        raise BadFrame("dimensions", f"{width}x{height} is not between {MIN_SIDE} and {max_side} a side")
    if not frame.endswith(EOI):
        raise BadFrame("truncated", "has no end marker")
    return width, height


def _dimensions(frame: bytes) -> tuple[int, int]:
    """Walk the segments up to the scan (ITU T.81, annex B): FF, a marker, a length that includes itself."""
    size, at = None, 2
    try:
        for _segment in range(MOST_SEGMENTS):
            fill, marker, length = struct.unpack_from(">BBH", frame, at)
            if fill != 0xFF or length < 2:
                raise BadFrame("not_jpeg", "a segment does not start with a marker")
            if marker == SOS:
                break
            if marker == BASELINE and size is None:
                height, width = struct.unpack_from(">HH", frame, at + 5)
                size = width, height
            elif marker not in PASSED_OVER:
                raise BadFrame("not_jpeg", f"marker {marker:02X} has no place in a baseline JPEG")
            at += 2 + length
        else:
            raise BadFrame("not_jpeg", f"more than {MOST_SEGMENTS} segments before the scan")
    except struct.error as error:
        raise BadFrame("truncated", "ends inside its header") from error
    if size is None:
        raise BadFrame("not_jpeg", "a scan without a frame header")
    after = AFTER_SCAN.search(frame, at + 2 + length)
    if after and after[1] != EOI[1:]:
        raise BadFrame("not_jpeg", f"marker {after[1].hex().upper()} follows the scan, and not its end")
    return size
