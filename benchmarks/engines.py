"""The shipped network in several engines, on one pinned core: its rate, its accuracy, and how far its
probabilities are from those of torch in fp32, and from its own when each face is read alone.

python -m benchmarks.engines --images fer2013.csv.gz --votes fer2013new.csv --split PublicTest --json FILE

With --beside, other exported weights are measured too, each in the engine that serves.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import torch

from benchmarks import machine
from benchmarks.faces import accuracy_figures, asked, effort, parser_of_faces, read_split
from benchmarks.timing import BATCH, batches, pin_to_one_core, rates
from emotion.vision.engines import OUTPUTS, Engine, EngineMissing, OpenVinoEngine, TorchEngine
from emotion.vision.network import AttentionCNN
from emotion.vision.recogniser import WEIGHTS, Recogniser, Recognition, WeightsMissing, read_card, read_graph
from training.data.dataset import BadFile, Faces
from training.evaluation.evaluate import evaluate_faces
from training.fit.export import GRAPH, export
from training.fit.runs import load_network

READ_ALONE = 256  # so many faces are also read one at a time


class OnnxRuntime:
    def __init__(self, graph: bytes) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def run(self, crops: np.ndarray) -> tuple[np.ndarray, ...]:
        return tuple(self._session.run(list(OUTPUTS), {"crops": np.ascontiguousarray(crops)}))


def main() -> None:
    parser = parser_of_faces(__doc__ or "")
    parser.add_argument("--beside", type=Path, nargs="+", default=[], metavar="FOLDER", help="other weights")
    options = parser.parse_args()
    measured_on = machine.describe() | {"pinned_core": pin_to_one_core()}
    print(machine.in_words(measured_on), flush=True)
    torch.set_num_threads(1)
    try:
        faces, card = read_split(options), read_card(WEIGHTS)
        recognisers = {name: Recogniser(engine, card) for name, engine in engines(card).items()}
        recognisers |= {str(folder): Recogniser.load(folder) for folder in options.beside}
    except (BadFile, WeightsMissing, EngineMissing) as error:
        sys.exit(f"benchmarks.engines: {error}")
    results = measure_answers(recognisers, faces)
    works = {name: recogniser.recognise for name, recogniser in recognisers.items()}
    pace = effort(options)
    measured = rates(works, batches(faces.images), rounds=pace.rounds, seconds=pace.seconds)
    for name, faces_per_s in measured.items():
        results[name]["faces_per_s"] = faces_per_s
        show(name, results[name])
    if options.json:
        kept = {
            "version": card["version"],
            "engines": results,
            "asked": asked(options),
            "machine": measured_on,
        }
        options.json.write_text(json.dumps(kept, indent=2) + "\n")


def engines(card: dict[str, Any]) -> dict[str, Engine]:
    """Engines by name. The first is the reference of the others. Raises BadFile and WeightsMissing."""
    plain, served = WEIGHTS / card["weights"]["file"], read_graph(WEIGHTS, card)
    with tempfile.TemporaryDirectory() as folder:
        network = load_network(plain)
        assert isinstance(network, AttentionCNN), "only an AttentionCNN is ever shipped"
        export(network, Path(folder), calibration_faces=None, provenance={})
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


def measure_answers(recognisers: dict[str, Recogniser], faces: Faces) -> dict[str, dict[str, Any]]:
    """Accuracies of each recogniser, and how far its answers are from the first one's and from its own."""
    results: dict[str, dict[str, Any]] = {}
    reference: Recognition | None = None
    for name, recogniser in recognisers.items():
        evaluation = evaluate_faces(recogniser, faces)
        answers = evaluation.recognition
        reference = reference or answers
        results[name] = accuracy_figures(evaluation.as_dict()) | {
            "read_alone": min(READ_ALONE, len(faces)),
            "largest_change_alone": _change_when_read_alone(recogniser, faces.images, answers),
            "largest_change": _largest_change(answers, reference),
            "change": _changes(answers, reference),
            "same_expression": round(
                float((answers.probabilities.argmax(1) == reference.probabilities.argmax(1)).mean()), 4
            ),
        }
    return results


def _change_when_read_alone(recogniser: Recogniser, images: np.ndarray, answers: Recognition) -> float:
    """The largest change of a probability for the first READ_ALONE faces."""
    changes = []
    for number in range(min(READ_ALONE, len(images))):
        alone = recogniser.recognise(images[number : number + 1])
        changes.append(_largest_change(alone, answers, start=number))
    return max(changes)


def _largest_change(some: Recognition, others: Recognition, start: int = 0) -> float:
    """The largest difference of a probability in either head; `some` are the others from `start` on."""
    here = slice(start, start + len(some.probabilities))
    heads = ((some.probabilities, others.probabilities[here]), (some.fer2013, others.fer2013[here]))
    return round(float(max(np.abs(one - other).max() for one, other in heads)), 6)


def _changes(some: Recognition, others: Recognition) -> dict[str, dict[str, float]]:
    """For each head, how far the most changed probability of a face moves: median and 99 % quantile."""
    heads = {
        "expressions": np.abs(some.probabilities - others.probabilities).max(1),
        "fer2013": np.abs(some.fer2013 - others.fer2013).max(1),
    }
    return {
        head: {"median": round(float(np.median(moved)), 4), "99 %": round(float(np.quantile(moved, 0.99)), 4)}
        for head, moved in heads.items()
    }


def show(name: str, found: dict[str, Any]) -> None:
    ferplus = f"{100 * found['accuracy_ferplus']:.2f} %" if "accuracy_ferplus" in found else "not asked"
    print(
        f"{name:<32} {found['faces_per_s']:>7,.0f} faces/s   FER2013 {100 * found['accuracy']:.2f} %   "
        f"FER+ {ferplus}   largest change from the first {found['largest_change']:.3f}, "
        f"same expression {100 * found['same_expression']:.1f} %, "
        f"read alone and among {BATCH} {found['largest_change_alone']:.6f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
