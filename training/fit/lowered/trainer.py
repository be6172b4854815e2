"""Training of ``HeadNet``, and the files that are served."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor
from tqdm import tqdm

from emotion.vision.lowered import LOWERED_FROM, NEGATIVE_FROM, WEIGHTS
from training.fit.lowered.network import ANSWERS, DEGREES, HeadNet
from training.fit.lowered.samples import Samples

# Every sixth photograph is kept for the figures.
HELD_BACK = 6
BATCH, RATE = 128, 4e-3
# The share of crops that are inverted or solarised.
NEGATIVES = 0.08
SOLARISED_ABOVE = (0, 120, 150, 180)
FACTS = {
    "answers": ["pitch in degrees, negative down", "logit that light and dark are exchanged"],
    "input": "one grey uint8 crop (1, 48, 48) as the recogniser takes it",
    "licence": "Apache-2.0; the photographs it learned from are others' (docs/model-card.md)",
    "limits": {"lowered_from": LOWERED_FROM, "negative_from": NEGATIVE_FROM},
}


def held_back(samples: Samples) -> np.ndarray:
    """(N,) bool: the samples that are not trained on but measured."""
    return samples.photograph % HELD_BACK == 0


def train_head(samples: Samples, *, epochs: int, seed: int = 0) -> HeadNet:
    """The trained network in eval mode; the same seed gives the same network."""
    torch.manual_seed(seed)
    random, network = np.random.default_rng(seed), HeadNet()
    crops = torch.from_numpy(samples.crops)
    truth = _floats(samples.pitch)
    chosen = np.flatnonzero(~held_back(samples))
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-2)
    steps = epochs * (len(chosen) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=max(2, steps + 1))
    for _ in tqdm(range(epochs), desc="epochs", disable=None, leave=False):
        order = random.permutation(chosen)
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            seen, negative = varied(crops[rows].float(), random)
            optimiser.zero_grad()
            loss(network(seen), truth[rows], negative).backward()
            optimiser.step()
            schedule.step()
    return network.eval()


def loss(answers: Tensor, pitch: Tensor, negative: Tensor) -> Tensor:
    """The loss of answers (B, 2).

    Pitches (B,) are in degrees; ``negative`` (B,) bool marks crops whose light and dark are exchanged.
    """
    apart = F.smooth_l1_loss(answers[:, 0] / DEGREES, pitch / DEGREES, reduction="none", beta=0.3)
    is_negative = F.binary_cross_entropy_with_logits(answers[:, 1], negative.float())
    return (apart * ~negative).mean() + 0.3 * is_negative


def varied(crops: Tensor, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Crops (B, 48, 48) mirrored, moved, blurred, made noisy and lit differently; keeps shape and range.

    Some are turned into negatives: the second result (B,) bool says which.
    """
    x = crops[:, None]
    if random.random() < 0.5:
        x = x.flip(3)
    x = F.grid_sample(
        x,
        F.affine_grid(_ways(len(x), random), list(x.shape), align_corners=False),
        padding_mode="border",
        align_corners=False,
    )
    if random.random() < 0.3:
        x = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
    if random.random() < 0.3:
        x = x + _floats(random.normal(0, random.uniform(2, 10), x.shape))
    x = 255 * (x.clamp(0, 255) / 255) ** random.uniform(0.6, 1.6)
    negative = torch.from_numpy(random.random(len(x)) < NEGATIVES)
    turned = torch.where(x > float(random.choice(SOLARISED_ABOVE)), 255 - x, x)
    return torch.where(negative[:, None, None, None], turned, x)[:, 0], negative


def _ways(count: int, random: np.random.Generator) -> Tensor:
    roll, scale, shift = (
        random.normal(0, 0.06, count),
        random.normal(1, 0.04, count),
        random.normal(0, 0.03, (count, 2)),
    )
    cos, sin = scale * np.cos(roll), scale * np.sin(roll)
    return _floats(
        np.stack(
            [np.column_stack([cos, -sin, shift[:, 0]]), np.column_stack([sin, cos, shift[:, 1]])], axis=1
        )
    )


def _floats(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float32))


@torch.inference_mode()
def answers(network: HeadNet, crops: np.ndarray) -> np.ndarray:
    """(N, 2) pitches in degrees and logits of negatives, for crops (N, 48, 48) uint8."""
    return np.concatenate(
        [network(torch.from_numpy(part)).numpy() for part in np.array_split(crops, -(-len(crops) // 256))]
    )


def write_head(network: HeadNet, path: Path = WEIGHTS) -> None:
    """Writes graph, plain weights and card."""
    crop = torch.zeros(1, 48, 48, dtype=torch.uint8)
    torch.onnx.export(
        network,
        (crop,),
        path,
        input_names=["crop"],
        output_names=["head"],
        external_data=False,
        dynamo=True,
        verbose=False,
    )
    graph = onnx.load(path)
    # The exporter notes for each node which line of code it came from: a third of the file.
    for node in graph.graph.node:
        node.ClearField("metadata_props")
    graph.doc_string = ", ".join(ANSWERS)
    onnx.save(graph, path)
    plain = path.with_suffix(".safetensors")
    save_file({name: tensor.contiguous() for name, tensor in network.state_dict().items()}, plain)
    files = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in (path, plain)}
    path.with_suffix(".json").write_text(json.dumps({"files": files} | FACTS, indent=2) + "\n")
