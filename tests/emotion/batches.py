"""Frames as a worker takes them out of the queue."""

from datetime import UTC, datetime

import numpy as np
import simplejpeg

from classroom.models import Consent
from demo.video import Look, first_jpeg
from emotion.frame_queue.frame import Frame, Purpose

TAKEN_AT = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
FACE = first_jpeg(Look(mirrored=False, light=1.0, zoom=1.0))
WALL = simplejpeg.encode_jpeg(np.full((240, 320, 1), 150, np.uint8), 70, "GRAY")
NIGHT = simplejpeg.encode_jpeg(np.full((240, 320, 1), 5, np.uint8), 70, "GRAY")


def frame(
    consent: Consent,
    jpeg: bytes = FACE,
    *,
    sequence: int = 1,
    purpose: Purpose = Purpose.CLASS,
    taken_at: datetime = TAKEN_AT,
) -> Frame:
    who = consent.participant
    return Frame(who.session_id, who.pk, consent.pk, sequence, taken_at, purpose, jpeg)
