"""An ablation of both attentions: one short recipe with none, one or both of them, over several seeds."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from emotion.vision.network import AttentionCNN, NetworkConfig
from training.fit.network_measures import count_macs
from training.fit.processes import train_in_processes
from training.fit.recipe import Recipe
from training.fit.runs import Beginning, check, train
from training.fit.trainer import HISTORY

Cell = Literal["none", "region", "self", "both"]
# Region attention, self-attention.
CELLS: dict[Cell, tuple[bool, bool]] = {
    "none": (False, False),
    "region": (True, False),
    "self": (False, True),
    "both": (True, True),
}
# Half of the run with low augmentation, since so short a run gets no further under the full one.
RECIPE = Recipe(epochs=6, batch_size=256, backbone_lr_scale=0.5, low_augmentation_fraction=0.5)


def ablate(
    recipe: Recipe,
    faces: Path,
    folder: Path,
    *,
    cells: Sequence[Cell],
    seeds: Sequence[int],
    identity: Path | None,
    processes: int,
) -> dict:
    """Trains every cell with every seed, each in its own folder; returns PublicTest accuracies, 0..1.

    Runs that are complete are only read, so a stopped ablation can be continued. The figures are those of
    the last epoch: nothing is chosen. Raises BadFile and OtherRecipe.
    """
    reached: dict[str, list[dict]] = {cell: [] for cell in cells}
    # Seeds outermost, so that an ablation stopped early compares equal numbers of runs.
    for seed in seeds:
        for cell in cells:
            asked = replace(recipe, network=_network(cell), seed=seed)
            run = folder / f"{cell}-{seed}"
            beginning = Beginning(identity=identity)
            check(asked, faces, run, beginning)
            train_in_processes(processes, partial(train, asked, faces, run, beginning))
            reached[cell].append(json.loads((run / HISTORY).read_text().splitlines()[-1]))
    described = {cell: _described(_network(cell), reached[cell]) for cell in cells}
    return {"split": "PublicTest", "seeds": list(seeds), "recipe": recipe.as_dict(), "cells": described}


def _network(cell: Cell) -> NetworkConfig:
    region, itself = CELLS[cell]
    standard = NetworkConfig()
    return replace(
        standard,
        regions=standard.regions if region else 0,
        attention_layers=standard.attention_layers if itself else 0,
    )


def _described(network: NetworkConfig, figures: list[dict]) -> dict:
    """Accuracies of all seeds in both label sets, their mean and sample deviation (None for one seed)."""
    sets = {name: [figure[name] for figure in figures] for name in ("fer2013", "ferplus")}
    return {"macs": count_macs(AttentionCNN(network))} | {
        name: {
            "runs": runs,
            "mean": statistics.mean(runs),
            "deviation": statistics.stdev(runs) if len(runs) > 1 else None,
        }
        for name, runs in sets.items()
    }
