"""Training runs by their files: what each training process does, and how its checkpoints are read."""

import json
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from emotion.vision.network import AttentionCNN, NetworkConfig
from emotion.vision.recogniser import CARD
from training.data.dataset import BadFile, Faces, load_faces
from training.fit.identity import read_identity, start_from_identity
from training.fit.mobilenet import MobileNet, MobileNetConfig, read_mobilenet, start_from_mobilenet
from training.fit.recipe import Recipe, with_current_names
from training.fit.teachers import Teacher, ask, digest, live_teachers, prepare_teachers
from training.fit.trainer import Trainer, check_recipe
from training.fit.validation import accuracies

SETTLING_FACES = 512


def train(
    recipe: Recipe,
    faces: Path,
    run: Path,
    *,
    start_from: Path | None = None,
    identity: Path | None = None,
    mobilenet: Path | None = None,
    teachers: Sequence[Path] = (),
    stop_after: int | None = None,
) -> None:
    """Trains into the folder ``run``, or continues the run that is there.

    ``start_from``, ``identity`` or ``mobilenet`` name the weights to begin with. ``stop_after`` ends the run
    after so many epochs of its schedule. With teachers, ``teach`` must have prepared the folder. Raises
    BadFile and OtherRecipe.
    """
    everything = load_faces(faces)
    start = _begun(start_from, recipe) if start_from else None
    if identity:
        start = with_identity(recipe, identity, everything)
    if mobilenet:
        start = _with_mobilenet(recipe, mobilenet)
    live = live_teachers(_named(teachers), run) if teachers else None
    Trainer(recipe, everything, run, start=start, teachers=live).run(stop_after=stop_after)


def teach(teachers: Sequence[Path], faces: Path, run: Path) -> dict[str, float]:
    """Prepares the teachers for ``train`` in the folder ``run``.

    Returns the accuracies (0..1) of their mean answer on PublicTest. Raises BadFile.
    """
    named, everything = _named(teachers), load_faces(faces)
    prepare_teachers(named, everything.of("Training").images, run)
    validation = everything.of("PublicTest")
    said = ask(list(named.values()), torch.from_numpy(validation.images))
    return accuracies(said.expressions, said.fer2013, validation)


def _named(teachers: Sequence[Path]) -> dict[str, Teacher]:
    return {digest(path): load_teacher(path) for path in teachers}


def with_identity(recipe: Recipe, package: Path, faces: Faces) -> AttentionCNN:
    """A new network on dlib's backbone, its norms set on faces spread over Training. Raises BadFile."""
    torch.manual_seed(recipe.seed)
    network = AttentionCNN(recipe.network)
    images = faces.of("Training").images
    spread = np.linspace(0, len(images) - 1, min(len(images), SETTLING_FACES)).astype(int)
    start_from_identity(network, read_identity(package), torch.from_numpy(images[spread]))
    return network


def _with_mobilenet(recipe: Recipe, package: Path) -> MobileNet:
    torch.manual_seed(recipe.seed)
    network = MobileNet(recipe.network)
    start_from_mobilenet(network, read_mobilenet(package))
    return network


def _begun(path: Path, recipe: Recipe) -> AttentionCNN:
    """A network on the backbone of another one, which may have more blocks at the end of a stage.

    Those blocks are left out. Attentions and heads are taken where they have the same shape, and begin at
    random where not. Raises BadFile where the backbones differ otherwise.
    """
    torch.manual_seed(recipe.seed)
    other, network = _read_weights(path)[0], AttentionCNN(recipe.network)
    own = network.state_dict()
    fitting = {name: other[name] for name in own if name in other and other[name].shape == own[name].shape}
    if any(name.startswith(("stem", "stages")) and name not in fitting for name in own):
        raise BadFile(f"{path} holds a network with another backbone; only --blocks can be fewer.")
    network.load_state_dict(own | fitting)
    return network


def check(
    recipe: Recipe,
    faces: Path,
    run: Path,
    *,
    start_from: Path | None = None,
    identity: Path | None = None,
    mobilenet: Path | None = None,
    teachers: Sequence[Path] = (),
) -> None:
    """Raises what ``train`` would raise, before any process is started."""
    load_faces(faces)
    if identity:
        read_identity(identity)
    if mobilenet:
        read_mobilenet(mobilenet)
    if start_from:
        _begun(start_from, recipe)
    for path in teachers:
        load_teacher(path)
    check_recipe(recipe, run)


def load_network(path: Path) -> AttentionCNN | MobileNet:
    """The network of a checkpoint, or of exported weights with their card beside them.

    It is in eval mode on the CPU. Raises BadFile.
    """
    weights, facts = _read_weights(path)
    try:
        if "widths" in facts:
            network = AttentionCNN(NetworkConfig.from_dict(facts))
        else:
            network = MobileNet(MobileNetConfig(**facts))
        network.load_state_dict(weights)
    except (TypeError, RuntimeError) as error:
        raise BadFile(f"{path} holds a network of another shape than this version builds.") from error
    return network.eval()


def load_teacher(path: Path) -> Teacher:
    """A network as from ``load_network``, or the bytes of an exported graph (``.onnx``) of any version.

    Raises BadFile.
    """
    if path.suffix != ".onnx":
        return load_network(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path} does not exist; it should teach.") from error


def load_best(path: Path) -> tuple[AttentionCNN | MobileNet, dict]:
    """The averaged network of a ``best.pt``, in eval mode on the CPU, with its recipe and PublicTest figures.

    Raises BadFile.
    """
    state = _read_checkpoint(path)
    if "figures" not in state:
        raise BadFile(f"{path} has no figures of PublicTest; a run's best.pt has, or what soup makes of it.")
    return load_network(path), {"recipe": state["recipe"], "figures": state["figures"]}


def _read_weights(path: Path) -> tuple[dict[str, Tensor], dict]:
    """The tensors by name, and the configuration of their network."""
    if path.suffix != ".safetensors":
        state = _read_checkpoint(path)
        # A last.pt has the weights that training continues with, and their average, which is what is served.
        return state.get("ema", state["network"]), state["recipe"]["network"]
    try:
        card = with_current_names(json.loads((path.parent / CARD).read_text()))
        return load_file(path), card["network"]
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise BadFile(f"{path} and the {CARD} beside it are no weights that export wrote.") from error


def _read_checkpoint(path: Path) -> dict:
    if not path.is_file():
        raise BadFile(f"{path} does not exist; make it with: python -m training train")
    try:
        return with_current_names(torch.load(path, map_location="cpu", weights_only=True))
    except (RuntimeError, OSError, EOFError, pickle.UnpicklingError) as error:
        raise BadFile(f"{path} is damaged: it is not a checkpoint.") from error
