"""The small network that sees from a crop how far a head is lowered."""

import torch
from torch import Tensor, nn

from emotion.vision.network import conv_norm, standardise

WIDTHS = (12, 24, 40, 48)
# Degrees of pitch in one unit of the network's answer.
DEGREES = 20
ANSWERS = ("pitch", "negative")


class HeadNet(nn.Module):
    """Grey crops (B, 48, 48), values 0..255, to (B, 2): pitch in degrees, and a logit.

    The pitch is negative for heads that look down. The logit says whether light and dark are exchanged. 1.0
    MMACs.
    """

    def __init__(self) -> None:
        super().__init__()
        layers, before = [], 1
        for width in WIDTHS:
            kernel = 5 if before == 1 else 3
            layers += [conv_norm(before, width, kernel=kernel, stride=2, padding=kernel // 2), nn.ReLU()]
            before = width
        self.body = nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(before * 9, len(ANSWERS)))

    def forward(self, crops: Tensor) -> Tensor:
        pitch, negative = self.head(self.body(standardise(crops)).flatten(1)).unbind(1)
        return torch.stack([DEGREES * pitch, negative], dim=1)
