"""How a simulated class follows its lesson, and what it shows and says. Nothing here was observed."""

import math
import random
from itertools import pairwise
from typing import Any

from classroom.models import Pulse
from emotion.vision.engagement import ENGAGEMENT_VERSION, score
from emotion.vision.labels import EXPRESSIONS
from emotion.vision.states import FaceState, Facing

from .people import Person

# Minute of the lesson, and how well the class follows: it warms up, meets something hard, recovers, tires.
COURSE = (
    (0, 0.72),
    (4, 0.82),
    (11, 0.8),
    (14, 0.55),
    (18, 0.5),
    (21, 0.74),
    (29, 0.8),
    (37, 0.68),
    (45, 0.62),
)
# Readings of faces that nobody could read.
UNREAD = ((0.015, FaceState.NONE), (0.03, FaceState.UNSURE), (0.04, FaceState.LOOKING_DOWN))
MADE_BY = "invented"
# Below it, students begin to say so.
HARD_BELOW = 0.7

Said = tuple[str, int | None]


def mood(seconds: float) -> float:
    """Return how well the class follows, 0 to 1. After the lesson it begins again."""
    minute = seconds / 60 % COURSE[-1][0]
    for (begin, low), (end, high) in pairwise(COURSE):
        if minute < end:
            return low + (high - low) * (minute - begin) / (end - begin)
    return COURSE[-1][1]


def reading_fields(person: Person, seconds: float, chance: random.Random) -> dict[str, Any]:
    """Return the fields of a Reading that say what was seen."""
    made_by = {"recogniser_version": MADE_BY, "engagement_version": ENGAGEMENT_VERSION}
    drawn = chance.random()
    if face := next((face for below, face in UNREAD if drawn < below), None):
        return {"face": str(face), **made_by}
    shares, facing = _shares(person, seconds, chance), _facing(person, seconds, chance)
    best = EXPRESSIONS[max(range(len(EXPRESSIONS)), key=shares.__getitem__)]
    return {
        "face": str(FaceState.SEEN),
        "facing": str(facing),
        "expression": best,
        "score": score(shares, facing),
        **dict(zip(EXPRESSIONS, shares, strict=True)),
        **made_by,
    }


def _wave(person: Person, seconds: float) -> float:
    """Return this student's own slow ups and downs, each with a phase of its own."""
    phase = person.number * 2.4
    return 0.06 * math.sin(seconds / (170 + 11 * person.number % 90) + phase)


def _shares(person: Person, seconds: float, chance: random.Random) -> list[float]:
    follows = min(
        0.98, max(0.2, mood(seconds) + person.ease + _wave(person, seconds) + chance.gauss(0, 0.05))
    )
    troubled = 1.2 * (1 - follows)
    is_smiling = math.sin(seconds / 37 + person.number) > 0.8
    calm = 1 - min(0.9, troubled)
    happy = calm * (0.6 if is_smiling else 0.12)
    rest = 1 - calm
    shares = {"neutral": calm - happy, "happiness": happy, "sadness": 0.5 * rest, "anger": 0.2 * rest}
    shares |= {"surprise": 0.1 * rest, "fear": 0.1 * rest, "contempt": 0.06 * rest, "disgust": 0.04 * rest}
    return [shares[name] for name in EXPRESSIONS]


def _facing(person: Person, seconds: float, chance: random.Random) -> Facing:
    # Heads stay turned for some seconds, so the drawing is done once for each stretch.
    turned = random.Random(person.number * 100_003 + int(seconds // 8)).random()
    aside = 0.05 + 0.25 * (1 - mood(seconds))
    if turned < aside / 3:
        return Facing.AWAY
    return Facing.ASIDE if turned < aside or chance.random() < 0.02 else Facing.CENTRE


def says(person: Person, seconds: float, within: float, chance: random.Random) -> Said | None:
    """Return what a student says with a button in the next `within` seconds, mostly nothing."""
    trouble = max(0.0, HARD_BELOW - mood(seconds) - person.ease)
    if chance.random() < within * (0.011 * trouble):
        return Pulse.Kind.LOST, None
    if chance.random() < within / 600:
        value = 1 if chance.random() < 0.3 + 2 * trouble else chance.choice((-1, 0))
        return chance.choice((Pulse.Kind.PACE, Pulse.Kind.DIFFICULTY)), value
    return None
