"""Training of ``FitnessNet`` on samples that other processes make."""

import math
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.queues import Queue

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from training.fit.ema import ema_of
from training.fit.fitness.network import FitnessNet
from training.fit.fitness.samples import Material, Sampler

BATCH = 256
BATCHES_A_STEP = 4
WEIGHT_DECAY = 0.02
# One for each of QUESTIONS: what covers a face varies most.
WEIGHTS = (1.0, 1.0, 1.5, 1.0)
EMA_DECAY = 0.998
MAX_GRADIENT_NORM = 2.0


def train(
    material: Material, *, seconds: float, processes: int, rate: float, start: FitnessNet | None = None
) -> FitnessNet:
    """The averaged network in eval mode, after so many seconds of the clock; not repeatable to the bit."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with _samples(material, processes) as queue:
        network = (start or FitnessNet()).to(torch.device(device)).train()
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs
        ema = ema_of(network, EMA_DECAY)
        optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=WEIGHT_DECAY)
        begun = time.monotonic()
        while (done := (time.monotonic() - begun) / seconds) < 1:
            for group in optimiser.param_groups:
                group["lr"] = rate * min(1, done / 0.05) * (0.5 + 0.5 * math.cos(math.pi * done))
            _step(network, optimiser, [queue.get() for _ in range(BATCHES_A_STEP)], device)
            ema.update_parameters(network)
    network.load_state_dict(ema.module.state_dict())
    return network.eval().cpu()


def _step(
    network: FitnessNet,
    optimiser: torch.optim.Optimizer,
    batches: Sequence[tuple[np.ndarray, np.ndarray]],
    device: str,
) -> None:
    parts = (np.concatenate(part) for part in zip(*batches, strict=True))
    crops, y_true = (torch.from_numpy(part).to(device) for part in parts)
    is_known, answers = ~y_true.isnan(), network(crops)
    losses = F.binary_cross_entropy_with_logits(answers, y_true.nan_to_num(), reduction="none")
    # A mean for each question, so that one that is asked more often counts no more.
    losses_of_questions = (losses * is_known).sum(0) / is_known.sum(0).clamp_min(1)
    loss = (losses_of_questions * torch.tensor(WEIGHTS, device=device)).sum()
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), MAX_GRADIENT_NORM)
    optimiser.step()


@contextmanager
def _samples(material: Material, processes: int) -> Iterator[Queue]:
    """A queue that other processes fill. They are spawned: in a forked one OpenCV waits for lost threads."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue(4 * BATCHES_A_STEP)
    makers = [
        context.Process(target=_make, args=(material, seed, queue), daemon=True) for seed in range(processes)
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
