"""The graph that is served, beside the network that it was made from."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from onnx import helper, numpy_helper
from torch import nn

from emotion.vision.engines import OpenVinoEngine
from emotion.vision.network import AttentionCNN, standardise
from emotion.vision.recogniser import WEIGHTS
from tests.emotion.official_files import pictures
from training.fit.export import GRAPH, export, folded
from training.fit.fitness.export import fold_pools
from training.fit.runs import load_network

FACES = pictures(16, seed=3)


def apart(network: AttentionCNN, folder: Path) -> float:
    """How far the served graph's logits are from the network's, in the mean."""
    found = OpenVinoEngine((folder / GRAPH).read_bytes(), threads=1).run(FACES)[0]
    with torch.inference_mode():
        expected = network(torch.from_numpy(FACES)).expressions.numpy()
    return float(np.abs(found - expected).mean())


def test_int8_reads_what_the_network_reads(tmp_path):
    # With biases where ONNX keeps them, OpenVINO misreads these, by 0.27.
    network = load_network(WEIGHTS / "network.safetensors")
    export(network, tmp_path, calibration_faces=pictures(64), provenance={})
    assert apart(network, tmp_path) < 0.12


def test_a_graph_in_fp32_is_exactly_its_network(trained):
    network = load_network(trained / "weights" / "network.safetensors")
    assert apart(network, trained / "weights") < 1e-4


@pytest.mark.parametrize("scale", [1.0, -1.0])
@torch.no_grad()
def test_the_stems_norm_changes_places_with_the_pool_only_where_nothing_changes(scale):
    stem = AttentionCNN().stem.eval()
    norm = stem[2]
    # As training leaves it: another scale and bias in every channel.
    nn.init.uniform_(norm.weight, 0.5, 1.5)
    nn.init.normal_(norm.bias)
    nn.init.normal_(norm.running_mean)
    norm.weight[3] = scale
    faces, exported = standardise(torch.from_numpy(FACES)), folded(stem)
    torch.testing.assert_close(exported(faces), stem(faces), atol=1e-4, rtol=1e-4)
    assert (exported is stem) == (scale < 0)


def test_a_folded_mean_of_pixels_leaves_the_answers_as_they_were() -> None:
    kernel = numpy_helper.from_array(np.random.default_rng(0).normal(size=(3, 2, 1, 1)).astype("f"), "kernel")
    nodes = [
        helper.make_node("AveragePool", ["pixels"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["pooled", "kernel"], ["answers"], kernel_shape=[1, 1]),
    ]
    shapes = {"pixels": (1, 2, 12, 12), "answers": (1, 3, 6, 6)}
    taken, made = (helper.make_tensor_value_info(name, 1, shape) for name, shape in shapes.items())
    graph = helper.make_graph(nodes, "pools", [taken], [made], [kernel])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    pixels = np.random.default_rng(1).normal(size=shapes["pixels"]).astype("f")
    before = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"pixels": pixels})[0]
    fold_pools(model.graph)
    after = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"pixels": pixels})[0]
    assert [node.op_type for node in model.graph.node] == ["Conv"]
    np.testing.assert_allclose(after, before, atol=1e-5)
