"""The generated tables and headlines of DOCUMENTS: python -m training card

Their figures come from the weights' card.json and the JSON files that the other commands wrote. What is said
between them is written by people, since a table cannot know what its figures mean.
"""

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from training.data.dataset import BadFile
from training.evaluation.metrics import wilson
from training.evaluation.trials.rows import line
from training.fit.recipe import with_current_names

CARD = Path("docs/model-card.md")
DOCUMENTS = (CARD, Path("docs/experiments.md"), Path("docs/trials.md"))
FIGURES = Path("docs/figures")
WIDTH = 120  # characters in a line of text
HEADLINES = {"fer2013": "FER2013, original 7 labels", "ferplus": "FER+ majority, 8 classes"}
ABLATION_CELLS = {
    "none": "neither",
    "region": "region attention only",
    "self": "self-attention only",
    "both": "both (the shape that ships)",
}
# Trials of the model card, by kind and case: pictures that should not be read.
UNFIT = (
    ("covered", "real hands and things"),
    ("covered", "hand"),
    ("covered", "microphone"),
    ("covered", "shades"),
    ("covered", "mask"),
    ("turned", "by 90 degrees after the alignment"),
    ("still", "frozen camera"),
    ("nobody", "emoji: faces, people, animals"),
)
# Rare classes, and the common one that pays for them.
ADJUSTED_CLASSES = ("sadness", "disgust", "fear", "contempt", "neutral")


@dataclass(frozen=True)
class Generated:
    """A part of a document: the rows of the table with this head, or the paragraph with this beginning."""

    start: str
    content: str
    is_table: bool


def rewrite(documents: Sequence[Path], weights: Path, figures: Path) -> dict[Path, bool]:
    """Writes every generated part into the documents; returns which of them changed. Raises BadFile."""
    before = {path: text_of(path) for path in documents}
    after = with_figures(before, weights, figures)
    for path, text in after.items():
        path.write_text(text)
    return {path: after[path] != before[path] for path in before}


def with_figures(texts: dict[Path, str], weights: Path, figures: Path) -> dict[Path, str]:
    """The documents' texts with every generated part from ``weights``/card.json and the JSON in ``figures``.

    Raises BadFile where a file is missing, or where no document has the head of a table or a headline.
    """
    for part in _parts(weights, figures):
        holding = [path for path, text in texts.items() if f"\n\n{part.start}" in text]
        if not holding:
            where = " or ".join(map(str, texts))
            raise BadFile(f"{where} lost the part that begins with {part.start!r}")
        texts = texts | {path: _replaced(texts[path], part) for path in holding}
    return texts


def text_of(path: Path) -> str:
    """Raises BadFile where there is no such file."""
    try:
        return path.read_text()
    except FileNotFoundError:
        raise BadFile(f"{path} is missing; {CARD} has the commands that measure") from None


def _parts(weights: Path, figures: Path) -> Iterator[Generated]:
    render: Any = _environment().get_template("tables.md.j2").module
    card = with_current_names(_read(weights / "card.json"))
    scores = card["metrics"]["PublicTest"]
    adjusted, external = _read(figures / "logit_adjustment.json"), _read(figures / "external_test.json")
    robustness = _read(figures / "robustness.json")
    cells = _read(figures / "ablation.json")["cells"]
    summary = render.summary(scores["ferplus"], robustness["trials"])
    yield Generated("**In short**: ", summary.strip(), is_table=False)
    for name, title in HEADLINES.items():
        yield Generated(f"**{title}**: ", render.headline(scores[name]), is_table=False)
    yield Generated("**Another source**: ", render.external(external), is_table=False)
    yield Generated("**Calibrated on PublicTest**: ", render.calibration(card), is_table=False)
    for start, rows in (
        ("| true class | recall % (95 %) | angry", render.confusion(scores["fer2013"])),
        ("| true class | recall % (95 %) | neutral", render.confusion(scores["ferplus"])),
        ("| true class | rows |", render.recalls(scores["ferplus"])),
        ("| labelled | recall % (95 %) | neutral", render.confusion(external["ferplus"])),
        ("| tau |", render.adjustments(adjusted["ferplus"], ADJUSTED_CLASSES)),
        ("| engine and graph |", render.engines(_read(figures / "engines.json")["engines"])),
        ("| attention | MMACs |", render.ablation(cells, ABLATION_CELLS)),
        ("| condition | what |", render.conditions(robustness["conditions"])),
        ("| condition | read % |", render.webcam(robustness["webcam"])),
        ("| kind | case |", render.trials(_shown(robustness["trials"]))),
        ("| webcam condition |", render.answered(robustness["conditions"])),
        ("| picture | still read, % |", render.unfit(_unfit(robustness["trials"]))),
        ("| package | faces/s |", render.peers(_peers(_read(figures / "recogniser.json")))),
    ):
        yield Generated(start, rows.strip(), is_table=True)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # The output is Markdown and not HTML.
        autoescape=False,
    )
    environment.globals["wilson"] = wilson
    environment.filters |= {
        "percent": _percent,
        "interval": lambda score: wilson(int(np.trace(score["confusion"])), score["n"]),
        "confused_with": _confused_with,
        "trial": line,
    }
    return environment


def _percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f}"


def _confused_with(counts: Sequence[int], place: int, names: Iterable[str]) -> str:
    """The wrong answer that the true class at ``place`` gets most often, with its share in percent."""
    wrong = [(count, name) for n, (count, name) in enumerate(zip(counts, names, strict=True)) if n != place]
    count, name = max(wrong)
    return f"{name} {100 * count / sum(counts):.1f}"


def _shown(trials: Iterable[dict]) -> list[dict]:
    """The trials that the table has room for; the others are in the JSON only."""
    return [row for row in trials if row["kind"] != "light" and "strength" not in row["case"]]


def _unfit(trials: Iterable[dict]) -> list[dict]:
    """The trials that UNFIT names, in its order. Raises BadFile where one was not measured."""
    found = {(row["kind"], row["case"]): row for row in trials}
    if missing := [case for case in UNFIT if case not in found]:
        raise BadFile(f"robustness.json has no trial {' '.join(missing[0])!r}")
    return [found[case] for case in UNFIT]


def _peers(measured: dict) -> dict[str, dict]:
    ours = {f"**this network** ({measured['ours']['version']})": measured["ours"]}
    return ours | {peer["package"]: peer for peer in measured["peers"].values() if "package" in peer}


def _read(path: Path) -> dict:
    return json.loads(text_of(path))


def _replaced(text: str, part: Generated) -> str:
    before, _, after = text.partition(f"\n\n{part.start}")
    if not part.is_table:
        _, end, others = after.partition("\n\n")
        filled = textwrap.fill(part.start + part.content, WIDTH, break_on_hyphens=False)
        return f"{before}\n\n{filled}{end}{others}"
    rest_of_head, rule, *rows = after.split("\n")
    count = next((n for n, row in enumerate(rows) if not row.startswith("|")), len(rows))
    return "\n".join([f"{before}\n\n{part.start}{rest_of_head}", rule, part.content, *rows[count:]])
