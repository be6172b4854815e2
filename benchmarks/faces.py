"""The labelled faces that benchmarks.recogniser and benchmarks.engines read, and their common options."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.timing import BATCH, ROUNDS, SECONDS
from training.data.dataset import SPLITS, Faces, read_faces, with_votes


@dataclass(frozen=True)
class Effort:
    """How long a rate is measured: the median of so many rounds of so many CPU seconds."""

    rounds: int
    seconds: float


def parser_of_faces(purpose: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=purpose, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=Path, required=True, metavar="CSV", help="fer2013.csv or .csv.gz")
    parser.add_argument("--votes", type=Path, metavar="CSV", help="fer2013new.csv or .csv.gz")
    parser.add_argument("--split", choices=SPLITS, default="PublicTest")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    parser.add_argument("--rows", type=int, metavar="N", help="so many rows of the split; default all")
    parser.add_argument(
        "--quick", action="store_true", help="one short round, to see that it runs; its rates say nothing"
    )
    return parser


def read_split(options: argparse.Namespace) -> Faces:
    """The faces of the split, or --rows of them at even distances. Raises BadFile."""
    faces = read_faces(options.images)
    if options.votes:
        faces = with_votes(faces, options.votes)
    faces = faces.of(options.split)
    return faces.thinned(options.rows) if options.rows else faces


def effort(options: argparse.Namespace) -> Effort:
    return Effort(rounds=1, seconds=0.1) if options.quick else Effort(ROUNDS, SECONDS)


def asked(options: argparse.Namespace) -> dict[str, Any]:
    """What was measured, for the JSON of the figures."""
    return {
        "images": options.images.name,
        "split": options.split,
        "batch": BATCH,
        "rounds": effort(options).rounds,
    }


def accuracy_figures(scores: dict[str, Any]) -> dict[str, Any]:
    """Accuracies of an evaluation: FER2013's labels, and FER+'s majority where votes were given."""
    figures = {"n": scores["fer2013"]["n"], "accuracy": round(scores["fer2013"]["accuracy"], 4)}
    if "ferplus" in scores:
        ferplus = scores["ferplus"]
        figures |= {"n_ferplus": ferplus["n"], "accuracy_ferplus": round(ferplus["accuracy"], 4)}
    return figures
