"""The recogniser on one pinned thread, next to what people use today: faces and whole webcam frames a second
of CPU time, and accuracy on the same images in the same run.

python benchmarks/recogniser.py --images fer2013.csv.gz --votes fer2013new.csv --split PublicTest --json FILE
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, from anywhere

import cv2  # noqa: E402

from benchmarks import machine  # noqa: E402
from benchmarks.peers.comparison import Task, measure_peer, share  # noqa: E402
from benchmarks.peers.installation import PEERS  # noqa: E402
from demo.video import Look, jpegs  # noqa: E402
from emotion.vision.engines import EngineMissing  # noqa: E402
from emotion.vision.reader import Reader  # noqa: E402
from emotion.vision.recogniser import Recogniser, WeightsMissing  # noqa: E402
from training.data.dataset import SPLITS, BadFile, Faces, read_faces, with_votes  # noqa: E402
from training.evaluation.evaluate import evaluate_faces  # noqa: E402

BATCH = 32
ROUNDS = 7
SECONDS = 1.0


def main() -> None:
    options = _parser().parse_args()
    measured_on = machine.describe() | {"pinned_core": pin_to_one_core()}
    try:
        rounds, seconds = (1, 0.1) if options.quick else (ROUNDS, SECONDS)
        task = Task(rows(options), jpegs(Look.number(0)), BATCH, rounds, seconds)
        results = {"ours": measure(task)}
    except (BadFile, EngineMissing, WeightsMissing) as error:
        sys.exit(f"benchmarks/recogniser.py: {error}")
    describe("ours", results["ours"])
    results["peers"] = {}
    for peer in PEERS:
        if peer.name in options.only:
            results["peers"][peer.name] = measure_peer(peer, options.peers, task)
            describe(peer.name, results["peers"][peer.name])
    asked = {"images": options.images.name, "split": options.split, "batch": BATCH, "rounds": rounds}
    results |= {"asked": asked, "machine": measured_on}
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


def rows(options: argparse.Namespace) -> Faces:
    """The split, or --rows of it at even distances. Raises BadFile."""
    faces = read_faces(options.images)
    if options.votes:
        faces = with_votes(faces, options.votes)
    faces = faces.of(options.split)
    return faces.thinned(options.rows) if options.rows else faces


def measure(task: Task) -> dict:
    recogniser = Recogniser.load(threads=1)
    reader = Reader(recogniser)
    scores = evaluate_faces(recogniser, task.faces).as_dict()
    images, frames = task.faces.images, task.frames
    observations = reader.read(frames)
    figures = {
        "version": recogniser.version,
        "faces_per_s": rate(recogniser.recognise, batches(images), task),
        "frames_per_s": rate(reader.read, batches(frames), task),
        "frames_answered": share(seen.crop is not None for seen in observations),
        "n": scores["fer2013"]["n"],
        "accuracy": round(scores["fer2013"]["accuracy"], 4),
    }
    if "ferplus" in scores:
        ferplus = scores["ferplus"]
        figures |= {"n_ferplus": ferplus["n"], "accuracy_ferplus": round(ferplus["accuracy"], 4)}
    return figures


def rate(work: Callable, supply: Iterator[Sequence], task: Task) -> float:
    """Faces or frames per second of CPU time, the median over the rounds. On a core of one's own that is
    time on the clock; a neighbour's share of a busy one is not counted."""
    work(next(supply))
    return round(statistics.median(_round(work, supply, task.seconds) for _ in range(task.rounds)), 1)


def _round(work: Callable, supply: Iterator[Sequence], seconds: float) -> float:
    done, started = 0, time.process_time()
    while (spent := time.process_time() - started) < seconds:
        batch = next(supply)
        work(batch)
        done += len(batch)
    return done / spent


def batches(items: Sequence) -> Iterator[Sequence]:
    """Full batches, again and again; all there is where it is less than one."""
    starts = range(0, max(1, len(items) - BATCH + 1), BATCH)
    return (items[start : start + BATCH] for start in cycle(starts))


def pin_to_one_core() -> int | None:
    """The core, for this process and its children, or None where the system cannot pin."""
    cv2.setNumThreads(1)
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def describe(name: str, found: dict) -> None:
    if "failed" in found:
        print(f"{name:<14} FAILED: {found['failed']}", flush=True)
        return
    ferplus = f"{100 * found['accuracy_ferplus']:.1f} %" if "accuracy_ferplus" in found else "not asked"
    print(
        f"{name:<14} {found['faces_per_s']:>7,.0f} faces/s {found['frames_per_s']:>6,.1f} frames/s   "
        f"FER2013 {100 * found['accuracy']:.1f} %   FER+ {ferplus}   "
        f"answers {100 * found['frames_answered']:.0f} % of the frames",
        flush=True,
    )


def _parser() -> argparse.ArgumentParser:
    parser = parser_of_rows(__doc__)
    names = [peer.name for peer in PEERS]
    parser.add_argument(
        "--only", nargs="*", choices=names, default=names, metavar="PEER", help=f"of {', '.join(names)}"
    )
    peers = ROOT / "runs" / "peers"
    parser.add_argument(
        "--peers", type=Path, default=peers, metavar="FOLDER", help="installed here; default runs/peers"
    )
    return parser


def parser_of_rows(purpose: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=purpose, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=Path, required=True, metavar="CSV", help="fer2013.csv or .csv.gz")
    parser.add_argument("--votes", type=Path, metavar="CSV", help="fer2013new.csv or .csv.gz")
    parser.add_argument("--split", choices=SPLITS, default="PublicTest")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--rows", type=int, metavar="N", help="so many rows of the split; default all")
    parser.add_argument(
        "--quick", action="store_true", help="one short round: does it run? No figures to quote"
    )
    return parser


if __name__ == "__main__":
    main()
