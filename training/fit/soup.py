"""Model soup: the mean of trained networks' weights (Wortsman et al. 2022, arXiv 2203.05482).

A soup is one network, as fast as each of its ingredients. It works where they began at the same weights.
"""

import copy
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from training.data.dataset import BadFile, Faces
from training.fit.runs import load_network
from training.fit.teachers import digest
from training.fit.trainer import BEST
from training.fit.validation import validate


def soup(paths: Sequence[Path], faces: Faces, folder: Path) -> dict[str, float]:
    """Writes the mean of these networks as ``best.pt`` into the folder; returns its accuracies, 0..1.

    Raises BadFile where a file is missing, or where the networks differ in shape.
    """
    if not paths:
        raise BadFile("A soup needs at least one network.")
    networks = [load_network(path) for path in paths]
    first = networks[0].config
    if any(network.config != first for network in networks):
        raise BadFile("Only networks of one shape have a mean.")
    weights = [network.state_dict() for network in networks]
    mean = copy.deepcopy(networks[0])
    mean.load_state_dict({name: _mean([one[name] for one in weights]) for name in weights[0]})
    figures = validate(mean.eval(), faces)
    recipe = {"network": asdict(first), "mean_of": [digest(path) for path in paths]}
    folder.mkdir(parents=True, exist_ok=True)
    torch.save({"network": mean.state_dict(), "recipe": recipe, "figures": figures}, folder / BEST)
    return figures


def _mean(tensors: list[torch.Tensor]) -> torch.Tensor:
    # Integers are the counts of batches that a norm has seen.
    if not tensors[0].is_floating_point():
        return tensors[0]
    return torch.stack(tensors).mean(0)
