"""The mean of trained networks' weights: one network, as fast as each of them (Wortsman et al. 2022, arXiv
2203.05482). Good where they began at the same weights and were trained apart; elsewhere a mean says nothing.
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
    """Writes the mean of these networks as ``best.pt`` into the folder and returns its accuracies on these
    faces (0..1). Raises BadFile, also where they are not of one shape.
    """
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


def _mean(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    if not tensors[0].is_floating_point():  # how many batches a norm has seen: nothing reads it any more
        return tensors[0]
    return torch.stack(tensors).mean(0)
