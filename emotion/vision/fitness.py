"""Whether an aligned crop is fit to be read: somebody's face, upright, uncovered, with its detail left.

The recogniser answers whatever it is shown, and is as sure of a mask, a dog or a blur as of a face. So a
small network judges the crop first. `training/fit/fitness` trains it; weights/fitness.json says how, and has
its thresholds.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .graphs import Graph
from .states import FaceState

WEIGHTS = Path(__file__).parent / "weights" / "fitness.onnx"
CARD = "fitness.json"
# The questions that the graph answers about a crop, in its order, and the state of a crop where one is true.
STATES = {
    "nobody": FaceState.NONE,
    "turned": FaceState.TURNED,
    "covered": FaceState.UNSURE,
    "lost": FaceState.UNSURE,
}
QUESTIONS = tuple(STATES)
TURNED_ANSWER, COVERED_ANSWER, LOST_ANSWER = (QUESTIONS.index(name) for name in ("turned", "covered", "lost"))
# Limits for faces that were set upright. FER2013's own faces are as they came, some of them on a pillow: of
# PublicTest's, 0.7 % reach the first limit and 1.5 % the second; of photographs that the worker set upright,
# none does.
TURNED, TURNED_PERHAPS = 0.3, 0.05
# A hand at the lower lip lies at the edge of the crop. Of ordinary faces in 19 videos 12 % reach this.
COVERED_PERHAPS = 0.004
# Limit for a face that was found in a frame. Of 2,600 ordinary ones in those videos, half of them mirrored,
# none reaches it. FER2013's crops do more often.
COVERED = 0.5
# From here on the mirror image is asked as well. For a hand in one corner the two answers differ widely, and
# their mean refuses fewer ordinary faces and more covered ones than either answer.
COVERED_MIRRORED = 0.05
# Where detail may be lost, the recogniser must be surer of its answer. The demand grows from PERHAPS_LOST to
# MOSTLY_LOST, where it is SURER_BY above the threshold and nothing is read. How sure the recogniser is tells
# more of an answer than how much is lost: of Training's harmed faces between 0.7 and 0.8, 97 % of what passes
# is right.
PERHAPS_LOST, MOSTLY_LOST, SURER_BY = 0.5, 0.8, 0.45


@dataclass(frozen=True)
class Fitness:
    """The network with its thresholds, (4,) probabilities. An instance serves one thread at a time.

    graph: (B, 48, 48) uint8, B >= 1 -> (B, 4) logits. A crop's logits do not depend on the crops around it.
    """

    graph: Graph
    thresholds: np.ndarray

    @classmethod
    def load(cls, weights: Path = WEIGHTS) -> "Fitness":
        thresholds = json.loads((weights.parent / CARD).read_text())["thresholds"]
        return cls(Graph(weights), np.array([thresholds[question] for question in QUESTIONS], np.float32))

    def doubts(self, crop: np.ndarray) -> np.ndarray:
        """(48, 48) uint8 -> (4,) float32 probabilities over QUESTIONS."""
        logits = self.graph.run(crop[None])[0]
        if _probabilities(logits[COVERED_ANSWER]) >= COVERED_MIRRORED:
            mirrored = self.graph.run(np.ascontiguousarray(crop[None, :, ::-1]))[0]
            logits[COVERED_ANSWER] = (logits[COVERED_ANSWER] + mirrored[COVERED_ANSWER]) / 2
        return _probabilities(logits)

    @staticmethod
    def surer_by(doubts: np.ndarray) -> float:
        """How far above its threshold the recogniser's answer must be, for a crop with these doubts, (4,)."""
        lost = float(doubts[LOST_ANSWER])
        return SURER_BY * min(1.0, max(0.0, (lost - PERHAPS_LOST) / (MOSTLY_LOST - PERHAPS_LOST)))

    def covered_logit(self, crop: np.ndarray) -> float:
        """The mean logit for "covered" of a crop, (48, 48) uint8, and its mirror image.

        The logits of a soft face and of its mirror image differ by two and more.
        """
        both = np.stack([crop, crop[:, ::-1]])
        return float(self.graph.run(both)[:, COVERED_ANSWER].mean())

    def state(self, doubts: np.ndarray) -> FaceState:
        """The state of a crop with these doubts, (4,): SEEN where none reaches its threshold."""
        doubted = doubts >= self.thresholds
        return STATES[QUESTIONS[int(doubted.argmax())]] if doubted.any() else FaceState.SEEN


def _probabilities(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-logits)))


def is_turned(doubts: np.ndarray) -> bool:
    """Whether a face is turned although it was set upright as far as the detector could."""
    return bool(doubts[TURNED_ANSWER] >= TURNED)


def might_be_turned(doubts: np.ndarray) -> bool:
    """Whether the picture is worth another look from its other sides."""
    return bool(doubts[TURNED_ANSWER] >= TURNED_PERHAPS)


def is_covered(doubts: np.ndarray) -> bool:
    """Whether a face that was found in a frame is covered."""
    return bool(doubts[COVERED_ANSWER] >= COVERED)


def might_be_covered(doubts: np.ndarray) -> bool:
    """Whether the face is worth another look, at what is below its mouth."""
    return bool(doubts[COVERED_ANSWER] >= COVERED_PERHAPS)
