"""The shipped network in several engines, on one pinned thread: how fast, how right, and how far each answers
otherwise than torch in fp32, or otherwise than itself with other faces in the batch.

python benchmarks/engines.py --images fer2013.csv.gz --votes fer2013new.csv --split PublicTest --json FILE
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, from anywhere

import numpy as np  # noqa: E402
import onnxruntime as ort  # noqa: E402
import openvino as ov  # noqa: E402
import torch  # noqa: E402

from benchmarks import machine  # noqa: E402
from benchmarks.peers.comparison import Task  # noqa: E402
from benchmarks.recogniser import (  # noqa: E402
    BATCH,
    ROUNDS,
    SECONDS,
    add_rows,
    batches,
    pin_to_one_core,
    rate,
    rows,
)
from emotion.engines import OUTPUTS, OpenVinoEngine, TorchEngine  # noqa: E402
from emotion.recogniser import WEIGHTS, Recogniser, Recognition, WeightsMissing, read_card, read_graph  # noqa: E402
from emotion.training.dataset import BadFile  # noqa: E402
from emotion.training.evaluate import evaluate_faces  # noqa: E402
from emotion.training.export import write_graph  # noqa: E402
from emotion.training.runs import load_network  # noqa: E402

COMPANY = 256  # faces that are also read in other batches


class Engine(Protocol):
    def run(self, crops: np.ndarray) -> tuple[np.ndarray, ...]: ...


class OpenVinoIn:
    """OpenVINO with everything that is not int8 in this precision, whatever the CPU would like better."""

    def __init__(self, graph: bytes, precision: str):
        core = ov.Core()
        settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": precision}
        self._request = core.compile_model(core.read_model(graph), "CPU", settings).create_infer_request()

    def run(self, crops: np.ndarray) -> tuple[np.ndarray, ...]:
        found = self._request.infer({"crops": np.ascontiguousarray(crops)})
        return tuple(np.array(found[name], dtype=np.float32) for name in OUTPUTS)


class OnnxRuntime:
    def __init__(self, graph: bytes):
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def run(self, crops: np.ndarray) -> tuple[np.ndarray, ...]:
        return tuple(self._session.run(list(OUTPUTS), {"crops": np.ascontiguousarray(crops)}))


def main() -> None:
    options = _parser().parse_args()
    measured_on = machine.describe() | {"pinned_core": pin_to_one_core()}
    torch.set_num_threads(1)
    try:
        faces, card = rows(options), read_card(WEIGHTS)
        read_graph(WEIGHTS, card)
    except (BadFile, WeightsMissing) as error:
        sys.exit(f"benchmarks/engines.py: {error}")
    task = Task(faces, [], BATCH, *((1, 0.1) if options.quick else (ROUNDS, SECONDS)))
    results, reference = {}, None
    with engines(card) as made:
        for name, make in made.items():
            recogniser = Recogniser(make(), card)
            found, answers = measure(recogniser, task)
            reference = reference or answers
            found["largest_change"] = _apart(answers, reference)
            found["same_expression"] = _same(answers, reference)
            results[name] = found
            describe(name, found)
    asked = {"images": options.images.name, "split": options.split, "batch": BATCH, "rounds": task.rounds}
    if options.json:
        kept = {"version": card["version"], "engines": results, "asked": asked, "machine": measured_on}
        options.json.write_text(json.dumps(kept, indent=2) + "\n")


@contextmanager
def engines(card: dict) -> Iterator[dict[str, Callable[[], Engine]]]:
    """By name, each made when it is its turn; the first is what the others are compared with."""
    plain, served = WEIGHTS / card["weights"]["file"], read_graph(WEIGHTS, card)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fp32.onnx"
        write_graph(load_network(plain), path)
        exact = path.read_bytes()
        yield {
            "torch fp32": lambda: TorchEngine(plain, card["network"], "cpu"),
            "ONNX Runtime fp32": lambda: OnnxRuntime(exact),
            "OpenVINO fp32": lambda: OpenVinoIn(exact, "f32"),
            "OpenVINO bf16": lambda: OpenVinoIn(exact, "bf16"),
            "ONNX Runtime int8 stages": lambda: OnnxRuntime(served),
            "OpenVINO int8 stages, rest fp32": lambda: OpenVinoIn(served, "f32"),
            "served": lambda: OpenVinoEngine(served, threads=1),
        }


def measure(recogniser: Recogniser, task: Task) -> tuple[dict, Recognition]:
    evaluation = evaluate_faces(recogniser, task.faces)
    scores, answers = evaluation.as_dict(), evaluation.recognition
    one_at_a_time = task.faces.images[:COMPANY]
    alone = [recogniser.recognise(one_at_a_time[n : n + 1]) for n in range(len(one_at_a_time))]
    change = max(_apart(one, answers, n) for n, one in enumerate(alone))
    found = {
        "faces_per_s": rate(recogniser.recognise, batches(task.faces.images), task),
        "n": scores["fer2013"]["n"],
        "accuracy": round(scores["fer2013"]["accuracy"], 4),
        "largest_change_alone": change,
    }
    if "ferplus" in scores:
        found |= {
            "n_ferplus": scores["ferplus"]["n"],
            "accuracy_ferplus": round(scores["ferplus"]["accuracy"], 4),
        }
    return found, answers


def _apart(some: Recognition, others: Recognition, start: int = 0) -> float:
    """The largest difference of a probability, in either head, from the others' rows from ``start`` on."""
    here = slice(start, start + len(some.probabilities))
    heads = ((some.probabilities, others.probabilities[here]), (some.fer2013, others.fer2013[here]))
    return round(float(max(np.abs(one - other).max() for one, other in heads)), 6)


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_rows(parser)
    return parser


if __name__ == "__main__":
    main()
