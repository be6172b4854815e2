"""Command lines, checkpoints and cards from before version 0.2, when options and keys had other names."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from emotion.vision.network import NetworkConfig
from tests.emotion.official_files import pictures
from training.cli.commands import command_of
from training.data.dataset import Faces
from training.fit.recipe import RENAMED, Recipe, with_current_names
from training.fit.runs import load_best, load_network
from training.fit.trainer import Trainer

FORMER = {current: former for former, current in RENAMED.items()}
SMALL = NetworkConfig(widths=(8, 16, 16), blocks=(1, 1, 1), token_width=16, attention_heads=2)
RECIPE = Recipe(network=SMALL, epochs=2, batch_size=16, vote_power=2.0, backbone_lr_scale=0.5)


@pytest.fixture(scope="module")
def faces() -> Faces:
    votes = np.zeros((48, 10), np.int64)
    votes[np.arange(48), np.arange(48) % 8] = 9
    splits = np.array(["Training"] * 32 + ["PublicTest"] * 16)
    return Faces(pictures(48), np.arange(48) % 7, splits, votes)


@pytest.fixture(scope="module")
def former(faces, tmp_path_factory) -> Path:
    """The folder of a run that an earlier version left after one epoch of two."""
    folder = tmp_path_factory.mktemp("former")
    Trainer(RECIPE, faces, folder).run(stop_after=1)
    for path in folder.glob("*.pt"):
        torch.save(with_former_names(torch.load(path, weights_only=True)), path)
    return folder


def with_former_names(facts: object) -> object:
    if isinstance(facts, dict):
        return {FORMER.get(name, name): with_former_names(value) for name, value in facts.items()}
    return [with_former_names(one) for one in facts] if isinstance(facts, list) else facts


def parsed(*arguments: str) -> object:
    return command_of(arguments, description=None)


@pytest.mark.parametrize(
    ("former", "current", "value"),
    [
        ("--trunk-pace", "--backbone-lr-scale", "0.5"),
        ("--light-stretch", "--low-augmentation-fraction", "0.4"),
        ("--sharpness", "--vote-power", "2"),
        ("--teaching", "--distillation-weight", "0.5"),
    ],
)
def test_a_former_option_of_train_means_the_present_one(former, current, value):
    asked = parsed("train", "--run", "runs/first", current, value)
    assert asked != parsed("train", "--run", "runs/first")
    assert parsed("train", "--run", "runs/first", former, value) == asked
    assert parsed("train", "--run", "runs/first", f"{former}={value}") == asked


def test_former_commands_mean_the_present_ones():
    packages = ["--run", "runs", "--json", "out.json", "--identity", "a.tgz", "--mobilenet", "b.tgz"]
    asked = parsed("distillation-pipeline", *packages, "--extra-teachers", "one.onnx", "other.onnx")
    assert parsed("school", *packages, "--guests", "one.onnx", "other.onnx") == asked
    assert parsed("rare", "--json", "out.json") == parsed("logit-adjustment", "--json", "out.json")
    assert parsed("card", "--card", "a.md") == parsed("card", "--documents", "a.md")


def test_former_names_are_not_shown(capsys):
    with pytest.raises(SystemExit):
        parsed("train", "--help")
    assert "sharpness" not in capsys.readouterr().out


def test_a_run_of_an_earlier_version_is_continued(faces, former, tmp_path):
    Trainer(RECIPE, faces, tmp_path / "whole").run()
    Trainer(RECIPE, faces, former).run()
    whole, continued = (
        [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
        for folder in (tmp_path / "whole", former)
    )
    without_times = [[epoch | {"minutes": 0} for epoch in history] for history in (whole, continued)]
    assert without_times[0] == without_times[1]


def test_the_recipe_of_an_earlier_best_checkpoint_has_present_names(former):
    recipe = load_best(former / "best.pt")[1]["recipe"]
    assert (recipe["vote_power"], recipe["backbone_lr_scale"]) == (2.0, 0.5)
    assert not RENAMED.keys() & recipe.keys()


def test_an_earlier_last_checkpoint_is_read_as_the_average_of_its_weights(faces, tmp_path):
    Trainer(RECIPE, faces, tmp_path).run(stop_after=1)
    state = torch.load(tmp_path / "last.pt", weights_only=True)
    torch.save(with_former_names(state), tmp_path / "former.pt")
    torch.testing.assert_close(
        load_network(tmp_path / "former.pt").expressions.weight, state["ema"]["expressions.weight"]
    )


def test_names_are_renamed_at_every_depth_and_others_are_kept():
    card = {"training": {"recipe": {"sharpness": 2, "seed": 1}}, "steps": [{"trunk_pace": 1}]}
    assert with_current_names(card) == {
        "training": {"recipe": {"vote_power": 2, "seed": 1}},
        "steps": [{"backbone_lr_scale": 1}],
    }
