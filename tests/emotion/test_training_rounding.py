"""A network that computes as its int8 graph will."""

import pytest
import torch

from emotion.engines import OpenVinoEngine
from emotion.network import AttentionCNN
from emotion.recogniser import WEIGHTS
from emotion.training.export import write_graph
from emotion.training.rounding import rounded
from emotion.training.runs import load_network
from tests.emotion.official_files import pictures

FACES = pictures(64, seed=3)


@pytest.fixture(scope="module")
def network() -> AttentionCNN:
    return load_network(WEIGHTS / "network.safetensors")


def expressions(network: AttentionCNN) -> torch.Tensor:
    with torch.inference_mode():
        return network(torch.from_numpy(FACES)).expressions


def test_it_strays_as_far_as_the_graph_and_in_the_same_direction(network, tmp_path):
    write_graph(network, tmp_path / "network.onnx", side=48, calibration_faces=FACES)
    engine = OpenVinoEngine((tmp_path / "network.onnx").read_bytes(), threads=1)
    exact = expressions(network)
    by_graph = torch.from_numpy(engine.run(FACES)[0]) - exact
    with rounded(network):
        here = expressions(network) - exact
    assert here.abs().mean().item() == pytest.approx(by_graph.abs().mean().item(), rel=0.3)
    assert torch.corrcoef(torch.stack([here.flatten(), by_graph.flatten()]))[0, 1] > 0.4


def test_afterwards_the_network_is_what_it_was(network):
    before = expressions(network)
    with rounded(network):
        assert not torch.equal(expressions(network), before)
    assert torch.equal(expressions(network), before)


def test_gradients_are_nearly_those_without_rounding(network):
    exact = gradients(network)
    with rounded(network):
        here = gradients(network)
    assert torch.cosine_similarity(here, exact, dim=0) > 0.99
    assert here.norm() == pytest.approx(exact.norm().item(), rel=0.05)


def gradients(network: AttentionCNN) -> torch.Tensor:
    network.zero_grad()
    network(torch.from_numpy(FACES)).expressions.log_softmax(1)[:, 0].mean().backward()
    return torch.cat([weight.grad.flatten() for weight in network.parameters() if weight.grad is not None])
