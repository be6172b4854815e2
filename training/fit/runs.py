"""Training runs by their files: what each training process does, and how its checkpoints are read."""

import json
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from emotion.vision.network import AttentionCNN, NetworkConfig
from emotion.vision.recogniser import CARD
from training.data.dataset import BadFile, Faces, load_faces
from training.fit.identity import read_identity, start_from_identity
from training.fit.mobilenet import (
    MobileNet,
    MobileNetConfig,
    Network,
    new_network,
    read_mobilenet,
    start_from_mobilenet,
)
from training.fit.recipe import Recipe, with_current_names
from training.fit.teachers import Teacher, ask, digest, live_teachers, prepare_teachers
from training.fit.trainer import Trainer, check_recipe
from training.fit.validation import accuracies

SETTLING_FACES = 512


@dataclass(frozen=True)
class Beginning:
    """The files that a run begins with: at most one for its weights, and those of its teachers.

    ``graphs`` is the folder in which ``teach`` prepared the teachers, where it is not that of the run.
    """

    weights: Path | None = None
    identity: Path | None = None
    mobilenet: Path | None = None
    teachers: tuple[Path, ...] = ()
    graphs: Path | None = None

    @property
    def is_random(self) -> bool:
        """Whether the weights begin at random."""
        return not (self.weights or self.identity or self.mobilenet)


def train(
    recipe: Recipe, faces: Path, run: Path, beginning: Beginning, *, stop_after: int | None = None
) -> None:
    """Trains into the folder ``run``, or continues the run that is there.

    ``stop_after`` ends the run after so many epochs of its schedule. With teachers, ``teach`` must have
    prepared them. Raises BadFile and OtherRecipe.
    """
    everything = load_faces(faces)
    start = None if beginning.is_random else _start(recipe, beginning, everything)
    graphs = beginning.graphs or run
    live = live_teachers(_named(beginning.teachers), graphs) if beginning.teachers else None
    Trainer(recipe, everything, run, start=start, teachers=live).run(stop_after=stop_after)


def teach(teachers: Sequence[Path], faces: Path, folder: Path) -> dict[str, float]:
    """Prepares the teachers for ``train`` in the folder.

    Returns the accuracies (0..1) of their mean answer on PublicTest. Raises BadFile.
    """
    named, everything = _named(teachers), load_faces(faces)
    prepare_teachers(named, everything.of("Training").images, folder)
    validation = everything.of("PublicTest")
    answers = ask(list(named.values()), torch.from_numpy(validation.images))
    return accuracies(answers.expressions, answers.fer2013, validation)


def _named(teachers: Sequence[Path]) -> dict[str, Teacher]:
    return {digest(path): load_teacher(path) for path in teachers}


def _start(recipe: Recipe, beginning: Beginning, faces: Faces) -> Network:
    """The network that a run begins with. Raises BadFile."""
    torch.manual_seed(recipe.seed)
    network = new_network(recipe.network)
    if isinstance(network, MobileNet):
        if beginning.mobilenet:
            start_from_mobilenet(network, read_mobilenet(beginning.mobilenet))
    elif beginning.identity:
        crops = torch.from_numpy(faces.of("Training").thinned(SETTLING_FACES).images)
        start_from_identity(network, read_identity(beginning.identity), crops)
    elif beginning.weights:
        _take_weights(network, beginning.weights)
    return network


def _take_weights(network: AttentionCNN, path: Path) -> None:
    """Copies the backbone of another network, which may have more blocks at the end of a stage.

    Those blocks are left out. Attentions and heads are taken where they have the same shape, and stay random
    where not. Raises BadFile where the backbones differ otherwise.
    """
    other = _read_weights(path)[0]
    own = network.state_dict()
    fitting = {name: other[name] for name in own if name in other and other[name].shape == own[name].shape}
    if any(name.startswith(("stem", "stages")) and name not in fitting for name in own):
        raise BadFile(f"{path} holds a network with another backbone; only --blocks can be fewer.")
    network.load_state_dict(own | fitting)


def check(recipe: Recipe, faces: Path, run: Path, beginning: Beginning) -> None:
    """Raises what ``train`` would raise, before any process is started."""
    _start(recipe, beginning, load_faces(faces))
    for path in beginning.teachers:
        load_teacher(path)
    check_recipe(recipe, run)


def load_network(path: Path) -> Network:
    """The network of a checkpoint, or of exported weights with their card beside them.

    It is in eval mode on the CPU. Raises BadFile.
    """
    weights, facts = _read_weights(path)
    try:
        is_mobilenet = "widths" not in facts
        network = new_network(MobileNetConfig(**facts) if is_mobilenet else NetworkConfig.from_dict(facts))
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


def load_best(path: Path) -> tuple[Network, dict]:
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
        # last.pt holds the weights that training continues with, and their moving average, which is served.
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
