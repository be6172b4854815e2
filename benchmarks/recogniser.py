"""The recogniser alone on one pinned thread: faces and whole webcam frames a second, and its accuracy on
the same run.

python benchmarks/recogniser.py --images fer2013.csv.gz --votes fer2013new.csv --split PublicTest --json FILE
"""

import argparse
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, from anywhere

import cv2  # noqa: E402
import numpy as np  # noqa: E402

from benchmarks import machine  # noqa: E402
from benchmarks.video import Look, jpegs  # noqa: E402
from emotion.faces import FaceReader  # noqa: E402
from emotion.recogniser import Recogniser, WeightsMissing  # noqa: E402
from emotion.training.dataset import SPLITS, BadFile  # noqa: E402
from emotion.training.evaluate import evaluate  # noqa: E402

BATCH = 32
ROUNDS = 7  # the median of these is reported: a shared core is disturbed now and then
SECONDS = 1.0  # per round


def main() -> None:
    options = _parser().parse_args()
    pinned = pin_to_one_core()
    try:
        ours = measure(options)
    except (BadFile, WeightsMissing) as error:
        sys.exit(f"benchmarks/recogniser.py: {error}")
    results = {"ours": ours, "machine": machine.describe() | {"pinned_core": pinned}}
    print(json.dumps(results, indent=2))
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


def measure(options: argparse.Namespace) -> dict:
    recogniser = Recogniser.load(threads=1)
    evaluation = evaluate(recogniser, options.images, options.votes, options.split)
    accuracies = {name: scores["accuracy"] for name, scores in evaluation.as_dict().items()}
    return {
        "faces_per_s": rate(lambda faces: recogniser.recognise(faces), batches(evaluation.faces.images)),
        "frames_per_s": rate(_frame_reading(recogniser), batches(jpegs(Look.number(0)))),
        "accuracy": accuracies,
        "version": recogniser.version,
    }


def rate(work: Callable, supply: Iterator) -> float:
    """Faces or frames a second, the median over the rounds."""
    work(next(supply))
    return round(statistics.median(_round(work, supply) for _ in range(ROUNDS)), 1)


def _round(work: Callable, supply: Iterator) -> float:
    done, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < SECONDS:
        batch = next(supply)
        work(batch)
        done += len(batch)
    return done / elapsed


def _frame_reading(recogniser: Recogniser) -> Callable[[Sequence[bytes]], None]:
    """What the worker does with a batch: decode, detect, align, classify; a detection on every frame."""
    reader = FaceReader(crop_size=recogniser.input_size)

    def read(frames: Sequence[bytes]) -> None:
        crops = [view.crop for view in map(reader.view, frames) if view.crop is not None]
        recogniser.recognise(np.stack(crops))

    return read


def batches(items: Sequence) -> Iterator:
    """Full batches, again and again."""
    starts = range(0, len(items) - BATCH + 1, BATCH)
    return (items[start : start + BATCH] for start in itertools.cycle(starts))


def pin_to_one_core() -> int | None:
    """The core, or None where the system cannot pin."""
    cv2.setNumThreads(1)
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=Path, required=True, metavar="CSV", help="fer2013.csv or .csv.gz")
    parser.add_argument("--votes", type=Path, metavar="CSV", help="fer2013new.csv or .csv.gz")
    parser.add_argument("--split", choices=SPLITS, default="PublicTest")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


if __name__ == "__main__":
    main()
