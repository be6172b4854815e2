"""What earlier networks say: to every picture that a student learns from, and together on a whole split.

A student and its teachers see the very same picture, turned, erased or mixed as it is (Beyer et al. 2022,
arXiv 2106.05237). Asked once per untouched face of Training, they would mostly repeat labels that they know
by heart.
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

from emotion.engines import OpenVinoEngine
from emotion.network import AttentionCNN
from emotion.training.dataset import BadFile
from emotion.training.export import write_graph


class Answers(NamedTuple):
    """Mean probabilities of all teachers for N pictures."""

    expressions: Tensor  # (N, 8) float32 over labels.EXPRESSIONS
    fer2013: Tensor  # (N, 7) float32 over labels.FER2013_LABELS


# Grey crops (B, S, S), values 0..255, of any float type.
Teachers = Callable[[Tensor], Answers]


def ask(networks: Sequence[AttentionCNN], images: Tensor) -> Answers:
    """What the networks say together to N grey crops (N, S, S), each asked about the face and its mirror
    image.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    networks = [network.to(device).eval() for network in networks]
    answers = []
    for batch in tqdm(images.split(256), desc="asking", unit="batch", disable=None, leave=False):
        crops = batch.to(device)
        answers.append(_mean([_answer(networks, crops), _answer(networks, crops.flip(2))]))
    expressions, fer2013 = (torch.cat(parts).cpu() for parts in zip(*answers, strict=True))
    return Answers(expressions, fer2013)


def prepare_teachers(networks: Mapping[str, AttentionCNN], faces: np.ndarray, folder: Path) -> None:
    """Writes the int8 graphs of these networks, by digest, into the folder, where a CPU needs them: they
    answer four times as fast. ``faces`` (N, S, S) uint8 are for the graphs' ranges.
    """
    if torch.cuda.is_available():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, network in networks.items():
        if not (graph := _graph(folder, name)).exists():
            unfinished = graph.with_stem(f"{graph.stem}-unfinished")
            write_graph(network, unfinished, side=faces.shape[1], calibration_faces=faces)
            unfinished.replace(graph)


def live_teachers(networks: Mapping[str, AttentionCNN], folder: Path) -> Teachers:
    """On a GPU the networks themselves, on a CPU what ``prepare_teachers`` wrote into the folder."""
    if torch.cuda.is_available():
        return partial(_answer, [network.cuda().eval() for network in networks.values()])
    engines = [OpenVinoEngine(_graph(folder, name).read_bytes(), threads=1) for name in networks]
    return partial(_answer_of_graphs, engines)


def digest(path: Path) -> str:
    """What tells this file from others. Raises BadFile."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadFile(f"{path} does not exist; it should teach.") from error


@torch.no_grad()
def _answer(networks: Sequence[AttentionCNN], crops: Tensor) -> Answers:
    with torch.autocast(crops.device.type, torch.bfloat16):
        said = [network(crops) for network in networks]
    return _mean([Answers(_shares(one.expressions), _shares(one.fer2013)) for one in said])


def _answer_of_graphs(engines: Sequence[OpenVinoEngine], crops: Tensor) -> Answers:
    pixels = crops.round().to(torch.uint8).numpy()
    said = [map(torch.from_numpy, engine.run(pixels)[:2]) for engine in engines]
    return _mean([Answers(*map(_shares, heads)) for heads in said])


def _shares(logits: Tensor) -> Tensor:
    return logits.float().softmax(1)


def _mean(answers: Sequence[Answers]) -> Answers:
    return Answers(*(torch.stack(parts).mean(0) for parts in zip(*answers, strict=True)))


def _graph(folder: Path, name: str) -> Path:
    return folder / f"teacher-{name[:8]}.onnx"
