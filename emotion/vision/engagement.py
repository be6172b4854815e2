"""The engagement score: a documented heuristic, never a truth about anybody.

After the concentration index of Sharma et al. (arXiv 1909.12913): expression weight x facing weight, over the
largest product there can be. Their facing weights 5, 2 and 0 are divided by 5 here; their 4.5 becomes 0.9.

The source takes the weight of the strongest expression. We take the expected weight over all eight
probabilities: both agree when the network is certain, and ours does not jump from 100 % to 33 % when neutral
and sadness swap one percent.

Happiness and surprise weigh as much as neutral. The source gives them 0.6, and so did version 1: a class
that laughed fell from 97 to 67 %. Enjoyment and surprise go with attention and not against it (Pekrun 2006,
doi:10.1007/s10648-006-9029-9; Vogl et al. 2020, doi:10.1037/emo0000578). They do not weigh more either:
nobody has to smile for a number.
"""

from collections.abc import Sequence
from statistics import median

from .labels import EXPRESSIONS
from .states import Facing

ENGAGEMENT_VERSION = "2"

WEIGHTS = {
    "neutral": 0.9,
    "happiness": 0.9,  # 0.6 in the source; see above
    "surprise": 0.9,
    "sadness": 0.3,
    "anger": 0.25,
    "disgust": 0.2,
    "fear": 0.3,
    "contempt": 0.25,  # not in the source; as anger
}
FACING_WEIGHTS = {Facing.CENTRE: 1.0, Facing.ASIDE: 0.4, Facing.AWAY: 0.0, Facing.EYES_CLOSED: 0.0}
MAX_WEIGHT = max(WEIGHTS.values())

HIGH_ABOVE = 0.65
LOW_BELOW = 0.25

BASELINE_SECONDS = 120  # after a participant's first reading
BASELINE_READINGS = 30  # fewer say more about the moment than about the person


def score(probabilities: Sequence[float] | None, facing: Facing | None) -> float | None:
    """The score of one reading, 0..1, or None where its expression or its facing is not known.

    probabilities: eight numbers that sum to 1, in the order of EXPRESSIONS.
    """
    if probabilities is None or facing is None:
        return None
    expected = sum(WEIGHTS[name] * share for name, share in zip(EXPRESSIONS, probabilities, strict=True))
    # Float probabilities may sum to 1.0000001; the database holds scores to 0..1.
    return min(1.0, max(0.0, float(expected) * FACING_WEIGHTS[facing] / MAX_WEIGHT))


def baseline(scores: Sequence[float]) -> float | None:
    """A participant's own normal: the median of their scores in the BASELINE_SECONDS that begin with their
    first reading, scored or not. None with fewer than 30."""
    return median(scores) if len(scores) >= BASELINE_READINGS else None


def band(value: float) -> str:
    """The band of a score: "high" above 0.65, "low" below 0.25, "middle" from 0.25 to 0.65."""
    if value > HIGH_ABOVE:
        return "high"
    return "low" if value < LOW_BELOW else "middle"
