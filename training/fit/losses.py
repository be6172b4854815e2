"""The targets of training, and how far predictions are from them."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from emotion.vision.labels import FER2013_LABELS
from emotion.vision.network import Prediction
from training.data.dataset import Faces, vote_shares


class Targets:
    """Soft targets of every training row in both label sets.

    Vote shares count as much as their row is to be trusted, so each row sums to that trust, 0..1.
    """

    def __init__(self, faces: Faces, smoothing: float, vote_power: float = 1.0):
        shares, trust = vote_shares(faces.rated)
        if vote_power != 1:
            shares = raised_shares(faces.rated, shares, vote_power)
        classes = len(FER2013_LABELS)
        labels = F.one_hot(torch.from_numpy(faces.labels), classes).float()
        self.expressions = torch.from_numpy(shares * trust[:, None])  # (N, 8)
        self.fer2013 = labels * (1 - smoothing) + smoothing / classes  # (N, 7)

    def to(self, device: torch.device) -> "Targets":
        self.expressions, self.fer2013 = self.expressions.to(device), self.fer2013.to(device)
        return self

    def of(self, rows: Tensor) -> list[Tensor]:
        """[(B, 8), (B, 7)] of these row numbers (B,)."""
        return [self.expressions[rows], self.fer2013[rows]]


def raised_shares(votes: np.ndarray, shares: np.ndarray, power: float) -> np.ndarray:
    """Vote shares (N, 8) closer to the majority of the votes (N, 10): counts are raised to this power.

    A class with a single vote counts 0, as in FER+'s majority. Rows with single votes only keep their shares.
    """
    counts = votes[:, : shares.shape[1]].astype(np.float32)
    raised = np.where(counts > 1, counts, 0) ** power
    total = raised.sum(axis=1, keepdims=True)
    return np.where(total > 0, raised / np.maximum(total, 1), shares).astype(np.float32)


def distilled(own: Sequence[Tensor], teachers: Sequence[Tensor], weight: float) -> list[Tensor]:
    """Targets of which the teachers' probabilities are this share, 0..1; pairs of (B, C), one a label set.

    Cross-entropy is linear in its target, so this is the weighted sum of both losses (Hinton et al. 2015,
    arXiv 1503.02531).
    """
    return [mine.lerp(theirs, weight) for mine, theirs in zip(own, teachers, strict=True)]


def label_loss(
    prediction: Prediction, expressions: Tensor, fer2013: Tensor, *, fer2013_weight: float = 1.0
) -> Tensor:
    """Mean cross-entropy of both heads with targets (B, 8) and (B, 7), in nats.

    For the votes it is equation 5 of Barsoum et al. 2016 (arXiv 1608.01041).
    """
    votes = F.cross_entropy(prediction.expressions.float(), expressions)
    return votes + fer2013_weight * F.cross_entropy(prediction.fer2013.float(), fer2013)
