"""python -m training fitness: train, export, and say at which thresholds the network is served."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import arg

from emotion.vision.fitness import CARD
from emotion.vision.recogniser import WEIGHTS, Recogniser
from training.cli.options import PREPARED, PreparedFaces, WeightsFolder
from training.data.dataset import load_faces

HARMS = 5400
RATE = 3e-3  # of a training from the start; a third of it where one goes on

# Chosen by hand on PublicTest's own faces, which lose as little as the model card says, and on those pictures
# of the sources that are kept for tests.
THRESHOLDS = {"nobody": 0.7, "turned": 0.99, "covered": 0.8, "lost": 0.7}


FACTS = {
    "licence": "Apache-2.0; the pictures it learned from are others' and not part of it (docs/model-card.md)",
    "input": "grey uint8 crops (B, 48, 48) as the recogniser takes them; sigmoids of the answers are out",
    "cost": {"macs": 7_887_360, "parameters": 254_188},
    "thresholds": THRESHOLDS,
}


@dataclass(frozen=True)
class Fitness:
    """Train the network that says whether a crop is fit to be read; write its graph and card."""

    pictures: Annotated[Path, arg(metavar="FOLDER")]
    """Folders of pictures: nobody, masked, bare, hands (docs/experiments.md has the sources)."""
    seconds: float = 140
    """Of the clock; the default is for a GPU."""
    processes: int = max(1, (os.cpu_count() or 2) - 1)
    """That draw samples."""
    start_from: Annotated[Path | None, arg(metavar="WEIGHTS")] = None
    """Continue from the fitness.safetensors of an earlier training."""
    learning_rate: float = RATE
    """The largest one."""
    harms: int = HARMS
    """How many harms are tried, each on 32 faces."""
    out: Annotated[Path, arg(metavar="FOLDER")] = WEIGHTS
    """Where graph, weights and card are written."""
    faces: PreparedFaces = PREPARED
    weights: WeightsFolder = WEIGHTS

    def __call__(self) -> None:
        from training.fit.fitness.export import export, load  # torch's exporter takes seconds to load
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
