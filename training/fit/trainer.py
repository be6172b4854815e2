"""One resumable training run: both heads on one trunk, both label sets in one loss."""

import json
import math
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor
from tqdm import tqdm

from emotion.vision.network import AttentionCNN, NetworkConfig, region_overlap
from training.data.augment import FULL, LIGHT, augment, mix
from training.data.dataset import Faces
from training.fit.losses import Targets, label_loss, taught
from training.fit.mobilenet import MobileNet, MobileNetConfig
from training.fit.teachers import Teachers, framings
from training.fit.validation import validate

LAST = "last.pt"
BEST = "best.pt"
HISTORY = "history.jsonl"
# Steps that each process makes on its own before all go on from the mean of their weights. Meeting at every
# step, each step takes as long as the process that other work on the machine holds up most.
STEPS_BETWEEN_MEETINGS = 8


class OtherRecipe(Exception):
    """The folder holds a run with another recipe; going on from it would be neither the one nor the other."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides how a run goes; kept in its checkpoints."""

    network: NetworkConfig | MobileNetConfig = field(default_factory=NetworkConfig)
    epochs: int = 45
    minutes: float | None = None  # where given, the schedule follows the clock and not the epochs
    batch_size: int = 128
    learning_rate: float = 2e-3
    trunk_pace: float = 1.0  # the convolutions' share of the learning rate; less where they start trained
    weight_decay: float = 0.05
    warmup: float = 0.04  # share of the run
    light_stretch: float = 0.15  # share of the run, at its end
    sharpness: float = 1.0  # above 1, the targets lean to each face's majority: see losses.sharpened
    fer2013_weight: float = 1.0  # of the loss with FER2013's labels, beside that with the votes
    label_smoothing: float = 0.1  # for FER2013's single labels only; the votes are soft by themselves
    overlap_penalty: float = 0.2
    teachers: tuple[str, ...] = ()  # digests of their files
    teaching: float = 0.7  # the teachers' share of each target, where there are any
    views: int = 0  # of each picture that the teachers are asked about; 0: the very picture
    ema_decay: float = 0.998
    seed: int = 1


class Trainer:
    """Trains, keeps a moving average of the weights, and writes ``last.pt`` and ``best.pt`` into its folder.

    ``best.pt`` is the average with the highest mean of both PublicTest accuracies; no other split is looked
    at. A new Trainer on the same folder goes on from ``last.pt``. In a process group every process steps on
    its own share of each batch, and every few steps all go on from the mean of their weights (local SGD,
    Stich 2019, arXiv 1805.09767); the first process alone writes.
    """

    def __init__(
        self,
        recipe: Recipe,
        faces: Faces,
        folder: Path,
        *,
        start: AttentionCNN | MobileNet | None = None,
        teachers: Teachers | None = None,
    ):
        torch.manual_seed(recipe.seed)
        self.recipe, self.folder, self.teachers = recipe, folder, teachers
        self.rank, self.world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.training, self.validation = faces.of("Training"), faces.of("PublicTest")
        self.targets = Targets(self.training, recipe.label_smoothing, recipe.sharpness).to(self.device)
        self.crops = torch.from_numpy(self.training.images).to(self.device)
        self.network = (start or AttentionCNN(recipe.network)).to(
            self.device, memory_format=torch.channels_last
        )
        self.average = deepcopy(self.network).requires_grad_(False).eval()
        groups = self._parameter_groups()
        self.optimiser = torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=(0.9, 0.99), fused=True)
        self.order = torch.Generator().manual_seed(recipe.seed)  # the same rows in every process
        self.generator = torch.Generator(self.device).manual_seed(recipe.seed + 1000 * self.rank)
        self.epoch, self.step, self.seconds, self.best = 0, 0, 0.0, 0.0
        self._last_look = time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)
        self._last = folder / LAST
        if self._last.exists():
            self._resume()

    def run(self) -> None:
        while self.progress < 1:
            loss = self._train_epoch()
            if self.rank == 0:
                self._finish_epoch(loss)

    @property
    def _on_gpu(self) -> bool:
        return self.device.type == "cuda"

    @property
    def progress(self) -> float:
        """Share of the run that is done, 0..1."""
        if self.recipe.minutes is not None:
            return min(1.0, self.seconds / (60 * self.recipe.minutes))
        return min(1.0, self.step / (self.recipe.epochs * self._steps_per_epoch))

    @property
    def _steps_per_epoch(self) -> int:
        return max(1, len(self.training) // self.recipe.batch_size)

    def _parameter_groups(self) -> list[dict]:
        # Weight decay belongs on products (Loshchilov and Hutter 2019); biases, norms, places and tokens go
        # without.
        groups = {}
        for name, parameter in self.network.named_parameters():
            is_product = parameter.ndim > 1 and "place" not in name and "token" not in name
            is_trunk = name.startswith(("stem", "stages"))
            groups.setdefault((is_product, is_trunk), []).append(parameter)
        return [
            {
                "params": parameters,
                "weight_decay": self.recipe.weight_decay if is_product else 0.0,
                "pace": self.recipe.trunk_pace if is_trunk else 1.0,
            }
            for (is_product, is_trunk), parameters in groups.items()
        ]

    def _learning_rate(self) -> float:
        """Linear warmup, then half a cosine down to a hundredth."""
        progress, warmup = self.progress, self.recipe.warmup
        if progress < warmup:
            return self.recipe.learning_rate * (progress + 1e-3) / (warmup + 1e-3)
        fall = (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup))) / 2
        return self.recipe.learning_rate * max(0.01, fall)

    def _train_epoch(self) -> float:
        self.network.train()
        self._last_look = time.monotonic()
        losses = []
        bar = tqdm(
            list(self._batches()),
            desc=f"epoch {self.epoch + 1}",
            unit="batch",
            disable=None if self.rank == 0 else True,
            leave=False,
        )
        for rows in bar:
            losses.append(self._train_step(rows))
            self.step += 1
            if self.world == 1 or self.step % STEPS_BETWEEN_MEETINGS == 0:
                self._meet()
            bar.set_postfix(loss=f"{np.mean(losses[-50:]):.3f}")
            if self.progress >= 1:
                break
        self._meet()
        self.epoch += 1
        return float(np.mean(losses))

    def _batches(self) -> Iterator[Tensor]:
        """This process's share of every batch."""
        order = torch.randperm(len(self.training), generator=self.order)
        for start in range(0, self._steps_per_epoch * self.recipe.batch_size, self.recipe.batch_size):
            yield order[start + self.rank : start + self.recipe.batch_size : self.world]

    @torch.no_grad()
    def _meet(self) -> None:
        """All processes go on from the mean of their weights and by the clock of the first."""
        now = time.monotonic()
        # A paused process (kill -STOP) must not eat its schedule.
        self.seconds += min(60.0, now - self._last_look)
        self._last_look = now
        if self.world == 1:
            return
        clock = torch.tensor(self.seconds, dtype=torch.float64)
        dist.broadcast(clock, src=0)
        self.seconds = clock.item()
        weights = [w for w in self.network.state_dict().values() if w.is_floating_point()]
        flat = torch.cat([weight.flatten() for weight in weights])
        dist.all_reduce(flat)
        parts = (flat / self.world).split([weight.numel() for weight in weights])
        for weight, part in zip(weights, parts, strict=True):
            weight.copy_(part.view_as(weight))

    def _train_step(self, rows: Tensor) -> float:
        strength = LIGHT if self.progress > 1 - self.recipe.light_stretch else FULL
        crops = augment(self.crops[rows].float(), strength, self.generator)
        crops, wanted = mix(crops, self.targets.of(rows), strength, self.generator)
        if self.teachers:
            views = framings(crops, count=self.recipe.views, generator=self.generator) or [crops]
            wanted = taught(wanted, self.teachers(*views), self.recipe.teaching)
        for group in self.optimiser.param_groups:
            group["lr"] = self._learning_rate() * group["pace"]
        loss = self._loss(crops, wanted)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
        self.optimiser.step()
        self._update_average()
        return loss.item()

    def _loss(self, crops: Tensor, wanted: list[Tensor]) -> Tensor:
        with torch.autocast(self.device.type, torch.bfloat16):
            prediction = self.network(crops)
        loss = label_loss(prediction, *wanted, fer2013_weight=self.recipe.fer2013_weight)
        if prediction.region_maps.shape[1]:
            loss = loss + self.recipe.overlap_penalty * region_overlap(prediction.region_maps).mean()
        return loss

    @torch.no_grad()
    def _update_average(self) -> None:
        # Short memory at first, or the average would carry the random start for several epochs.
        decay = min(self.recipe.ema_decay, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.network.parameters()), 1 - decay)
        for kept, new in zip(self.average.buffers(), self.network.buffers(), strict=True):
            kept.lerp_(new, 1 - decay) if kept.is_floating_point() else kept.copy_(new)

    def _finish_epoch(self, loss: float) -> None:
        figures = {"epoch": self.epoch, "minutes": round(self.seconds / 60, 2), "loss": round(loss, 4)}
        figures |= {name: round(value, 4) for name, value in validate(self.average, self.validation).items()}
        print(json.dumps(figures), flush=True)
        with (self.folder / HISTORY).open("a") as history:
            history.write(json.dumps(figures) + "\n")
        score = (figures["fer2013"] + figures["ferplus"]) / 2
        if score > self.best:
            self.best = score
            best = {"network": self.average.state_dict(), "recipe": asdict(self.recipe), "figures": figures}
            _write(best, self.folder / BEST)
        _write(self._state(), self._last)

    def _state(self) -> dict:
        return {
            "recipe": asdict(self.recipe),
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "order": self.order.get_state(),
            "device": self.device.type,
            "generator": self.generator.get_state(),
            "dropout": torch.cuda.get_rng_state() if self._on_gpu else torch.get_rng_state(),
            "clock": (self.epoch, self.step, self.seconds, self.best),
        }

    def _resume(self) -> None:
        check_recipe(self.recipe, self.folder)
        state = torch.load(self._last, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.order.set_state(state["order"].cpu())
        if self.rank == 0 and state["device"] == self.device.type:
            self.generator.set_state(state["generator"].cpu())
            set_dropout = torch.cuda.set_rng_state if self._on_gpu else torch.set_rng_state
            set_dropout(state["dropout"].cpu())
        else:
            # Only the first process writes its generators, and those of a GPU mean nothing to a CPU: the
            # others begin anew, each on its own.
            self.generator.manual_seed(self.recipe.seed + 1000 * self.rank + state["clock"][0])
        self.epoch, self.step, self.seconds, self.best = state["clock"]


def check_recipe(recipe: Recipe, folder: Path) -> None:
    """Raises OtherRecipe where the folder holds a run that this recipe cannot go on with."""
    last = folder / LAST
    if last.exists() and torch.load(last, map_location="cpu", weights_only=True)["recipe"] != asdict(recipe):
        raise OtherRecipe(f"{folder} holds a run with another recipe; name another folder or remove it.")


def _write(state: dict, path: Path) -> None:
    # Renaming is atomic: a run killed while it writes leaves the former checkpoint whole.
    unfinished = path.with_suffix(".part")
    torch.save(state, unfinished)
    unfinished.replace(path)
