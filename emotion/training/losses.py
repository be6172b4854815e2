"""What training compares with, and by how much an answer misses it."""

import torch
from torch import Tensor
from torch.nn import functional as F

from emotion.labels import FER2013_LABELS
from emotion.network import Prediction
from emotion.training.dataset import Faces, vote_shares


class Targets:
    """What the loss compares with, for every training row: shares of votes, smoothed FER2013 label, trust
    in the votes.
    """

    def __init__(self, faces: Faces, smoothing: float):
        shares, trust = vote_shares(faces.votes)
        classes = len(FER2013_LABELS)
        labels = F.one_hot(torch.from_numpy(faces.labels), classes).float()
        self.expressions = torch.from_numpy(shares)  # (N, 8)
        self.fer2013 = labels * (1 - smoothing) + smoothing / classes  # (N, 7)
        self.trust = torch.from_numpy(trust).unsqueeze(1)  # (N, 1)

    def of(self, rows: Tensor, device: torch.device) -> list[Tensor]:
        return [wanted[rows].to(device) for wanted in (self.expressions, self.fer2013, self.trust)]


def label_loss(prediction: Prediction, expressions: Tensor, fer2013: Tensor, trust: Tensor) -> Tensor:
    """Cross-entropy with the vote shares (Barsoum et al. 2016, equation 5), weighted by trust, plus that
    with FER2013's label.
    """
    votes = _cross_entropy(prediction.expressions, expressions)
    return (votes * trust.squeeze(1)).mean() + _cross_entropy(prediction.fer2013, fer2013).mean()


def teaching_loss(prediction: Prediction, lesson: tuple[Tensor, Tensor]) -> Tensor:
    """Cross-entropy with the teachers' mean answer, both heads (Hinton et al. 2015, arXiv 1503.02531)."""
    expressions, fer2013 = lesson
    return (
        _cross_entropy(prediction.expressions, expressions) + _cross_entropy(prediction.fer2013, fer2013)
    ).mean()


def _cross_entropy(logits: Tensor, wanted: Tensor) -> Tensor:
    return -(wanted * logits.float().log_softmax(1)).sum(1)  # (B,)
