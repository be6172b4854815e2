"""python -m training fitness: train and export the network that says whether a crop is fit to be read."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import arg

from emotion.vision.fitness import CARD
from emotion.vision.recogniser import WEIGHTS, Recogniser
from training.cli.options import PREPARED, PreparedFaces, WeightsFolder
from training.data.dataset import load_faces
from training.fit.fitness.facts import FACTS

HARMS = 5400
# Use a third of it to continue a training.
RATE = 3e-3


@dataclass(frozen=True)
class Fitness:
    """Train the network that says whether a crop is fit to be read; write its graph and card."""

    pictures: Annotated[Path, arg(metavar="FOLDER")]
    """Folders of pictures: nobody, masked, bare, hands (docs/experiments.md has the sources)."""
    seconds: float = 140
    """Training time in seconds; the default is for a GPU."""
    processes: int = max(1, (os.cpu_count() or 2) - 1)
    """Processes that draw samples."""
    start_from: Annotated[Path | None, arg(metavar="WEIGHTS")] = None
    """Continue from the fitness.safetensors of an earlier training."""
    learning_rate: float = RATE
    """The largest learning rate."""
    harms: int = HARMS
    """Different harms, each done to 32 faces."""
    out: Annotated[Path, arg(metavar="FOLDER")] = WEIGHTS
    """Where graph, weights and card are written."""
    faces: PreparedFaces = PREPARED
    weights: WeightsFolder = WEIGHTS

    def __call__(self) -> None:
        # torch's exporter takes seconds to load.
        from training.fit.fitness.export import export, load
        from training.fit.fitness.material import material
        from training.fit.fitness.trainer import train

        recogniser = Recogniser.load(self.weights)
        network = train(
            material(load_faces(self.faces), self.pictures, recogniser, harms=self.harms),
            seconds=self.seconds,
            processes=self.processes,
            rate=self.learning_rate,
            start=load(self.start_from) if self.start_from else None,
        )
        self.out.mkdir(parents=True, exist_ok=True)
        export(network, self.out, FACTS)
        print(self.out / CARD)
