"""The network learns from samples that other processes make, for as long as it is given."""

import math
import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.queues import Queue
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional as F

from emotion.network import AttentionCNN, NetworkConfig
from emotion.recogniser import read_card
from emotion.training.fitness.network import FitnessNet
from emotion.training.fitness.samples import UNHARMED, Material, Sampler

BATCH = 256
TOGETHER = 4  # batches a step
RATE, WEIGHT_DECAY = 3e-3, 0.02
AVERAGED = 0.998  # the weights that are kept are a moving average
STEEPEST = 2.0  # of a gradient, by its norm


class Asked:
    """The recogniser, asked whether it says of a harmed face what it says of the face before."""

    def __init__(self, weights: Path, faces: np.ndarray, device: str) -> None:
        card = read_card(weights)
        self._temperature = card["temperature"]["expressions"]
        self._threshold = card["abstention"]["threshold"]
        self._network = AttentionCNN(NetworkConfig.from_dict(card["network"]))
        self._network.load_state_dict(load_file(weights / card["weights"]["file"]))
        self._network.eval().to(device)
        parts = [self._probabilities(part.to(device)) for part in torch.from_numpy(faces).split(1024)]
        self._clean = torch.cat(parts)

    @torch.inference_mode()
    def _probabilities(self, crops: Tensor) -> Tensor:
        return (self._network(crops).expressions.float() / self._temperature).softmax(1)

    def lost(self, crops: Tensor, before: Tensor) -> Tensor:
        """(B,) 1 where the answer is another, 0 where it is the same, NaN where there is none or was none."""
        lost = torch.full((len(crops),), torch.nan, device=crops.device)
        lost[before == UNHARMED] = 0
        asked = before >= 0
        now, then = self._probabilities(crops[asked]), self._clean[before[asked]]
        told = (now.amax(1) >= self._threshold) & (then.amax(1) >= self._threshold)
        lost[asked] = torch.where(told, (now.argmax(1) != then.argmax(1)).float(), torch.nan)
        return lost


def train(
    material: Material, weights: Path, *, seconds: float, processes: int, start: FitnessNet | None
) -> FitnessNet:
    """The averaged network in eval mode, after so many seconds of the clock; not repeatable to the bit."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with _samples(material, processes) as queue:  # forked before torch has threads of its own
        asked = Asked(weights, material.bare, device)
        network = FitnessNet().to(device).train()
        average = {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
        optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=WEIGHT_DECAY)
        begun, steps = time.monotonic(), 0
        while (done := (time.monotonic() - begun) / seconds) < 1:
            for group in optimiser.param_groups:
                group["lr"] = RATE * min(1, done / 0.05) * (0.5 + 0.5 * math.cos(math.pi * done))
            _step(network, optimiser, asked, [queue.get() for _ in range(TOGETHER)], device)
            steps += 1
            _average(average, network, min(AVERAGED, 1 - 1 / (steps + 1)))
    network.load_state_dict(average)
    return network.eval().cpu()


def _step(
    network: FitnessNet, optimiser: torch.optim.Optimizer, asked: Asked, batches: list, device: str
) -> None:
    crops, known, before = (
        torch.from_numpy(np.concatenate(part)).to(device) for part in zip(*batches, strict=True)
    )
    wanted = torch.cat([known, asked.lost(crops, before)[:, None]], dim=1)
    is_known = ~wanted.isnan()
    losses = (
        F.binary_cross_entropy_with_logits(network(crops), wanted.nan_to_num(), reduction="none") * is_known
    )
    loss = (losses.sum(0) / is_known.sum(0).clamp_min(1)).sum()  # each question counts as much
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), STEEPEST)
    optimiser.step()


@torch.no_grad()
def _average(average: dict[str, Tensor], network: FitnessNet, kept: float) -> None:
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point():
            average[name].lerp_(tensor, 1 - kept)


@contextmanager
def _samples(material: Material, processes: int) -> Iterator[Queue]:
    context = multiprocessing.get_context("fork")
    queue = context.Queue(4 * TOGETHER)
    makers = [
        context.Process(target=_make, args=(material, 1000 + n, queue), daemon=True) for n in range(processes)
    ]
    for maker in makers:
        maker.start()
    try:
        yield queue
    finally:
        for maker in makers:
            maker.terminate()


def _make(material: Material, seed: int, queue: Queue) -> None:
    os.nice(5)
    cv2.setNumThreads(1)
    sampler = Sampler(material, seed)
    while True:
        queue.put(sampler.batch(BATCH))
