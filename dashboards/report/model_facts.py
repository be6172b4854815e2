"""What is known about the model that made the readings, from the card that travels with its weights."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from emotion.vision import engagement

# What the card calls its test pictures, for people: by how they were labelled.
TEST_PICTURES = {
    "fer2013": _("FER2013: one label for each picture"),
    "ferplus": _("FER+: the votes of ten people for each picture"),
}
# FER2013 has other words than FER+ for three expressions.
AS_EXPRESSION = {"angry": "anger", "happy": "happiness", "sad": "sadness"}
CARD = Path(engagement.__file__).parent / "weights" / "card.json"


@dataclass(frozen=True)
class ErrorRates:
    """One evaluation of the card."""

    title: str
    n: int | None
    error: float
    recall: list[tuple[str, float]]


@dataclass(frozen=True)
class ModelFacts:
    """What a page says about the model. Both are empty where the weights have no card, and the error rates
    where it was not evaluated: the pages say so instead of inventing figures."""

    version: str
    error_rates: list[ErrorRates]


@dataclass(frozen=True)
class Formula:
    """The engagement formula as the pages explain it."""

    version: str = engagement.ENGAGEMENT_VERSION
    weights: tuple[tuple[str, float], ...] = tuple(engagement.WEIGHTS.items())
    facing_weights: tuple[tuple[str, float], ...] = tuple(
        (str(facing), weight) for facing, weight in engagement.FACING_WEIGHTS.items()
    )
    max_weight: float = engagement.MAX_WEIGHT
    high_above: float = engagement.HIGH_ABOVE
    low_below: float = engagement.LOW_BELOW
    baseline_seconds: float = engagement.BASELINE_SECONDS
    baseline_readings: int = engagement.BASELINE_READINGS


def model_facts() -> ModelFacts:
    if not CARD.exists():
        return ModelFacts("", [])
    card = json.loads(CARD.read_text())
    return ModelFacts(card["version"], list(_evaluations(card["metrics"], ())))


def _evaluations(metrics: dict[str, Any], path: tuple[str, ...]) -> Iterator[ErrorRates]:
    """The card groups its evaluations by split and label set; whatever holds an accuracy is one.

    Of rows with an image that was trained on, too, the figures without them count.
    """
    metrics = metrics.get("without_seen", metrics)
    if isinstance(metrics.get("accuracy"), int | float):
        recall = metrics.get("recall", {})
        yield ErrorRates(
            title=str(TEST_PICTURES.get(path[-1]) or " · ".join(path)),
            n=metrics.get("n"),
            error=1 - metrics["accuracy"],
            recall=[
                (AS_EXPRESSION.get(name, name), share)
                for name, share in recall.items()
                if isinstance(share, int | float)
            ],
        )
        return
    for name, inner in metrics.items():
        if isinstance(inner, dict):
            yield from _evaluations(inner, (*path, name))
