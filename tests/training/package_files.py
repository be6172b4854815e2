"""Packages like the two that carry face-recognition networks, with random weights of their shapes."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np

from training.fit import mobilenet
from training.fit.identity import BLOCKS, MODEL, WIDTHS


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
        _facts(name, array) | (levels if array.dtype == np.uint8 else {}) for name, array in arrays.items()
    ]
    return _write(path, MODEL, f"{MODEL}-weights_manifest.json", [{"weights": weights}], arrays)


def mobilenet_arrays() -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    made = {
        "conv1/convolution/merged_input": random.normal(0, 0.005, (3, 3, 3, 32)),
        "conv1_bn/batchnorm_1/sub": random.normal(0, 0.5, 32),
    }
    for number, (inputs, outputs, _) in enumerate(mobilenet.BLOCKS, start=1):
        made |= {
            f"conv_dw_{number}/depthwise_kernel": random.normal(0, 0.3, (3, 3, inputs, 1)),
            f"conv_dw_{number}_bn/batchnorm_1/mul": random.uniform(0.5, 1.5, inputs),
            f"conv_dw_{number}_bn/batchnorm_1/sub": random.normal(0, 0.5, inputs),
            f"conv_pw_{number}/convolution/merged_input": random.normal(
                0, inputs**-0.5, (1, 1, inputs, outputs)
            ),
            f"conv_pw_{number}_bn/batchnorm_1/sub": random.normal(0, 0.5, outputs),
        }
    return {name: array.astype(np.float32) for name, array in made.items()}


def write_mobilenet(path: Path, arrays: dict[str, np.ndarray]) -> Path:
    weights = [_facts(name, array) for name, array in arrays.items()]
    model = {"weightsManifest": [{"weights": weights}]}
    return _write(path, mobilenet.MODEL, f"{mobilenet.MODEL}.json", model, arrays)


def _facts(name: str, array: np.ndarray) -> dict:
    return {"name": name, "shape": list(array.shape), "dtype": "float32"}


def _write(path: Path, model: str, manifest: str, facts: object, arrays: dict[str, np.ndarray]) -> Path:
    files = {
        manifest: json.dumps(facts).encode(),
        f"{model}.bin": b"".join(array.tobytes() for array in arrays.values()),
    }
    # Random weights do not become smaller.
    with tarfile.open(path, "w:gz", compresslevel=0) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path
