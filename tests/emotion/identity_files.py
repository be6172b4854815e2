"""A package like the one that carries dlib's face-recognition network, with random weights of its shapes."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np

from emotion.training.identity import BLOCKS, MODEL, WIDTHS


def identity_arrays() -> dict[str, np.ndarray]:
    random, made = np.random.default_rng(0), {}
    shapes = {"conv32_down": (7, 3, 32)}
    for stage, names in enumerate(BLOCKS):
        inputs, width = WIDTHS[max(0, stage - 1)], WIDTHS[stage]
        for place, name in enumerate(names):
            shapes[f"{name}/conv1"] = (3, inputs if place == 0 else width, width)
            shapes[f"{name}/conv2"] = (3, width, width)
    for name, (side, inputs, outputs) in shapes.items():
        filters = random.normal(0, (side * side * inputs) ** -0.5, (side, side, inputs, outputs))
        made[f"{name}/conv/filters"] = filters.astype(np.float32)
        made[f"{name}/conv/bias"] = random.normal(0, 0.1, outputs).astype(np.float32)
        made[f"{name}/scale/weights"] = random.uniform(0.5, 1.5, outputs).astype(np.float32)
        made[f"{name}/scale/biases"] = random.normal(0, 0.5, outputs).astype(np.float32)
    return made


def write_identity(path: Path, arrays: dict[str, np.ndarray]) -> Path:
    """Arrays of uint8 are levels of 0.5 from -1 on, as where the package keeps 8 bits a weight."""
    levels = {"quantization": {"dtype": "uint8", "scale": 0.5, "min": -1.0}}
    weights = [
        {"name": name, "shape": list(array.shape), "dtype": "float32"}
        | (levels if array.dtype == np.uint8 else {})
        for name, array in arrays.items()
    ]
    manifest = json.dumps([{"weights": weights, "paths": ["face_recognition_model.bin"]}]).encode()
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (
            (f"{MODEL}-weights_manifest.json", manifest),
            (f"{MODEL}.bin", b"".join(array.tobytes() for array in arrays.values())),
        ):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path
