"""Accuracy of a network while it is trained. Figures of what is served come from ``evaluate``."""

import torch
from torch import Tensor, nn

from training.data.dataset import NO_MAJORITY, Faces, majority
from training.fit.network_measures import region_overlap


@torch.inference_mode()
def validate(network: nn.Module, faces: Faces) -> dict[str, float]:
    """Accuracies on both label sets, and the mean overlap of the region maps, fractions 0..1.

    The network is an ``AttentionCNN`` or a ``MobileNet``.
    """
    device = next(network.parameters()).device
    predictions = []
    for batch in torch.from_numpy(faces.images).split(256):
        with torch.autocast(device.type, torch.bfloat16):
            predictions.append(network(batch.to(device)))
    expressions = torch.cat([prediction.expressions for prediction in predictions])
    fer2013 = torch.cat([prediction.fer2013 for prediction in predictions])
    overlap = torch.cat([region_overlap(prediction.region_maps) for prediction in predictions]).mean()
    return accuracies(expressions, fer2013, faces) | {"overlap": float(overlap)}


def accuracies(expressions: Tensor, fer2013: Tensor, faces: Faces) -> dict[str, float]:
    """Shares of right answers, 0..1, of scores (N, 8) and (N, 7) for these N faces."""
    y_true = majority(faces.rated)
    decided = y_true != NO_MAJORITY
    answers = expressions.argmax(1).cpu().numpy()[decided]
    return {
        "fer2013": float((fer2013.argmax(1).cpu().numpy() == faces.labels).mean()),
        "ferplus": float((answers == y_true[decided]).mean()),
    }
