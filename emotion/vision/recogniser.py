"""The expression network: face crops in, calibrated probabilities and region maps out.

``engines`` runs the network. The answers of its engines agree within the tolerance that
tests/training/test_engines.py states.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .engines import Engine, OpenVinoEngine, TorchEngine
from .labels import EXPRESSIONS, FER2013_LABELS

WEIGHTS = Path(__file__).parent / "weights"
CARD = "card.json"
FACTS = ("version", "input", "graph", "weights", "network", "regions", "temperature", "abstention")
CHUNK = 32  # faces at most per run of the graph: more gain nothing in speed and cost memory

# card.json as it was parsed. It has the keys in FACTS.
Card = dict[str, Any]


class WeightsMissing(Exception):
    """The network's weights are not there, or are not the ones that their card describes."""


@dataclass(frozen=True)
class Recognition:
    """What the network reads from B faces.

    probabilities: (B, 8) float32 over labels.EXPRESSIONS, calibrated; rows sum to 1.
    fer2013: (B, 7) float32 over labels.FER2013_LABELS, calibrated; rows sum to 1.
    region_maps: (B, K, h, w) float32, where each region looked; each map sums to 1.
    region_gates: (B, K) float32, how much each region counted, 0..1.
    unsure: (B,) bool, whether the largest of a face's probabilities is below its threshold.
    """

    probabilities: np.ndarray
    fer2013: np.ndarray
    region_maps: np.ndarray
    region_gates: np.ndarray
    unsure: np.ndarray


class Recogniser:
    """A trained network with its calibration. An instance serves one thread at a time."""

    def __init__(self, engine: Engine, card: Card) -> None:
        self.card = card
        self.version: str = card["version"]
        self.input_size: int = card["input"]["size"]
        self._temperatures: dict[str, float] = card["temperature"]
        self._threshold: float = card["abstention"]["threshold"]
        self._engine = engine
        self._regions: tuple[int, ...] = tuple(card["regions"]["shape"])

    @classmethod
    def load(cls, folder: Path = WEIGHTS, *, device: str = "cpu", threads: int = 1) -> "Recogniser":
        """The network of a folder: its card.json, and the weights that the card names.

        device: "cpu" runs the graph in OpenVINO, "cuda" the plain weights in torch.
        Raises WeightsMissing or EngineMissing, in one sentence, where that cannot be done.
        """
        card = read_card(folder)
        if device == "cpu":
            return cls(OpenVinoEngine(read_graph(folder, card), threads), card)
        _checked(folder / card["weights"]["file"], card["weights"]["sha256"])
        return cls(TorchEngine(folder / card["weights"]["file"], card["network"], device), card)

    def recognise(self, crops: np.ndarray, surer_by: Sequence[float] | float = 0.0) -> Recognition:
        """What the network reads from B aligned grey crops, (B, S, S) uint8 with S = input_size, B >= 0.

        surer_by: how far above the abstention threshold each face's answer must be.
        A face's answer does not depend on the faces around it (tested within 1e-3 of probability).
        Raises ValueError where the crops have another shape or type.
        """
        shape = (self.input_size, self.input_size)
        if crops.ndim != 3 or crops.shape[1:] != shape or crops.dtype != np.uint8:
            raise ValueError(
                f"Crops must be uint8 (B, {shape[0]}, {shape[1]}), not {crops.dtype} {crops.shape}."
            )
        chunks = [self._engine.run(crops[start : start + CHUNK]) for start in range(0, len(crops), CHUNK)]
        expressions, fer2013, maps, gates = self._joined(chunks)
        probabilities = softmax(expressions / self._temperatures["expressions"])
        return Recognition(
            probabilities=probabilities,
            fer2013=softmax(fer2013 / self._temperatures["fer2013"]),
            region_maps=maps,
            region_gates=gates,
            unsure=probabilities.max(axis=1) < self._threshold + np.asarray(surer_by),
        )

    def _joined(self, chunks: list[tuple[np.ndarray, ...]]) -> tuple[np.ndarray, ...]:
        shapes = ((len(EXPRESSIONS),), (len(FER2013_LABELS),), self._regions, self._regions[:1])
        empty = tuple(np.zeros((0, *shape), np.float32) for shape in shapes)
        return tuple(np.concatenate(parts) for parts in zip(empty, *chunks, strict=True))


def softmax(logits: np.ndarray) -> np.ndarray:
    """(B, C) logits -> (B, C) probabilities."""
    raised: np.ndarray = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def read_card(folder: Path) -> Card:
    """The facts that travel with the weights. Raises WeightsMissing."""
    path = folder / CARD
    try:
        card: Card = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise WeightsMissing(f"{path} does not exist: the network's weights are not installed.") from error
    except json.JSONDecodeError as error:
        raise WeightsMissing(f"{path} is damaged: it is not JSON.") from error
    lacking = [fact for fact in FACTS if fact not in card]
    if lacking:
        raise WeightsMissing(f"{path} is damaged: it does not say {lacking[0]!r}.")
    return card


def read_graph(folder: Path, card: Card) -> bytes:
    """The graph that a folder's card describes, byte for byte. Raises WeightsMissing."""
    return _checked(folder / card["graph"]["file"], card["graph"]["sha256"])


def _checked(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise WeightsMissing(f"{path} does not exist: the network's weights are not installed.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise WeightsMissing(f"{path} is damaged: it is not the file that {CARD} describes.")
    return content
