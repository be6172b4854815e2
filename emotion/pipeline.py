"""The worker's pipeline: a batch of frames of many students becomes readings."""

import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from classroom.models import ClassSession, Consent
from emotion.frame_queue.frame import Frame, Purpose
from emotion.frame_queue.queue import Outcome
from emotion.vision import engagement, stillness
from emotion.vision.attention_map import AttentionMap, attention_map_of
from emotion.vision.jpeg import BadFrame
from emotion.vision.labels import EXPRESSIONS
from emotion.vision.observation import Observation
from emotion.vision.reader import FAULTS, Reader

from . import events, references
from .models import Reading

logger = logging.getLogger(__name__)

Observed = tuple[Frame, Observation]
# A frame, and the code of docs/protocol.md with which it is refused.
Refusal = tuple[Frame, str]


@dataclass(frozen=True)
class Read:
    """A frame with its reading, which is not saved yet, and the attention map if the page asked."""

    frame: Frame
    reading: Reading
    attention_map: AttentionMap | None = None


def analyse(batch: Sequence[Frame], reader: Reader) -> Counter[Outcome]:
    """Observes each frame, saves the readings and publishes them; returns what became of each frame.

    A second time it changes nothing.
    """
    observed = list(zip(batch, reader.inspect(frame.jpeg for frame in batch), strict=True))
    refusals = [(frame, seen.error.code) for frame, seen in observed if isinstance(seen.error, BadFrame)]
    observed = without_still(_without_faults(observed))
    checks = [(frame, seen) for frame, seen in observed if frame.purpose == Purpose.CHECK]
    read = _read([(frame, seen) for frame, seen in observed if frame.purpose != Purpose.CHECK], reader)
    kept = Reading.objects.add_consented([one.reading for one in read])
    references.keep(dict.fromkeys(_ended(observed, kept)))
    _publish(checks, read, refusals, kept)
    return _outcomes(checks, read, refusals, kept)


def _without_faults(observed: Sequence[Observed]) -> list[Observed]:
    """Return those that could be read. The log names the others, but no broken picture: those are refused."""
    for frame, seen in observed:
        if seen.error and not isinstance(seen.error, BadFrame):
            logger.error("%r could not be read.", frame, exc_info=seen.error)
    return [(frame, seen) for frame, seen in observed if not seen.error]


def without_still(observed: Sequence[Observed]) -> list[Observed]:
    """Return the frames, with STILL as the state of those whose picture has not changed for long."""
    known = references.load(frame.consent_id for frame, _seen in observed)
    compared, later = [], {}
    for frame, seen in observed:
        before, after = known.get(frame.consent_id), None
        try:
            seen, after = stillness.check_stillness(seen, frame.taken_at.timestamp(), before)
        except FAULTS:
            logger.exception("%r could not be compared with the frame before it.", frame)
        compared.append((frame, seen))
        if before or after:
            later[frame.consent_id] = after
    references.keep(later)
    return compared


def _read(observed: Sequence[Observed], reader: Reader) -> list[Read]:
    """A reading of each frame that can be read; all faces go through the network together."""
    observations = reader.recognise([seen for _frame, seen in observed])
    recognised = list(zip((frame for frame, _seen in observed), observations, strict=True))
    return [
        Read(
            frame,
            reading_of(frame, seen, reader.recogniser.version),
            attention_map_of(seen) if frame.purpose == Purpose.ATTENTION_MAP else None,
        )
        for frame, seen in _without_faults(recognised)
    ]


def reading_of(frame: Frame, seen: Observation, recogniser_version: str) -> Reading:
    """The reading, not saved yet, of a frame and its observation."""
    reading = Reading(
        consent_id=frame.consent_id,
        session_id=frame.session_id,
        sequence=frame.sequence,
        taken_at=frame.taken_at,
        face=str(seen.state),
        facing=seen.facing or "",
        recogniser_version=recogniser_version,
        engagement_version=engagement.ENGAGEMENT_VERSION,
    )
    if seen.expression and seen.probabilities is not None:
        reading.expression, reading.score = seen.expression, seen.score
        for name, probability in zip(EXPRESSIONS, seen.probabilities.tolist(), strict=True):
            setattr(reading, name, probability)
    return reading


def _ended(observed: Sequence[Observed], kept: Mapping[int, ClassSession]) -> set[int]:
    """The consents that ended while their frames were being read: nothing to compare with stays of them."""
    ended = {frame.consent_id for frame, _seen in observed} - kept.keys()
    return ended - set(Consent.objects.active().filter(pk__in=ended).values_list("pk", flat=True))


def _publish(
    checks: Iterable[Observed],
    read: Sequence[Read],
    refusals: Iterable[Refusal],
    kept: Mapping[int, ClassSession],
) -> None:
    new: dict[UUID, set[int]] = defaultdict(set)
    for consent_id, session in kept.items():
        if session.teacher_sees_readings:
            new[session.pk].add(consent_id)
    answers = [(frame.participant_id, check_answer(seen)) for frame, seen in checks]
    answers += [
        (one.frame.participant_id, reading_answer(one.reading, one.attention_map))
        for one in read
        if one.frame.consent_id in kept
    ]
    events.publish_batch(
        answers=answers,
        refusals=[(frame.participant_id, frame.sequence, code) for frame, code in refusals],
        gone={one.frame.participant_id for one in read if one.frame.consent_id not in kept},
        measured=new,
    )


def _outcomes(
    checks: Iterable[Observed], read: Iterable[Read], refusals: Iterable[Refusal], kept: Collection[int]
) -> Counter[Outcome]:
    counted = Counter((frame.session_id, "read") for frame, _seen in checks)
    counted.update(
        (one.frame.session_id, "read" if one.frame.consent_id in kept else "erased") for one in read
    )
    for frame, _code in refusals:
        # It was counted as taken when the worker took it.
        counted[frame.session_id, "taken"] -= 1
        counted[frame.session_id, "refused"] += 1
    return counted


def reading_answer(reading: Reading, attention_map: AttentionMap | None = None) -> dict[str, object]:
    """The message `reading` of docs/protocol.md."""
    probabilities = {name: round(p, 4) for name, p in reading.probabilities.items() if p is not None}
    return {
        "type": "reading",
        "sequence": reading.sequence,
        "taken_at": round(reading.taken_at.timestamp() * 1000),
        "face": reading.face,
        "facing": reading.facing or None,
        "expression": reading.expression or None,
        "probabilities": probabilities or None,
        "score": None if reading.score is None else round(reading.score, 4),
        "band": None if reading.score is None else engagement.band(reading.score),
        **attention_map_answer(attention_map),
    }


def attention_map_answer(attention_map: AttentionMap | None) -> dict[str, object]:
    """The part `attention_map` of a reading, for the page that asked for it. It is saved nowhere."""
    if attention_map is None:
        return {}
    return {
        "attention_map": {
            "grid": attention_map.grid.tolist(),
            "corners": attention_map.corners.round(4).tolist(),
        }
    }


def check_answer(seen: Observation) -> dict[str, object]:
    """The message `check` of docs/protocol.md."""
    return {
        "type": "check",
        "face": seen.state,
        "facing": seen.facing,
        "brightness": round(seen.brightness, 3),
    }
