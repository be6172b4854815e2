"""What is known about the model that made the readings, from the card that travels with its weights."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from emotion.vision import engagement

CARD = Path(settings.BASE_DIR) / "emotion" / "weights" / "card.json"


def card() -> dict | None:
    """None where the weights have no card: the pages say so instead of inventing figures."""
    return json.loads(CARD.read_text()) if CARD.exists() else None


def error_rates(card: dict | None) -> list[dict]:
    """The card's measured figures, one entry per evaluation; empty where it was not evaluated."""
    return list(_evaluations(card["metrics"], ())) if card else []


def _evaluations(metrics: dict, path: tuple[str, ...]) -> Iterator[dict]:
    """The card groups its evaluations by split and label set; whatever holds an accuracy is one.

    Of rows with an image that was trained on, too, the figures without them count.
    """
    metrics = metrics.get("without_seen", metrics)
    if isinstance(metrics.get("accuracy"), int | float):
        recall = metrics.get("recall", {})
        yield {
            "title": " · ".join(path),
            "n": metrics.get("n"),
            "accuracy": metrics["accuracy"],
            "error": 1 - metrics["accuracy"],
            "macro_f1": metrics.get("macro_f1"),
            "recall": [(name, share) for name, share in recall.items() if isinstance(share, int | float)],
        }
        return
    for name, inner in metrics.items():
        if isinstance(inner, dict):
            yield from _evaluations(inner, (*path, name))


def model() -> dict:
    """What a page says about the model."""
    facts = card()
    return {"card": facts, "error_rates": error_rates(facts)}


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
