"""The recogniser on one pinned core, next to what people use today: accuracy, and faces and whole webcam
frames per second of CPU time, on the same images in the same run.

python -m benchmarks.recogniser --images fer2013.csv.gz --votes fer2013new.csv --split PublicTest --json FILE
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.faces import Effort, accuracy_figures, asked, effort, parser_of_faces, read_split
from benchmarks.peers.comparison import UNSURE, Task, frame_shares, measure_peer
from benchmarks.peers.installation import PEER_LIST, read_peers
from benchmarks.timing import batches, pin_to_one_core, rate
from demo.product import ROOT
from demo.video import Look, jpegs
from emotion.vision import EngineMissing, Observation, Reader, Recogniser, WeightsMissing
from emotion.vision.states import FaceState
from training.data.dataset import BadFile
from training.evaluation.evaluate import evaluate_faces


def main() -> None:
    options = _parser().parse_args()
    peers = [
        peer for peer in read_peers(options.peer_list) if options.only is None or peer.name in options.only
    ]
    measured_on = machine.describe() | {"pinned_core": pin_to_one_core()}
    print(machine.in_words(measured_on), flush=True)
    try:
        task = Task(read_split(options), jpegs(Look.number(0)), effort(options))
        ours = measure_ours(task)
    except (BadFile, EngineMissing, WeightsMissing) as error:
        sys.exit(f"benchmarks.recogniser: {error}")
    show("ours", ours)
    results: dict[str, Any] = {"ours": ours, "peers": {}}
    for peer in peers:
        results["peers"][peer.name] = measure_peer(peer, options.peers, task)
        show(peer.name, results["peers"][peer.name])
    if options.json:
        kept = results | {"asked": asked(options), "machine": measured_on}
        options.json.write_text(json.dumps(kept, indent=2) + "\n")


def measure_ours(task: Task) -> dict[str, Any]:
    recogniser = Recogniser.load(threads=1)
    reader = Reader(recogniser)
    observations = reader.read(task.frames)
    figures = {
        "version": recogniser.version,
        "faces_per_s": _rate(recogniser.recognise, task.faces.images, task.effort),
        "frames_per_s": _rate(reader.read, task.frames, task.effort),
        **frame_shares([answer(seen) for seen in observations]),
    }
    return figures | accuracy_figures(evaluate_faces(recogniser, task.faces).as_dict())


def answer(seen: Observation) -> str | None:
    """What a peer would have answered. A face that was refused for its light or pose counts as UNSURE."""
    return None if seen.state == FaceState.NONE else seen.expression or UNSURE


def _rate(work: Any, items: Any, effort: Effort) -> float:
    return rate(work, batches(items), rounds=effort.rounds, seconds=effort.seconds)


def show(name: str, found: dict[str, Any]) -> None:
    if "failed" in found:
        print(f"{name:<14} FAILED: {found['failed']}", flush=True)
        return
    ferplus = f"{100 * found['accuracy_ferplus']:.1f} %" if "accuracy_ferplus" in found else "not asked"
    print(
        f"{name:<14} {found['faces_per_s']:>7,.0f} faces/s {found['frames_per_s']:>6,.1f} frames/s   "
        f"FER2013 {100 * found['accuracy']:.1f} %   FER+ {ferplus}   "
        f"frames: {100 * found['frames_answered']:.0f} % answered, "
        f"{100 * found['frames_unsure']:.0f} % unsure, "
        f"{100 * found['frames_without_face']:.0f} % no face",
        flush=True,
    )


def _parser() -> argparse.ArgumentParser:
    parser = parser_of_faces(__doc__ or "")
    parser.add_argument("--only", nargs="*", metavar="PEER", help="these of the list; default all of them")
    parser.add_argument(
        "--peers",
        type=Path,
        default=ROOT / "runs" / "peers",
        metavar="FOLDER",
        help="where they are installed; default runs/peers",
    )
    parser.add_argument(
        "--peer-list",
        type=Path,
        default=PEER_LIST,
        metavar="TOML",
        help="default: that of benchmarks/peers",
    )
    return parser


if __name__ == "__main__":
    main()
