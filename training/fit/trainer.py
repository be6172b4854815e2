"""One resumable training run: both heads on one backbone, both label sets in one loss."""

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor
from tqdm import tqdm

from training.data.augment import FULL, LOW, augment, mix
from training.data.dataset import Faces
from training.fit.ema import ema_of
from training.fit.losses import Targets, distilled, label_loss
from training.fit.mobilenet import Network, new_network
from training.fit.network_measures import region_overlap
from training.fit.recipe import Recipe, with_current_names
from training.fit.teachers import Teachers, framings
from training.fit.validation import validate

LAST = "last.pt"
BEST = "best.pt"
HISTORY = "history.jsonl"
# Steps that each process makes on its own before all continue from the mean of their weights. With one step,
# every step takes as long as the process that other work on the machine delays most.
STEPS_BETWEEN_SYNCS = 8


class OtherRecipe(Exception):
    """The folder holds a run with another recipe, which cannot be continued with this one."""


class Trainer:
    """Trains a network, keeps an exponential moving average of its weights, and writes both into a folder.

    ``best.pt`` holds the average with the highest mean of both PublicTest accuracies; no other split is
    used. ``last.pt`` holds the whole state, from which a new Trainer on the same folder continues. In a
    process group each process steps on its own share of each batch, and every few steps all continue from
    the mean of their weights (local SGD, Stich 2019, arXiv 1805.09767); only the first one writes. Raises
    OtherRecipe where the folder holds a run with another recipe.
    """

    def __init__(
        self,
        recipe: Recipe,
        faces: Faces,
        folder: Path,
        *,
        start: Network | None = None,
        teachers: Teachers | None = None,
    ):
        torch.manual_seed(recipe.seed)
        self.recipe, self.folder, self.teachers = recipe, folder, teachers
        self.rank, self.world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.training, self.validation = faces.of("Training"), faces.of("PublicTest")
        self.targets = Targets(self.training, recipe.label_smoothing, recipe.vote_power).to(self.device)
        self.crops = torch.from_numpy(self.training.images).to(self.device)
        network = start or new_network(recipe.network)
        # torch's overloads of Module.to do not have its memory_format.
        self.network: Network = network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.ema = ema_of(self.network, recipe.ema_decay)
        groups = self._parameter_groups()
        self.optimiser = torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=(0.9, 0.99), fused=True)
        # One seed in every process, so that all draw the same order of rows.
        self.order = torch.Generator().manual_seed(recipe.seed)
        self.generator = torch.Generator(self.device).manual_seed(recipe.seed + 1000 * self.rank)
        self.epoch, self.step, self.seconds, self.best = 0, 0, 0.0, 0.0
        self._clock_read_at = time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)
        self._last = folder / LAST
        if self._last.exists():
            self._resume()

    def run(self, *, stop_after: int | None = None) -> None:
        """Trains to the end of the schedule, or until so many epochs of it are done."""
        while self.progress < 1 and (stop_after is None or self.epoch < stop_after):
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
        groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
        for name, parameter in self.network.named_parameters():
            is_product = parameter.ndim > 1 and "place" not in name and "token" not in name
            is_backbone = name.startswith(("stem", "stages"))
            groups.setdefault((is_product, is_backbone), []).append(parameter)
        return [
            {
                "params": parameters,
                "weight_decay": self.recipe.weight_decay if is_product else 0.0,
                "lr_scale": self.recipe.backbone_lr_scale if is_backbone else 1.0,
            }
            for (is_product, is_backbone), parameters in groups.items()
        ]

    def _learning_rate(self) -> float:
        """A linear warmup, then half a cosine down to a hundredth of the largest rate."""
        progress, warmup = self.progress, self.recipe.warmup
        if progress < warmup:
            return self.recipe.learning_rate * (progress + 1e-3) / (warmup + 1e-3)
        fall = (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup))) / 2
        return self.recipe.learning_rate * max(0.01, fall)

    def _train_epoch(self) -> float:
        self.network.train()
        self._clock_read_at = time.monotonic()
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
            if self.world == 1 or self.step % STEPS_BETWEEN_SYNCS == 0:
                self._sync()
            bar.set_postfix(loss=f"{np.mean(losses[-50:]):.3f}")
            if self.progress >= 1:
                break
        self._sync()
        self.epoch += 1
        return float(np.mean(losses))

    def _batches(self) -> Iterator[Tensor]:
        """This process's share of every batch."""
        order = torch.randperm(len(self.training), generator=self.order)
        for start in range(0, self._steps_per_epoch * self.recipe.batch_size, self.recipe.batch_size):
            yield order[start + self.rank : start + self.recipe.batch_size : self.world]

    @torch.no_grad()
    def _sync(self) -> None:
        """Sets all processes to the mean of their weights and to the clock of the first one."""
        now = time.monotonic()
        # A process that was paused (kill -STOP) keeps its schedule.
        self.seconds += min(60.0, now - self._clock_read_at)
        self._clock_read_at = now
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
        strength = LOW if self.progress > 1 - self.recipe.low_augmentation_fraction else FULL
        crops = augment(self.crops[rows].float(), strength, self.generator)
        crops, targets = mix(crops, self.targets.of(rows), strength, self.generator)
        if self.teachers:
            views = framings(crops, count=self.recipe.views, generator=self.generator) or [crops]
            targets = distilled(targets, self.teachers(*views), self.recipe.distillation_weight)
        for group in self.optimiser.param_groups:
            group["lr"] = self._learning_rate() * group["lr_scale"]
        loss = self._loss(crops, targets)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
        self.optimiser.step()
        self.ema.update_parameters(self.network)
        return loss.item()

    def _loss(self, crops: Tensor, targets: list[Tensor]) -> Tensor:
        with torch.autocast(self.device.type, torch.bfloat16):
            prediction = self.network(crops)
        loss = label_loss(prediction, *targets, fer2013_weight=self.recipe.fer2013_weight)
        if prediction.region_maps.shape[1]:
            loss = loss + self.recipe.overlap_penalty * region_overlap(prediction.region_maps).mean()
        return loss

    def _finish_epoch(self, loss: float) -> None:
        figures = {"epoch": self.epoch, "minutes": round(self.seconds / 60, 2), "loss": round(loss, 4)}
        figures |= {
            name: round(value, 4) for name, value in validate(self.ema.module, self.validation).items()
        }
        print(json.dumps(figures), flush=True)
        with (self.folder / HISTORY).open("a") as history:
            history.write(json.dumps(figures) + "\n")
        score = (figures["fer2013"] + figures["ferplus"]) / 2
        if score > self.best:
            self.best = score
            best = {
                "network": self.ema.module.state_dict(),
                "recipe": self.recipe.as_dict(),
                "figures": figures,
            }
            _write(best, self.folder / BEST)
        _write(self._state(), self._last)

    def _state(self) -> dict:
        return {
            "recipe": self.recipe.as_dict(),
            "network": self.network.state_dict(),
            "ema": self.ema.module.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "order": self.order.get_state(),
            "device": self.device.type,
            "generator": self.generator.get_state(),
            "dropout": torch.cuda.get_rng_state() if self._on_gpu else torch.get_rng_state(),
            "clock": (self.epoch, self.step, self.seconds, self.best),
        }

    def _resume(self) -> None:
        check_recipe(self.recipe, self.folder)
        state = with_current_names(torch.load(self._last, map_location=self.device, weights_only=True))
        self.network.load_state_dict(state["network"])
        self.ema.module.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.order.set_state(state["order"].cpu())
        if self.rank == 0 and state["device"] == self.device.type:
            self.generator.set_state(state["generator"].cpu())
            set_dropout = torch.cuda.set_rng_state if self._on_gpu else torch.set_rng_state
            set_dropout(state["dropout"].cpu())
        else:
            # Only the first process saves its generators, and those of a GPU are of no use to a CPU. The
            # others are seeded again, each by its rank.
            self.generator.manual_seed(self.recipe.seed + 1000 * self.rank + state["clock"][0])
        self.epoch, self.step, self.seconds, self.best = state["clock"]
        self.ema.n_averaged.fill_(self.step)


def check_recipe(recipe: Recipe, folder: Path) -> None:
    """Raises OtherRecipe where the folder holds a run that this recipe cannot continue."""
    last = folder / LAST
    if not last.exists():
        return
    state = torch.load(last, map_location="cpu", weights_only=True)
    if with_current_names(state["recipe"]) != recipe.as_dict():
        raise OtherRecipe(f"{folder} holds a run with another recipe; name another folder or remove it.")


def _write(state: dict, path: Path) -> None:
    # Renaming is atomic: a run killed while it writes leaves the former checkpoint whole.
    unfinished = path.with_suffix(".part")
    torch.save(state, unfinished)
    unfinished.replace(path)
