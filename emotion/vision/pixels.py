"""The pixels of a JPEG. Workers decode; a web process imports only ``jpeg``, which reads headers."""

import numpy as np
import simplejpeg

from .jpeg import BadFrame

DECODE_SIDE = 240  # px: libjpeg shrinks larger frames while it decodes, but no side below this


def decode_grey(frame: bytes) -> np.ndarray:
    """(H, W) uint8. Raises BadFrame, also where the scan ends before the picture does.

    Decoding is strict: a missing block is an error and is never filled with grey.
    """
    try:
        grey = simplejpeg.decode_jpeg(frame, "GRAY", min_height=DECODE_SIDE, min_width=DECODE_SIDE)
    except ValueError as error:
        code = "truncated" if "premature end" in str(error).lower() else "not_jpeg"
        raise BadFrame(code, str(error)) from error
    return np.asarray(grey[:, :, 0])


def as_frame(picture: np.ndarray, quality: int = 95) -> bytes:
    """The JPEG of a picture, (H, W, 3) BGR uint8, as it would come from a student's browser.

    ``quality`` is libjpeg's, 1 to 100; at 95 the compression costs a face nothing.
    """
    return bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(picture), quality, "BGR"))
