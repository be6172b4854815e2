"""The one place that depends on ONNX Runtime's private exceptions."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from emotion.vision import detector
from emotion.vision.graphs import CHECKED_WITH, Graph, GraphFault

AFTER_AN_UPGRADE = (
    f"ONNX Runtime is now {onnxruntime.__version__}. Run this file: if only this test fails, set "
    "CHECKED_WITH in emotion/vision/graphs.py. If another does, ONNX Runtime raises other exceptions for a "
    "bad input: let Graph.run catch those, or one student's picture costs a whole batch."
)


def test_the_release_of_onnx_runtime_is_the_one_whose_exceptions_were_checked():
    assert onnxruntime.__version__.startswith(f"{CHECKED_WITH}."), AFTER_AN_UPGRADE


@pytest.mark.parametrize(
    "picture",
    [np.zeros((1, 1, 8), np.uint8), np.zeros((1, 1, 32, 32), np.float32), np.zeros((1, 3, 32, 32), np.uint8)],
    ids=["too few dimensions", "another type", "another number of channels"],
)
def test_an_input_that_the_graph_does_not_take_is_a_fault(picture):
    with pytest.raises(GraphFault):
        Graph(detector.WEIGHTS).run(picture)


def test_an_operation_that_fails_while_it_runs_is_a_fault(tmp_path: Path):
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n"])
    pair = helper.make_tensor_value_info("pair", TensorProto.FLOAT, [2, 1])
    shape = helper.make_tensor("shape", TensorProto.INT64, [2], [2, 1])
    reshape = helper.make_node("Reshape", ["image", "shape"], ["pair"])
    body = helper.make_graph([reshape], "pairs", [image], [pair], [shape])
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, tmp_path / "pairs.onnx")
    graph = Graph(tmp_path / "pairs.onnx")
    assert graph.run(np.zeros(2, np.float32)).shape == (2, 1)
    with pytest.raises(GraphFault):
        graph.run(np.zeros(3, np.float32))
