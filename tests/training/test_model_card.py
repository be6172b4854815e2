import json
from pathlib import Path

import pytest

from emotion.vision.recogniser import WEIGHTS
from training.__main__ import main
from training.data.dataset import BadFile
from training.reporting.documents import DOCUMENTS, FIGURES, with_figures

ROOT = Path(__file__).parents[2]
TEXTS = {path: (ROOT / path).read_text() for path in DOCUMENTS}


def test_the_documents_say_what_was_measured():
    assert with_figures(TEXTS, WEIGHTS, ROOT / FIGURES) == TEXTS


def test_every_figure_of_served_weights_is_of_those_that_are_served():
    served = json.loads((WEIGHTS / "card.json").read_text())["version"]
    figures = {path.stem: json.loads(path.read_text()) for path in (ROOT / FIGURES).glob("*.json")}
    versions = {name: found["version"] for name, found in figures.items() if "version" in found}
    versions["recogniser"] = figures["recogniser"]["ours"]["version"]
    measured = ("engines", "external_test", "logit_adjustment", "recogniser", "robustness")
    assert versions == dict.fromkeys(measured, served)


def test_documents_with_wrong_figures_are_put_right(tmp_path):
    documents = {tmp_path / path.name: text for path, text in TEXTS.items()}
    for path, text in documents.items():
        path.write_text(
            text.replace("| 0 (served) |", "| 0 | 99.99 |").replace("accuracy **", "accuracy **9")
        )
    main(["card", "--documents", *map(str, documents), "--figures", str(ROOT / FIGURES)])
    assert {path: path.read_text() for path in documents} == documents


def test_a_table_that_lost_its_head_is_named():
    texts = {path: text.replace("| engine and graph |", "| engine |") for path, text in TEXTS.items()}
    with pytest.raises(BadFile, match="engine and graph"):
        with_figures(texts, WEIGHTS, ROOT / FIGURES)


def test_figures_that_were_never_measured_are_named(tmp_path):
    with pytest.raises(BadFile, match=r"logit_adjustment\.json is missing"):
        with_figures(TEXTS, WEIGHTS, tmp_path)
