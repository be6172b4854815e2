"""What training compares with, and by how much an answer misses it."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from emotion.vision.labels import FER2013_LABELS
from emotion.vision.network import Prediction
from training.data.dataset import Faces, vote_shares


class Targets:
    """What the loss compares with, for every training row, in both label sets.

    The vote shares count as much as the row is to be trusted, so their rows sum to that trust.
    """

    def __init__(self, faces: Faces, smoothing: float, sharpness: float = 1.0):
        shares, trust = vote_shares(faces.votes)
        if sharpness != 1:
            shares = sharpened(faces.votes, shares, sharpness)
        classes = len(FER2013_LABELS)
        labels = F.one_hot(torch.from_numpy(faces.labels), classes).float()
        self.expressions = torch.from_numpy(shares * trust[:, None])  # (N, 8)
        self.fer2013 = labels * (1 - smoothing) + smoothing / classes  # (N, 7)

    def to(self, device: torch.device) -> "Targets":
        self.expressions, self.fer2013 = self.expressions.to(device), self.fer2013.to(device)
        return self

    def of(self, rows: Tensor) -> list[Tensor]:
        return [self.expressions[rows], self.fer2013[rows]]


def sharpened(votes: np.ndarray, shares: np.ndarray, power: float) -> np.ndarray:
    """Vote shares (N, 8) closer to what the majority saw: a class with a single vote counts 0, as in FER+'s
    majority, and the others count to this power. Rows with single votes only keep their shares.
    """
    counts = votes[:, : shares.shape[1]].astype(np.float32)
    raised = np.where(counts > 1, counts, 0) ** power
    total = raised.sum(axis=1, keepdims=True)
    return np.where(total > 0, raised / np.maximum(total, 1), shares).astype(np.float32)


def taught(own: Sequence[Tensor], said: Sequence[Tensor], share: float) -> list[Tensor]:
    """Targets of which the teachers' answers are this share (0..1), in both label sets. Cross-entropy is
    linear in its target, so this is the weighted sum of both losses (Hinton et al. 2015, arXiv 1503.02531).
    """
    return [mine.lerp(theirs, share) for mine, theirs in zip(own, said, strict=True)]


def label_loss(
    prediction: Prediction, expressions: Tensor, fer2013: Tensor, *, fer2013_weight: float = 1.0
) -> Tensor:
    """Cross-entropy with the targets of both heads (for the votes Barsoum et al. 2016, equation 5)."""
    votes = _cross_entropy(prediction.expressions, expressions)
    return (votes + fer2013_weight * _cross_entropy(prediction.fer2013, fer2013)).mean()


def _cross_entropy(logits: Tensor, wanted: Tensor) -> Tensor:
    return -(wanted * logits.float().log_softmax(1)).sum(1)  # (B,)
