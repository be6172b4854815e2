"""The worker's story: a batch of frames of many students becomes readings."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from . import engagement, events
from .faces import BadFrame, FaceReader, View
from .frames import CHECK, CLASS, Frame, Outcome
from .labels import EXPRESSIONS
from .models import Reading
from .recogniser import Recogniser
from .states import FaceState


class Shot(NamedTuple):
    """One frame and what it shows."""

    frame: Frame
    view: View


class Refusal(NamedTuple):
    frame: Frame
    code: str


def analyse(batch: Sequence[Frame], *, faces: FaceReader, recogniser: Recogniser) -> Counter[Outcome]:
    """View, recognise, score, save, tell; and what became of each frame. A second time it changes nothing."""
    shots, refusals = view(batch, faces)
    checks = [shot for shot in shots if shot.frame.purpose == CHECK]
    measured = [shot for shot in shots if shot.frame.purpose == CLASS]
    readings = read(measured, recogniser)
    kept = Reading.objects.add_consented(readings)
    events.tell(
        answers=[(shot.frame.participant_id, check_answer(shot.view)) for shot in checks]
        + [
            (shot.frame.participant_id, reading_answer(reading))
            for shot, reading in zip(measured, readings, strict=True)
            if reading.consent_id in kept
        ],
        refusals=[(frame.participant_id, frame.sequence, code) for frame, code in refusals],
        gone={shot.frame.participant_id for shot in measured if shot.frame.consent_id not in kept},
        changed_sessions={session.pk for session in kept.values() if session.teacher_sees_readings},
    )
    return outcomes(checks, measured, refusals, kept_consents=kept.keys())


def view(batch: Sequence[Frame], faces: FaceReader) -> tuple[list[Shot], list[Refusal]]:
    shots, refusals = [], []
    for frame in batch:
        try:
            shots.append(Shot(frame, faces.view(frame.jpeg)))
        except BadFrame as bad:
            refusals.append(Refusal(frame, bad.code))
    return shots, refusals


def read(shots: Sequence[Shot], recogniser: Recogniser) -> list[Reading]:
    """One unsaved reading for each shot; all faces go through the network together."""
    readings = [_without_expression(shot, recogniser) for shot in shots]
    with_face = [at for at, shot in enumerate(shots) if shot.view.state == FaceState.SEEN]
    if not with_face:
        return readings
    recognition = recogniser.recognise(np.stack([shots[at].view.crop for at in with_face]))
    for at, probabilities, unsure in zip(
        with_face, recognition.probabilities.tolist(), recognition.unsure.tolist(), strict=True
    ):
        if unsure:
            readings[at].face = FaceState.UNSURE
        else:
            _add_expression(readings[at], probabilities, shots[at].view)
    return readings


def _without_expression(shot: Shot, recogniser: Recogniser) -> Reading:
    return Reading(
        consent_id=shot.frame.consent_id,
        session_id=shot.frame.session_id,
        sequence=shot.frame.sequence,
        taken_at=shot.frame.taken_at,
        face=shot.view.state,
        facing=shot.view.facing or "",
        recogniser_version=recogniser.version,
        engagement_version=engagement.ENGAGEMENT_VERSION,
    )


def _add_expression(reading: Reading, probabilities: list[float], view: View) -> None:
    for name, probability in zip(EXPRESSIONS, probabilities, strict=True):
        setattr(reading, name, probability)
    reading.expression = max(zip(probabilities, EXPRESSIONS, strict=True))[1]
    reading.score = engagement.score(probabilities, view.facing)


def reading_answer(reading: Reading) -> dict:
    """What the student hears of it: docs/protocol.md, `reading`."""
    has_expression = bool(reading.expression)
    return {
        "type": "reading",
        "sequence": reading.sequence,
        "taken_at": round(reading.taken_at.timestamp() * 1000),
        "face": reading.face,
        "facing": reading.facing or None,
        "expression": reading.expression or None,
        "probabilities": {name: round(p, 4) for name, p in reading.probabilities.items()}
        if has_expression
        else None,
        "score": None if reading.score is None else round(reading.score, 4),
        "band": None if reading.score is None else engagement.band(reading.score),
    }


def check_answer(view: View) -> dict:
    return {
        "type": "check",
        "face": view.state,
        "facing": view.facing,
        "brightness": round(view.brightness, 3),
    }


def outcomes(
    checks: Sequence[Shot], measured: Sequence[Shot], refusals: Sequence[Refusal], *, kept_consents: set[int]
) -> Counter[Outcome]:
    counted: Counter[Outcome] = Counter()
    for shot in checks:
        counted[shot.frame.session_id, "read"] += 1
    for shot in measured:
        is_kept = shot.frame.consent_id in kept_consents
        counted[shot.frame.session_id, "read" if is_kept else "erased"] += 1
    for refusal in refusals:  # it had been admitted and taken; now it is neither
        counted[refusal.frame.session_id, "taken"] -= 1
        counted[refusal.frame.session_id, "refused"] += 1
    return counted
