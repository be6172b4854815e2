"""A run from its files to its files: what each training process does, and reading back what it left."""

import pickle
from collections.abc import Sequence
from pathlib import Path

import torch

from emotion.network import AttentionCNN, NetworkConfig
from emotion.training.dataset import BadFile, load_faces
from emotion.training.trainer import Recipe, Trainer, check_recipe


def train(
    recipe: Recipe, faces: Path, run: Path, *, start_from: Path | None = None, teachers: Sequence[Path] = ()
) -> None:
    """Trains into the folder ``run``, or goes on there. Raises BadFile and OtherRecipe."""
    start = load_best(start_from)[0] if start_from else None
    taught_by = [load_best(path)[0] for path in teachers]
    Trainer(recipe, load_faces(faces), run, start=start, teachers=taught_by).run()


def check(
    recipe: Recipe, faces: Path, run: Path, *, start_from: Path | None = None, teachers: Sequence[Path] = ()
) -> None:
    """Raises what ``train`` would raise, before any process is started."""
    load_faces(faces)
    for path in [*([start_from] if start_from else []), *teachers]:
        load_best(path)
    check_recipe(recipe, run)


def load_best(path: Path) -> tuple[AttentionCNN, dict]:
    """The averaged network of a ``best.pt``, in eval mode on the CPU, with its recipe and PublicTest
    figures. Raises BadFile.
    """
    if not path.is_file():
        raise BadFile(f"{path} does not exist; make it with: python -m emotion.training train")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, OSError, EOFError, pickle.UnpicklingError) as error:
        raise BadFile(f"{path} is damaged: it is not a checkpoint.") from error
    network = AttentionCNN(NetworkConfig.from_dict(state["recipe"]["network"]))
    network.load_state_dict(state["network"])
    return network.eval(), {"recipe": state["recipe"], "figures": state["figures"]}
