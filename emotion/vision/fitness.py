"""Whether an aligned crop is fit to be read: somebody's face, upright, uncovered, with its detail left.

A small network beside the recogniser, which answers whatever it is shown and is as sure of a mask, a dog or a
blur. `training/fit/fitness` trains it; weights/fitness.json says how, and where its thresholds lie.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .graphs import Graph
from .states import FaceState

WEIGHTS = Path(__file__).parent / "weights" / "fitness.onnx"
CARD = "fitness.json"
# What is asked of a crop, in the order of the graph's answers, and what is said where the answer is yes.
STATES = {
    "nobody": FaceState.NONE,
    "turned": FaceState.TURNED,
    "covered": FaceState.UNSURE,
    "lost": FaceState.UNSURE,
}
QUESTIONS = tuple(STATES)
TURNED_ANSWER, COVERED_ANSWER, LOST_ANSWER = (QUESTIONS.index(name) for name in ("turned", "covered", "lost"))
# Of a face that was set upright. FER2013's are as they came, and lie on a pillow now and then: 0.7 % of
# PublicTest's reach the first and 1.5 % the second; of photographs that the worker set upright none.
TURNED, TURNED_PERHAPS = 0.3, 0.05
# A hand at the lower lip lies at the edge of the crop. Of ordinary faces in 19 videos 12 % reach this.
COVERED_PERHAPS = 0.004
# Of a face that was found in a frame: FER2013's crops are doubtful more often. Of 2,600 ordinary ones in
# those videos, half of them mirrored, none reaches this.
COVERED = 0.5
# From here on the mirror image is asked as well: of a hand in one corner the two answers differ by much, and
# their mean refuses fewer ordinary faces and more that are covered than either.
COVERED_MIRRORED = 0.05
# Where detail is perhaps lost, the recogniser must be surer of its answer than elsewhere: from the first
# probability on, and by so much from the second, where nothing is read. How sure it is tells more of an
# answer than how much is lost: of Training's harmed faces between 0.7 and 0.8, 97 % of what passes is right.
PERHAPS_LOST, MOSTLY_LOST, SURER_BY = 0.5, 0.8, 0.45


@dataclass(frozen=True)
class Fitness:
    """One per process, on one thread, as the detector is."""

    graph: Graph
    thresholds: np.ndarray  # (4,) probabilities

    @classmethod
    def load(cls, weights: Path = WEIGHTS) -> "Fitness":
        thresholds = json.loads((weights.parent / CARD).read_text())["thresholds"]
        return cls(Graph(weights), np.array([thresholds[question] for question in QUESTIONS], np.float32))

    def ask(self, crops: np.ndarray) -> np.ndarray:
        """(B, 48, 48) uint8, B >= 1 -> (B, 4) float32 probabilities over QUESTIONS. A crop's answer does not
        depend on the crops around it."""
        return _probabilities(self._logits(crops))

    def doubts(self, crop: np.ndarray) -> np.ndarray:
        """(48, 48) uint8 -> (4,) what ``ask`` says of it, about a cover perhaps with its mirror image."""
        logits = self._logits(crop[None])[0]
        if _probabilities(logits[COVERED_ANSWER]) >= COVERED_MIRRORED:
            mirrored = self._logits(np.ascontiguousarray(crop[None, :, ::-1]))[0]
            logits[COVERED_ANSWER] = (logits[COVERED_ANSWER] + mirrored[COVERED_ANSWER]) / 2
        return _probabilities(logits)

    @staticmethod
    def surer_by(doubts: np.ndarray) -> float:
        """How much surer than its own threshold the recogniser must be of this crop."""
        lost = float(doubts[LOST_ANSWER])
        return SURER_BY * min(1.0, max(0.0, (lost - PERHAPS_LOST) / (MOSTLY_LOST - PERHAPS_LOST)))

    def covered_logit(self, crops: Sequence[np.ndarray]) -> float:
        """One or more (48, 48) uint8: the mean of what is answered about covers, as a logit, of these crops
        and their mirror images. A soft face's answers differ from its mirror image's by two and more."""
        both = np.concatenate([crops, np.flip(crops, axis=2)])
        return float(self._logits(both)[:, COVERED_ANSWER].mean())

    def _logits(self, crops: np.ndarray) -> np.ndarray:
        return self.graph.run(crops)

    def state(self, doubts: np.ndarray) -> FaceState:
        """SEEN where nothing of a crop, (4,) probabilities, is too much in doubt, or the first reason."""
        doubted = doubts >= self.thresholds
        return STATES[QUESTIONS[int(doubted.argmax())]] if doubted.any() else FaceState.SEEN


def _probabilities(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


def is_turned(doubts: np.ndarray) -> bool:
    """Of a face that was set upright, as far as the detector could."""
    return bool(doubts[TURNED_ANSWER] >= TURNED)


def might_be_turned(doubts: np.ndarray) -> bool:
    """Whether the picture is worth another look from its other sides."""
    return bool(doubts[TURNED_ANSWER] >= TURNED_PERHAPS)


def is_covered(doubts: np.ndarray) -> bool:
    """Of a face that was found in a frame."""
    return bool(doubts[COVERED_ANSWER] >= COVERED)


def might_be_covered(doubts: np.ndarray) -> bool:
    """Whether the face is worth another look, at what is below its mouth."""
    return bool(doubts[COVERED_ANSWER] >= COVERED_PERHAPS)
