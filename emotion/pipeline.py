"""The worker's story: a batch of frames of many students becomes readings."""

import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import cv2
import numpy as np
from onnxruntime.capi import onnxruntime_pybind11_state as ort

from classroom.models import ClassSession, Consent
from emotion.frame_queue.frame import Frame, Purpose
from emotion.frame_queue.queue import Outcome
from emotion.vision import engagement
from emotion.vision.faces import BadFrame, FaceReader, View
from emotion.vision.labels import EXPRESSIONS
from emotion.vision.recogniser import Recogniser
from emotion.vision.states import FaceState

from . import events, references
from .models import Reading
from .vision import stillness

# What one picture can set off in those who look at it. Whatever else goes wrong is not a picture's doing (the
# database, the time limit, a mistake of ours in every frame): it rises, and the batch is lost.
FAULTS = (
    cv2.error,
    ort.Fail,
    ort.InvalidArgument,
    ort.RuntimeException,
    ArithmeticError,
    LookupError,
    RuntimeError,
    ValueError,
)

logger = logging.getLogger(__name__)


class Shot(NamedTuple):
    """One frame and what it shows."""

    frame: Frame
    view: View


class Refusal(NamedTuple):
    frame: Frame
    code: str


class Measured(NamedTuple):
    """A shot and its reading, which is not saved yet."""

    shot: Shot
    reading: Reading


def analyse(batch: Sequence[Frame], *, faces: FaceReader, recogniser: Recogniser) -> Counter[Outcome]:
    """View, recognise, score, save, tell; and what became of each frame. A second time it changes nothing."""
    shots, refusals = view(batch, faces)
    shots = without_still(shots)
    checks = [shot for shot in shots if shot.frame.purpose == Purpose.CHECK]
    measured = read([shot for shot in shots if shot.frame.purpose == Purpose.CLASS], recogniser)
    kept = Reading.objects.add_consented([reading for _shot, reading in measured])
    references.keep(dict.fromkeys(_ended(shots, kept)))
    events.publish_batch(
        answers=[(shot.frame.participant_id, check_answer(shot.view)) for shot in checks]
        + [
            (shot.frame.participant_id, reading_answer(reading))
            for shot, reading in measured
            if reading.consent_id in kept
        ],
        refusals=[(frame.participant_id, frame.sequence, code) for frame, code in refusals],
        gone={shot.frame.participant_id for shot, reading in measured if reading.consent_id not in kept},
        measured=_by_session(kept),
    )
    return outcomes(checks, measured, refusals, kept_consents=kept.keys())


def _ended(shots: Sequence[Shot], kept: Mapping[int, ClassSession]) -> set[int]:
    """Whose decision ended while they were looked at: nothing to compare with stays of them, either."""
    ended = {shot.frame.consent_id for shot in shots} - kept.keys()
    return ended - set(Consent.objects.active().filter(pk__in=ended).values_list("pk", flat=True))


def _by_session(kept: Mapping[int, ClassSession]) -> dict[UUID, set[int]]:
    """The consents of each session whose teachers may see what was read."""
    measured = defaultdict(set)
    for consent, session in kept.items():
        if session.teacher_sees_readings:
            measured[session.pk].add(consent)
    return measured


def view(batch: Sequence[Frame], faces: FaceReader) -> tuple[list[Shot], list[Refusal]]:
    """What each frame shows, or why it is refused; one that breaks whoever looks at it is lost."""
    shots, refusals = [], []
    for frame in batch:
        try:
            shots.append(Shot(frame, faces.view(frame.jpeg)))
        except BadFrame as bad:
            refusals.append(Refusal(frame, bad.code))
        except FAULTS:
            logger.exception("Nobody could look at %r.", frame)
    return shots, refusals


def without_still(shots: Sequence[Shot]) -> list[Shot]:
    """The same shots; those whose picture has not changed for long show that and nothing else."""
    known = references.load(shot.frame.consent_id for shot in shots)
    compared, later = [], {}
    for frame, shown in shots:
        before, after = known.get(frame.consent_id), None
        try:
            shown, after = stillness.compared(shown, frame.taken_at.timestamp(), before)
        except FAULTS:
            logger.exception("Nobody could compare %r.", frame)
        compared.append(Shot(frame, shown))
        if before or after:
            later[frame.consent_id] = after
    references.keep(later)
    return compared


def read(shots: Sequence[Shot], recogniser: Recogniser) -> list[Measured]:
    """A reading for each shot but those whose face breaks the network; all faces go through it together."""
    without_face = [shot for shot in shots if shot.view.state != FaceState.SEEN]
    measured = [Measured(shot, _without_expression(shot, recogniser)) for shot in without_face]
    return measured + _read_faces([shot for shot in shots if shot.view.state == FaceState.SEEN], recogniser)


def _read_faces(shots: Sequence[Shot], recogniser: Recogniser) -> list[Measured]:
    if not shots:
        return []
    try:
        recognition = recogniser.recognise(
            np.stack([shot.view.crop for shot in shots]), [shot.view.surer_by for shot in shots]
        )
    except FAULTS:
        if len(shots) > 1:  # one of them: each by itself, then
            return [measured for shot in shots for measured in _read_faces([shot], recogniser)]
        logger.exception("The network could not read %r.", shots[0].frame)
        return []
    answers = zip(shots, recognition.probabilities.tolist(), recognition.unsure.tolist(), strict=True)
    return [Measured(shot, _reading(shot, recogniser, *answer)) for shot, *answer in answers]


def _reading(shot: Shot, recogniser: Recogniser, probabilities: list[float], unsure: bool) -> Reading:
    reading = _without_expression(shot, recogniser)
    if unsure:
        reading.face = FaceState.UNSURE
    else:
        _add_expression(reading, probabilities, shot.view)
    return reading


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
    checks: Sequence[Shot],
    measured: Sequence[Measured],
    refusals: Sequence[Refusal],
    *,
    kept_consents: Collection[int],
) -> Counter[Outcome]:
    counted: Counter[Outcome] = Counter()
    for shot in checks:
        counted[shot.frame.session_id, "read"] += 1
    for _shot, reading in measured:
        is_kept = reading.consent_id in kept_consents
        counted[reading.session_id, "read" if is_kept else "erased"] += 1
    for refusal in refusals:  # it had been admitted and taken; now it is neither
        counted[refusal.frame.session_id, "taken"] -= 1
        counted[refusal.frame.session_id, "refused"] += 1
    return counted
