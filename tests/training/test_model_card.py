import json
from pathlib import Path

import pytest

from emotion.vision.recogniser import WEIGHTS
from training.__main__ import main
from training.data.dataset import BadFile
from training.reporting.card_tables import CARD, FIGURES, with_figures

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / CARD).read_text()


def test_the_card_says_what_was_measured():
    assert with_figures(TEXT, WEIGHTS, ROOT / FIGURES) == TEXT


def test_every_figure_of_served_weights_is_of_those_that_are_served():
    served = json.loads((WEIGHTS / "card.json").read_text())["version"]
    figures = {path.stem: json.loads(path.read_text()) for path in (ROOT / FIGURES).glob("*.json")}
    versions = {name: found["version"] for name, found in figures.items() if "version" in found}
    versions["recogniser"] = figures["recogniser"]["ours"]["version"]
    assert versions == dict.fromkeys(("elsewhere", "engines", "rare", "recogniser", "robustness"), served)


def test_a_card_written_over_by_hand_is_put_right(tmp_path):
    card = tmp_path / "card.md"
    card.write_text(TEXT.replace("| 0 (served) |", "| 0 | 99.99 |").replace("accuracy **", "accuracy **9"))
    main(["card", "--card", str(card), "--figures", str(ROOT / FIGURES)])
    assert card.read_text() == TEXT


def test_a_table_that_lost_its_head_is_named():
    with pytest.raises(BadFile, match="engine and graph"):
        with_figures(TEXT.replace("| engine and graph |", "| engine |"), WEIGHTS, ROOT / FIGURES)


def test_figures_that_were_never_measured_are_named(tmp_path):
    with pytest.raises(BadFile, match=r"rare\.json is missing"):
        with_figures(TEXT, WEIGHTS, tmp_path)
