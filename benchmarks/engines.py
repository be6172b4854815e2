"""The shipped network in several engines, on one pinned thread: how fast, how right, and how far each answers
otherwise than torch in fp32, or otherwise than itself with other faces in the batch.

python benchmarks/engines.py --images fer2013.csv.gz --votes fer2013new.csv --split PublicTest --json FILE

With --beside, other exported weights take their turns too, each in the engine that serves.
"""

import json
import statistics
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, from anywhere

import numpy as np  # noqa: E402
import onnxruntime as ort  # noqa: E402
import torch  # noqa: E402

from benchmarks import machine  # noqa: E402
from benchmarks.peers.comparison import Task  # noqa: E402
from benchmarks.recogniser import (  # noqa: E402
    BATCH,
    ROUNDS,
    SECONDS,
    batches,
    parser_of_rows,
    pin_to_one_core,
    rate,
    rows,
)
from emotion.vision.engines import OUTPUTS, EngineMissing, OpenVinoEngine, TorchEngine  # noqa: E402
from emotion.vision.recogniser import WEIGHTS, Recogniser, Recognition, WeightsMissing, read_card, read_graph  # noqa: E402
from training.data.dataset import BadFile  # noqa: E402
from training.evaluation.evaluate import evaluate_faces  # noqa: E402
from training.fit.export import GRAPH, export  # noqa: E402
from training.fit.runs import load_network  # noqa: E402

READ_ALONE = 256  # so many faces are also read one at a time


class Engine(Protocol):
    def run(self, crops: np.ndarray) -> tuple[np.ndarray, ...]: ...


class OnnxRuntime:
    def __init__(self, graph: bytes):
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def run(self, crops: np.ndarray) -> tuple[np.ndarray, ...]:
        return tuple(self._session.run(list(OUTPUTS), {"crops": np.ascontiguousarray(crops)}))


def main() -> None:
    parser = parser_of_rows(__doc__)
    parser.add_argument("--beside", type=Path, nargs="+", default=[], metavar="FOLDER", help="other weights")
    options = parser.parse_args()
    measured_on = machine.describe() | {"pinned_core": pin_to_one_core()}
    torch.set_num_threads(1)
    rounds, seconds = (1, 0.1) if options.quick else (ROUNDS, SECONDS)
    try:
        task, card = Task(rows(options), [], BATCH, rounds, seconds), read_card(WEIGHTS)
        recognisers = {name: Recogniser(engine, card) for name, engine in engines(card).items()}
        recognisers |= {str(folder): Recogniser.load(folder) for folder in options.beside}
    except (BadFile, WeightsMissing, EngineMissing) as error:
        sys.exit(f"benchmarks/engines.py: {error}")
    results, reference = {}, None
    for name, recogniser in recognisers.items():
        results[name], answers = answers_of(recogniser, task)
        reference = reference or answers
        results[name]["largest_change"] = _apart(answers, reference)
        results[name]["change"] = _changes(answers, reference)
        results[name]["same_expression"] = _same(answers, reference)
    for name, faces_per_s in rates(recognisers, task).items():
        results[name]["faces_per_s"] = faces_per_s
        describe(name, results[name])
    asked = {"images": options.images.name, "split": options.split, "batch": BATCH, "rounds": rounds}
    if options.json:
        kept = {"version": card["version"], "engines": results, "asked": asked, "machine": measured_on}
        options.json.write_text(json.dumps(kept, indent=2) + "\n")


def engines(card: dict) -> dict[str, Engine]:
    """By name; the first is what the others are compared with. Raises BadFile and WeightsMissing."""
    plain, served = WEIGHTS / card["weights"]["file"], read_graph(WEIGHTS, card)
    with tempfile.TemporaryDirectory() as folder:
        export(load_network(plain), Path(folder), calibration_faces=None, provenance={})
        exact = (Path(folder) / GRAPH).read_bytes()
    return {
        "torch fp32": TorchEngine(plain, card["network"], "cpu"),
        "ONNX Runtime fp32": OnnxRuntime(exact),
        "OpenVINO fp32": OpenVinoEngine(exact, threads=1),
        "OpenVINO bf16": OpenVinoEngine(exact, threads=1, precision="bf16"),
        "ONNX Runtime int8": OnnxRuntime(served),
        "OpenVINO int8, rest bf16": OpenVinoEngine(served, threads=1, precision="bf16"),
        "served": OpenVinoEngine(served, threads=1),
    }


def rates(recognisers: dict[str, Recogniser], task: Task) -> dict[str, float]:
    """Faces per second of CPU time, the median over the rounds. All engines take turns, so that an hour that
    is slower for one is slower for all.
    """
    supply, one_round = batches(task.faces.images), replace(task, rounds=1)
    rounds = [
        {name: rate(recogniser.recognise, supply, one_round) for name, recogniser in recognisers.items()}
        for _ in range(task.rounds)
    ]
    return {name: statistics.median(found[name] for found in rounds) for name in recognisers}


def answers_of(recogniser: Recogniser, task: Task) -> tuple[dict, Recognition]:
    evaluation = evaluate_faces(recogniser, task.faces)
    scores, answers = evaluation.as_dict(), evaluation.recognition
    some = task.faces.images[:READ_ALONE]
    alone = [recogniser.recognise(some[n : n + 1]) for n in range(len(some))]
    found = {
        "n": scores["fer2013"]["n"],
        "accuracy": round(scores["fer2013"]["accuracy"], 4),
        "read_alone": len(some),
        "largest_change_alone": max(_apart(one, answers, n) for n, one in enumerate(alone)),
    }
    if "ferplus" in scores:
        ferplus = scores["ferplus"]
        found |= {"n_ferplus": ferplus["n"], "accuracy_ferplus": round(ferplus["accuracy"], 4)}
    return found, answers


def _apart(some: Recognition, others: Recognition, start: int = 0) -> float:
    """The largest difference of a probability, in either head, from the others' rows from ``start`` on."""
    here = slice(start, start + len(some.probabilities))
    heads = ((some.probabilities, others.probabilities[here]), (some.fer2013, others.fer2013[here]))
    return round(float(max(np.abs(one - other).max() for one, other in heads)), 6)


def _changes(some: Recognition, others: Recognition) -> dict[str, dict[str, float]]:
    """By head, how far the most changed probability of a face moves: for half of the faces at most, and for
    99 in 100.
    """
    heads = {
        "expressions": np.abs(some.probabilities - others.probabilities).max(1),
        "fer2013": np.abs(some.fer2013 - others.fer2013).max(1),
    }
    return {
        head: {"median": round(float(np.median(moved)), 4), "99 %": round(float(np.quantile(moved, 0.99)), 4)}
        for head, moved in heads.items()
    }


def _same(some: Recognition, others: Recognition) -> float:
    """The share of faces to which both give the same expression."""
    return round(float((some.probabilities.argmax(1) == others.probabilities.argmax(1)).mean()), 4)


def describe(name: str, found: dict) -> None:
    ferplus = f"{100 * found['accuracy_ferplus']:.2f} %" if "accuracy_ferplus" in found else "not asked"
    print(
        f"{name:<32} {found['faces_per_s']:>7,.0f} faces/s   FER2013 {100 * found['accuracy']:.2f} %   "
        f"FER+ {ferplus}   largest change from the first {found['largest_change']:.3f}, "
        f"same expression {100 * found['same_expression']:.1f} %, "
        f"alone from among {BATCH} {found['largest_change_alone']:.6f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
