"""Teachers of a student: trained networks that are asked about every picture it learns from.

A student and its teachers see the same picture, with the same augmentation (Beyer et al. 2022, arXiv
2106.05237). Asked once per unchanged face of Training, teachers would mostly repeat labels that they know by
heart. They can be asked about several framings of each picture, whose mean answer is the target.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from emotion.vision.engines import OpenVinoEngine
from emotion.vision.network import AttentionCNN
from training.data.augment import NUDGE, moved
from training.data.dataset import BadFile
from training.fit.export import write_graph
from training.fit.mobilenet import MobileNet


class Answers(NamedTuple):
    """Mean probabilities of all teachers for N pictures."""

    expressions: Tensor
    """(N, 8) float32 over labels.EXPRESSIONS."""
    fer2013: Tensor
    """(N, 7) float32 over labels.FER2013_LABELS."""


# Grey crops (B, S, S), values 0..255, of any float type; one or several views of the same faces.
Teachers = Callable[..., Answers]
# A network of the shape that this version builds, or the exported graph of any shape: what an earlier version
# left can still teach.
Teacher = AttentionCNN | MobileNet | bytes


def as_it_is(crops: Tensor) -> list[Tensor]:
    """The crops (B, S, S) as their only view."""
    return [crops]


def mirrored(crops: Tensor) -> list[Tensor]:
    """Two views of each crop (B, S, S): itself and its mirror image."""
    return [crops, crops.flip(2)]


def framings(crops: Tensor, *, count: int, generator: torch.Generator) -> list[Tensor]:
    """``count`` views of each crop (B, S, S), each slightly moved and half of them mirrored."""
    with crops.device:
        return [moved(crops, NUDGE, generator) for _ in range(count)]


def ask(
    teachers: Sequence[Teacher], images: Tensor, views: Callable[[Tensor], Sequence[Tensor]] = mirrored
) -> Answers:
    """Mean probabilities of teachers for grey crops (N, S, S), each asked about these views of each face."""
    asked = [_callable(teacher) for teacher in teachers]
    answers = []
    for crops in tqdm(images.split(256), desc="asking", unit="batch", disable=None, leave=False):
        seen = views(crops.float())
        answers.append(_mean([one(view) for one in asked for view in seen]))
    return Answers(*map(torch.cat, zip(*answers, strict=True)))


def prepare_teachers(teachers: Mapping[str, Teacher], faces: np.ndarray, folder: Path) -> None:
    """Writes int8 graphs of the networks, named by digest, into the folder.

    On a CPU a graph is four times as fast; where there is a GPU, nothing is written. ``faces`` (N, S, S)
    uint8 of Training set the graphs' ranges.
    """
    if torch.cuda.is_available():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, teacher in teachers.items():
        if not isinstance(teacher, bytes) and not (graph := _graph(folder, name)).exists():
            unfinished = graph.with_stem(f"{graph.stem}-unfinished")
            write_graph(teacher, unfinished, side=faces.shape[1], calibration_faces=faces)
            unfinished.replace(graph)


def live_teachers(teachers: Mapping[str, Teacher], folder: Path) -> Teachers:
    """The teachers as one callable: views of the same faces (B, S, S) in, mean probabilities out.

    On a CPU, networks are asked by the graphs that ``prepare_teachers`` wrote into the folder.
    """
    asked = [
        _callable(teacher)
        if torch.cuda.is_available() or isinstance(teacher, bytes)
        else _callable(_graph(folder, name).read_bytes())
        for name, teacher in teachers.items()
    ]
    return lambda *views: _mean([one(view) for one in asked for view in views])


def digest(path: Path) -> str:
    """The SHA-256 of a file. Raises BadFile."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadFile(f"{path} does not exist; it should teach.") from error


def _callable(teacher: Teacher) -> Teachers:
    if isinstance(teacher, bytes):
        return partial(_answer_of_graph, OpenVinoEngine(teacher, threads=1))
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return partial(_answer_of_network, teacher.to(device).eval())


@torch.no_grad()
def _answer_of_network(network: AttentionCNN | MobileNet, crops: Tensor) -> Answers:
    device = next(network.parameters()).device
    with torch.autocast(device.type, torch.bfloat16):
        prediction = network(crops.to(device))
    return _answers([prediction.expressions, prediction.fer2013], crops.device)


def _answer_of_graph(engine: OpenVinoEngine, crops: Tensor) -> Answers:
    expressions, fer2013, *_ = engine.run(crops.round().to(torch.uint8).cpu().numpy())
    return _answers([torch.from_numpy(expressions), torch.from_numpy(fer2013)], crops.device)


def _answers(logits: Sequence[Tensor], device: torch.device) -> Answers:
    return Answers(*(head.float().softmax(1).to(device) for head in logits))


def _mean(answers: Sequence[Answers]) -> Answers:
    return Answers(*(torch.stack(parts).mean(0) for parts in zip(*answers, strict=True)))


def _graph(folder: Path, name: str) -> Path:
    return folder / f"teacher-{name[:8]}.onnx"
