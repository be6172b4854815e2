"""The small network that says whether a crop is fit to be read."""

import torch
from torch import Tensor, nn

from emotion.vision.fitness import QUESTIONS
from emotion.vision.network import ResidualBlock, conv_norm, standardise

WIDTHS = (24, 40, 72, 96)


class FitnessNet(nn.Module):
    """Grey crops (B, 48, 48), values 0..255, to logits (B, 4) over QUESTIONS.

    In eval mode the answer to a crop does not depend on the others.
    """

    def __init__(self) -> None:
        super().__init__()
        first, *others = WIDTHS
        self.stem = nn.Sequential(*conv_norm(1, first, kernel=5, stride=2, padding=2), nn.ReLU())
        self.stages = nn.Sequential(
            *(ResidualBlock(before, after, 2) for before, after in zip(WIDTHS, others, strict=False))
        )
        self.dropout = nn.Dropout(0.1)
        self.answers = nn.Linear(2 * WIDTHS[-1], len(QUESTIONS))

    def forward(self, crops: Tensor) -> Tensor:
        x = self.stages(self.stem(standardise(crops)))  # (B, 96, 3, 3)
        # the mean for what is all over the crop, the largest for what is in one place
        summary = torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)
        return self.answers(self.dropout(summary))
