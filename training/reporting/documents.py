"""The tables and headlines of docs/model-card.md, written anew from what the other commands measured.

What is said between them is written by hand: a table cannot know what its figures mean.
"""

import json
import textwrap
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from training.data.dataset import BadFile
from training.evaluation.metrics import wilson
from training.evaluation.trials.rows import line

CARD = Path("docs/model-card.md")
FIGURES = Path("docs/figures")
WIDTH = 120  # of a line of the card's text
HEADLINES = {"fer2013": "FER2013, original 7 labels", "ferplus": "FER+ majority, 8 classes"}
CELLS = {
    "none": "neither",
    "region": "region attention only",
    "self": "self-attention only",
    "both": "both (the shape that ships)",
}
LEANT = ("sadness", "disgust", "fear", "contempt", "neutral")  # rare classes, and the one that pays for them


def with_figures(text: str, weights: Path, figures: Path) -> str:
    """The card's text with every table and headline from ``weights``/card.json and the JSON in ``figures``.

    Raises BadFile where one is missing, or the text has lost a headline or the head of a table.
    """
    scores = _read(weights / "card.json")["metrics"]["PublicTest"]
    rare = _read(figures / "rare.json")
    engines = _read(figures / "engines.json")
    robustness = _read(figures / "robustness.json")
    ablation = _read(figures / "ablation.json")
    peers = _read(figures / "recogniser.json")
    elsewhere = _read(figures / "elsewhere.json")
    for name, title in HEADLINES.items():
        text = _with_paragraph(text, f"**{title}**: ", _headline(scores[name]))
    text = _with_paragraph(text, "**Another source**: ", _elsewhere(elsewhere))
    for head, rows in (
        ("| true class | recall % (95 %) | angry", _confusion(scores["fer2013"])),
        ("| true class | recall % (95 %) | neutral", _confusion(scores["ferplus"])),
        ("| labelled | recall % (95 %) | neutral", _confusion(elsewhere["ferplus"])),
        ("| FER+ leaning |", _leanings(rare["ferplus"])),
        ("| engine and graph |", _engines(engines["engines"])),
        ("| attention | MMACs |", _ablation(ablation["cells"])),
        ("| condition | what |", _conditions(robustness["conditions"])),
        ("| condition | read % |", _webcam(robustness["webcam"])),
        ("| kind | case |", _trials(robustness["trials"])),
        ("| package | faces/s |", _peers(peers)),
    ):
        text = _with_rows(text, head, rows)
    return text


def text_of(path: Path) -> str:
    """Raises BadFile where there is none."""
    try:
        return path.read_text()
    except FileNotFoundError:
        raise BadFile(f"{path} is missing; {CARD} has the commands that measure") from None


def _read(path: Path) -> dict:
    return json.loads(text_of(path))


def _with_paragraph(text: str, start: str, said: str) -> str:
    before, found, after = text.partition(f"\n\n{start}")
    if not found:
        raise BadFile(f"the card has no paragraph that begins with {start!r}")
    _, end, after = after.partition("\n\n")
    return f"{before}\n\n{textwrap.fill(start + said, WIDTH, break_on_hyphens=False)}{end}{after}"


def _with_rows(text: str, head: str, rows: Iterable[str]) -> str:
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.startswith(head)), None)
    if first is None:
        raise BadFile(f"the card has no table that begins with {head!r}")
    first += 2  # the head and the rule below it stay
    end = next(number for number in range(first, len(lines)) if not lines[number].startswith("|"))
    return "\n".join([*lines[:first], *rows, *lines[end:]])


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f}"


def _trials(rows: list[dict]) -> list[str]:
    """Those that the card has room for; the others are in the JSON."""
    return [line(row) for row in rows if row["kind"] != "light" and "strength" not in row["case"]]


def _headline(score: dict) -> str:
    low, high = score["macro_f1_interval"]
    other = score["without_seen"]
    return (
        f"n = {score['n']}, accuracy **{_percent(score['accuracy'], 2)} %** ({_accuracy_interval(score)}), "
        f"macro-F1 {_percent(score['macro_f1'], 2)} % ({_percent(low)} to {_percent(high)}). "
        "Without the rows whose image is also in Training: "
        f"{_percent(other['accuracy'], 2)} % ({_accuracy_interval(other)}), n = {other['n']}."
    )


def _elsewhere(found: dict) -> str:
    n, seen, votes, labels = found["n"], found["states"]["seen"], found["ferplus"], found["fer2013"]
    return (
        f"a face was read in {seen:,} of {n:,} pictures, {_percent(seen / n)} % ({wilson(seen, n)}). "
        f"FER+ head: accuracy **{_percent(votes['accuracy'], 2)} %** ({_accuracy_interval(votes)}), macro-F1 "
        f"{_percent(votes['macro_f1'], 2)} %; of all pictures, those not read counted as wrong, "
        f"{_percent(votes['accuracy_of_all'], 2)} %. FER2013 head: accuracy "
        f"{_percent(labels['accuracy'], 2)} % ({_accuracy_interval(labels)})."
    )


def _accuracy_interval(score: dict) -> str:
    return str(wilson(int(np.trace(score["confusion"])), score["n"]))


def _confusion(score: dict) -> list[str]:
    counts = score["confusion"]
    return [
        _row(name, f"{_percent(recall)} ({wilson(counts[place][place], sum(counts[place]))})", *counts[place])
        for place, (name, recall) in enumerate(score["recall"].items())
    ]


def _leanings(leanings: dict) -> list[str]:
    return [
        _row(
            "0 (served)" if float(leaning) == 0 else f"{float(leaning):g}",
            _percent(score["accuracy"], 2),
            _percent(score["macro_f1"], 2),
            *(_percent(score["recall"][name]) for name in LEANT),
        )
        for leaning, score in leanings.items()
    ]


def _engines(engines: dict) -> list[str]:
    return [
        _row(
            "**OpenVINO int8, rest fp32 (served)**" if name == "served" else name,
            f"{engine['faces_per_s']:,.0f}",
            _percent(engine["accuracy"], 2),
            _percent(engine["accuracy_ferplus"], 2),
            f"{engine['largest_change']:.3f}",
            _percent(engine["same_expression"]),
        )
        for name, engine in engines.items()
    ]


def _ablation(cells: dict) -> list[str]:
    return [
        _row(CELLS[name], f"{cell['macs'] / 1e6:.0f}", _seeds(cell["fer2013"]), _seeds(cell["ferplus"]))
        for name, cell in cells.items()
    ]


def _seeds(reached: dict) -> str:
    runs = ", ".join(_percent(run, 2) for run in reached["runs"])
    return f"{_percent(reached['mean'], 2)} ± {_percent(reached['deviation'], 2)} ({runs})"


def _conditions(conditions: dict) -> list[str]:
    return [
        _row(
            name,
            found["what"],
            _with_interval(found["fer2013"]),
            f"{100 * found['fer2013']['change']:+.1f}",
            _with_interval(found["ferplus"]),
            f"{100 * found['ferplus']['change']:+.1f}",
            _percent(found["answered"]),
            _with_interval(found["ferplus_answers_right"]),
        )
        for name, found in conditions.items()
    ]


def _with_interval(score: dict) -> str:
    low, high = score["interval"]
    return f"{_percent(score['accuracy'])} ({_percent(low)} to {_percent(high)})"


def _webcam(conditions: dict) -> list[str]:
    return [
        _row(
            name,
            *(_percent(found[state], 0) for state in ("seen", "unsure", "none", "too_dark")),
            "none read" if found["same"] is None else _percent(found["same"], 0),
        )
        for name, found in conditions.items()
    ]


def _peers(measured: dict) -> list[str]:
    ours = measured["ours"]
    named = {f"**this network** ({ours['version']})": ours}
    named |= {peer["package"]: peer for peer in measured["peers"].values() if "package" in peer}
    return [
        _row(
            name,
            f"{found['faces_per_s']:,.0f}",
            f"{found['frames_per_s']:.1f}",
            _percent(found["accuracy"]),
            _percent(found["accuracy_ferplus"]),
            _percent(found["frames_answered"], 0),
        )
        for name, found in named.items()
    ]
