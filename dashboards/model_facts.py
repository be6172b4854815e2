"""What is known about the model that made the readings, from the card that travels with its weights."""

import json
from functools import cache
from pathlib import Path

from django.conf import settings

from emotion import engagement

CARD = Path(settings.BASE_DIR) / "emotion" / "weights" / "card.json"


@cache
def card() -> dict | None:
    """None where the weights have no card: the pages say so instead of inventing figures."""
    return json.loads(CARD.read_text()) if CARD.exists() else None


def formula() -> dict:
    """The engagement formula as the pages explain it."""
    return {
        "version": engagement.ENGAGEMENT_VERSION,
        "weights": list(engagement.WEIGHTS.items()),
        "facing_weights": [(str(facing), weight) for facing, weight in engagement.FACING_WEIGHTS.items()],
        "max_weight": engagement.MAX_WEIGHT,
        "high_above": engagement.HIGH_ABOVE,
        "low_below": engagement.LOW_BELOW,
        "baseline_seconds": engagement.BASELINE_SECONDS,
        "baseline_readings": engagement.BASELINE_READINGS,
    }
