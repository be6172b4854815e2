"""Small ONNX graphs on one thread of the CPU. No other file of the library knows ONNX Runtime.

One thread, because workers are processes, and two of them must not compete for a core.
"""

from pathlib import Path

import numpy as np
import onnxruntime

# ONNX Runtime exports none of its exceptions, and they have no base class but Exception. These three are what
# `run` raises because of its input. tests/emotion/vision/test_graphs.py fails when an upgrade changes them.
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

CHECKED_WITH = "1.32"  # release of ONNX Runtime


class GraphFault(RuntimeError):
    """A graph could not be run on an input; the message is ONNX Runtime's."""


class Graph:
    """One graph with one input and one output. An instance serves one thread at a time."""

    def __init__(self, weights: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._input: str = self._session.get_inputs()[0].name

    def run(self, batch: np.ndarray) -> np.ndarray:
        """The output for a batch, both as the graph declares them. Raises GraphFault."""
        try:
            outputs: list[np.ndarray] = self._session.run(None, {self._input: batch})
        except (Fail, InvalidArgument, RuntimeException) as error:
            raise GraphFault(str(error)) from error
        return outputs[0]
