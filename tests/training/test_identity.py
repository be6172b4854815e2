"""The face-recognition backbone, read from a package made here with random weights of the real shapes."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from emotion.vision.network import AttentionCNN, NetworkConfig, standardise
from tests.emotion.official_files import pictures
from tests.training.package_files import identity_arrays, write_identity
from training.data.dataset import BadFile
from training.fit.identity import doubled_face_kernel, read_identity, start_from_identity


def test_a_package_is_read_with_its_eight_bit_levels(tmp_path):
    levels, plain = np.array([[0, 2], [4, 255]], np.uint8), np.array([0.25, -3], np.float32)
    package = write_identity(tmp_path / "package.tgz", {"small": levels, "exact": plain})
    read = read_identity(package)
    assert read["small"].tolist() == [[-1, 0], [1, 126.5]]
    assert read["exact"].tolist() == [0.25, -3]


def test_a_missing_package_and_another_file_are_one_sentence_each(tmp_path):
    with pytest.raises(BadFile, match="npm pack"):
        read_identity(tmp_path / "package.tgz")
    (tmp_path / "package.tgz").write_bytes(b"no archive")
    with pytest.raises(BadFile, match="is not the package"):
        read_identity(tmp_path / "package.tgz")


def test_the_halved_kernel_does_to_a_face_what_the_kernel_does_to_the_doubled_face():
    kernel, face = torch.randn(7, 7, 4), torch.randn(1, 1, 20, 20)
    doubled = F.interpolate(face, scale_factor=2, mode="bilinear", align_corners=False)
    expected = F.conv2d(doubled, kernel.permute(2, 0, 1).unsqueeze(1), stride=2, padding=3)
    halved = doubled_face_kernel(kernel).permute(2, 0, 1).unsqueeze(1)
    found = F.conv2d(face, halved, padding=2)
    torch.testing.assert_close(found[..., 3:-3, 3:-3], expected[..., 3:-3, 3:-3], atol=1e-4, rtol=0)


@torch.inference_mode()
def test_the_backbone_starts_as_the_recognition_network(tmp_path):
    made, crops = identity_arrays(), torch.from_numpy(pictures(8))
    network = AttentionCNN(NetworkConfig(blocks=(2, 1, 1, 1)))
    start_from_identity(network, made, crops)
    stem = network.stem(standardise(crops))
    found = network.stages[1](network.stages[0](stem))
    expected = stem
    for name in ("conv32_1", "conv32_2"):
        expected = F.relu(
            _scaled(F.relu(_scaled(expected, made, f"{name}/conv1")), made, f"{name}/conv2") + expected
        )
    inside = _scaled(
        F.relu(_scaled(expected, made, "conv64_down/conv1", stride=2)), made, "conv64_down/conv2"
    )
    handed_on = F.avg_pool2d(expected, 2)
    expected = F.relu(inside + torch.cat([handed_on, torch.zeros_like(handed_on)], dim=1))
    torch.testing.assert_close(found, expected, atol=1e-3, rtol=1e-3)


def _scaled(x: torch.Tensor, made: dict[str, np.ndarray], name: str, stride: int = 1) -> torch.Tensor:
    """dlib's convolution with bias, then its scale layer; at stride 2 as TensorFlow pads an even side."""
    filters, bias, scale, shift = (
        torch.from_numpy(made[f"{name}/{part}"])
        for part in ("conv/filters", "conv/bias", "scale/weights", "scale/biases")
    )
    x = F.pad(x, (1, 1, 1, 1) if stride == 1 else (0, 1, 0, 1))
    x = F.conv2d(x, filters.permute(3, 2, 0, 1), bias, stride)
    return x * scale.view(-1, 1, 1) + shift.view(-1, 1, 1)


def test_a_network_of_other_widths_is_refused():
    with pytest.raises(BadFile, match="channels"):
        start_from_identity(
            AttentionCNN(NetworkConfig(widths=(8, 16, 16), blocks=(1, 1, 1))), {}, torch.zeros(1)
        )
