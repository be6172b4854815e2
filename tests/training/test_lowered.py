import hashlib
import json

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import load_file

from emotion.vision.lowered import WEIGHTS, HeadPoseEstimator
from training.fit.lowered.mesh import CHEEKS, CHIN, FOREHEAD, POINTS, head_pitch
from training.fit.lowered.network import HeadNet
from training.fit.lowered.samples import Samples, joined
from training.fit.lowered.trainer import answers, train_head, write_head
from training.fit.lowered.turning import Turn, turned


def mesh(pitch: float = 0) -> np.ndarray:
    """Points on a ball of a face, turned by so many degrees, in the middle of a 320x240 picture."""
    random = np.random.default_rng(0)
    points = np.zeros((POINTS, 3))
    points[:, :2] = random.uniform(-45, 45, (POINTS, 2))
    points[[FOREHEAD, CHIN, *CHEEKS], :2] = [(0, -50), (0, 50), (-50, 0), (50, 0)]
    points[:, 2] = -np.sqrt(np.maximum(5000 - (points[:, :2] ** 2).sum(axis=1), 0)) + 50
    angle = np.radians(-pitch)
    nod = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    return points @ nod.T + (160, 120, 0)


@pytest.fixture(scope="module")
def samples() -> Samples:
    random = np.random.default_rng(1)
    crops = random.integers(0, 256, (256, 48, 48), dtype=np.uint8)
    return Samples(crops, random.uniform(-50, 20, 256), np.arange(256), np.ones(256, bool))


@pytest.mark.parametrize("pitch", [-40, -20, 0, 20])
def test_the_pitch_of_a_mesh_is_negative_when_the_head_is_lowered(pitch):
    assert head_pitch(mesh(pitch)) == pytest.approx(pitch, abs=1)


def test_a_head_that_is_not_turned_leaves_its_picture_as_it_was():
    picture = np.random.default_rng(2).integers(0, 256, (240, 320), dtype=np.uint8)
    same = turned(picture, mesh(), Turn(pitch=0, yaw=0, lids=0))
    assert np.abs(same.astype(int) - picture).mean() < 1


def test_a_head_that_is_lowered_moves_down_in_its_picture():
    points, picture = mesh(), np.zeros((240, 320), np.uint8)
    picture[85:95, 150:170] = 255  # between forehead and nose
    lowered = turned(picture, points, Turn(pitch=-30, yaw=0, lids=0))
    assert np.argmax(lowered[:, 160]) > 95


def test_a_crop_gets_the_same_answer_alone_among_others_and_from_the_file(samples, tmp_path):
    torch.manual_seed(0)
    network = HeadNet().eval()
    write_head(network, tmp_path / "head.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "head.onnx", providers=["CPUExecutionProvider"])
    among = answers(network, samples.crops[:8])
    for crop, expected in zip(samples.crops[:8], among, strict=True):
        assert session.run(None, {"crop": crop[None]})[0][0] == pytest.approx(expected, abs=1e-2)


def test_one_epoch_trains_and_samples_can_be_kept(samples, tmp_path):
    samples.save(tmp_path / "samples.npz")
    again = joined(Samples.load(tmp_path / "samples.npz"), samples)
    assert len(again.crops) == 512
    assert answers(train_head(again, epochs=1), samples.crops).shape == (256, 2)


def test_plain_weights_and_graph_are_those_that_the_card_names_and_answer_alike():
    card, plain = (WEIGHTS.with_suffix(end) for end in (".json", ".safetensors"))
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (WEIGHTS, plain)}
    assert json.loads(card.read_text())["files"] == digests
    network = HeadNet().eval()
    network.load_state_dict(load_file(plain))
    crops = np.random.default_rng(0).integers(0, 256, (8, 48, 48), np.uint8)
    served = np.array([HeadPoseEstimator().estimate(crop) for crop in crops])
    assert answers(network, crops) == pytest.approx(served, abs=1e-3)
