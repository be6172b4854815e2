"""A run from its files to its files: what each training process does, and reading back what it left."""

import json
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from emotion.network import AttentionCNN, NetworkConfig
from emotion.recogniser import CARD
from emotion.training.dataset import BadFile, Faces, load_faces
from emotion.training.identity import read_identity, start_from_identity
from emotion.training.teachers import ask, digest, live_teachers, prepare_teachers
from emotion.training.trainer import Recipe, Trainer, check_recipe
from emotion.training.validation import accuracies

SETTLING_FACES = 512


def train(
    recipe: Recipe,
    faces: Path,
    run: Path,
    *,
    start_from: Path | None = None,
    identity: Path | None = None,
    teachers: Sequence[Path] = (),
) -> None:
    """Trains into the folder ``run``, or goes on there; ``teach`` comes first where there are teachers.

    Raises BadFile and OtherRecipe.
    """
    everything = load_faces(faces)
    start = _begun(start_from, recipe.network) if start_from else None
    if identity:
        start = with_identity(recipe, identity, everything)
    live = live_teachers(_named(teachers), run) if teachers else None
    Trainer(recipe, everything, run, start=start, teachers=live).run()


def teach(teachers: Sequence[Path], faces: Path, run: Path) -> dict[str, float]:
    """Prepares the teachers for ``train`` in this folder.

    Returns the accuracies of their common answer on PublicTest. Raises BadFile.
    """
    networks, everything = _named(teachers), load_faces(faces)
    prepare_teachers(networks, everything.of("Training").images, run)
    validation = everything.of("PublicTest")
    said = ask(list(networks.values()), torch.from_numpy(validation.images))
    return accuracies(said.expressions, said.fer2013, validation)


def _named(teachers: Sequence[Path]) -> dict[str, AttentionCNN]:
    return {digest(path): load_network(path) for path in teachers}


def with_identity(recipe: Recipe, package: Path, faces: Faces) -> AttentionCNN:
    """A new network on dlib's trunk, its norms settled on a spread of Training faces. Raises BadFile."""
    torch.manual_seed(recipe.seed)
    network = AttentionCNN(recipe.network)
    images = faces.of("Training").images
    spread = np.linspace(0, len(images) - 1, min(len(images), SETTLING_FACES)).astype(int)
    start_from_identity(network, read_identity(package), torch.from_numpy(images[spread]))
    return network


def _begun(path: Path, config: NetworkConfig) -> AttentionCNN:
    """A network of this shape with the weights of another one, which may have more blocks at the end of a
    stage: those are left out. Raises BadFile.
    """
    given, network = load_network(path).state_dict(), AttentionCNN(config)
    try:
        network.load_state_dict({name: given[name] for name in network.state_dict()})
    except (KeyError, RuntimeError) as error:
        raise BadFile(f"{path} holds a network of another shape; only --blocks can be fewer.") from error
    return network


def check(
    recipe: Recipe,
    faces: Path,
    run: Path,
    *,
    start_from: Path | None = None,
    identity: Path | None = None,
    teachers: Sequence[Path] = (),
) -> None:
    """Raises what ``train`` would raise, before any process is started."""
    load_faces(faces)
    if identity:
        read_identity(identity)
    if start_from:
        _begun(start_from, recipe.network)
    for path in teachers:
        load_network(path)
    check_recipe(recipe, run)


def load_network(path: Path) -> AttentionCNN:
    """The network of a ``best.pt``, or of exported weights (``.safetensors`` with their card beside them),
    in eval mode on the CPU. Raises BadFile.
    """
    if path.suffix != ".safetensors":
        return load_best(path)[0]
    try:
        config = json.loads((path.parent / CARD).read_text())["network"]
        network = AttentionCNN(NetworkConfig.from_dict(config))
        network.load_state_dict(load_file(path))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise BadFile(f"{path} and the {CARD} beside it are no weights that export wrote.") from error
    return network.eval()


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
    try:
        network = AttentionCNN(NetworkConfig.from_dict(state["recipe"]["network"]))
        network.load_state_dict(state["network"])
    except (TypeError, RuntimeError) as error:
        raise BadFile(f"{path} holds a network of another shape than this version builds.") from error
    return network.eval(), {"recipe": state["recipe"], "figures": state["figures"]}
