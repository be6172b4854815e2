"""Recipe files: those in recipes/ are understood, and the small one of conftest.py was run."""

import json
from pathlib import Path

import pytest

from emotion.vision.recogniser import Recogniser
from training.__main__ import main
from training.cli.commands import STEPS, command_of
from training.cli.recipes import Data, Recipe
from training.data.dataset import BadFile

RECIPES = sorted((Path(__file__).parents[2] / "recipes").glob("*.toml"))


def lines(path: Path) -> list[list[str]]:
    return Recipe.read(path, Data(), STEPS).lines


def written(folder: Path, text: str) -> Path:
    (folder / "small.toml").write_text(text)
    return folder / "small.toml"


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_step_of_a_recipe_is_understood(path):
    for line in lines(path):
        assert type(command_of(line, description=None)) is STEPS[line[0]]


def test_no_recipe_writes_over_what_is_served():
    assert len(RECIPES) == 3
    for line in (line for path in RECIPES for line in lines(path)):
        if line[0] in ("export", "calibrate"):
            assert line[line.index("--weights") + 1].startswith("runs/")


def test_a_recipe_is_run_from_data_to_figures_and_only_once(trained, capsys):
    assert json.loads((trained / "figures.json").read_text())["ferplus"]["n"] == 16
    assert Recogniser.load(trained / "weights").card["abstention"]["chosen_on"] == "PublicTest"
    made = written_at(trained)
    main(["run", str(trained / "recipe.toml"), "--images", str(trained / "fer2013.csv")])
    assert capsys.readouterr().out.count("(done before)") == 6
    assert written_at(trained) == made


def written_at(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_changed_step_and_those_after_it_are_run_again(tmp_path):
    ran = []
    steps = '[[steps]]\ncommand = "soup"\nnetworks = ["a"]\nrun = "x"\n' * 3
    path = written(tmp_path, f'[data]\nruns = "{tmp_path}"\n{steps}')
    parse = lambda line: lambda: ran.append(line[1])  # noqa: E731
    Recipe.read(path, Data(), STEPS).run(parse)
    assert ran == ["a", "a", "a"]
    ran.clear()
    middle = steps.replace('"a"', '"b"', 2).replace('"b"', '"a"', 1)
    Recipe.read(written(tmp_path, f'[data]\nruns = "{tmp_path}"\n{middle}'), Data(), STEPS).run(parse)
    assert ran == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("steps = 1 =", "is no TOML file"),
        ('[data]\nruns = "x"\n', "has no entry 'steps'"),
        ('[data]\nruns = "x"\n[recipes]\n', "has an unknown entry 'recipes'"),
        ('[data]\nruns = "x"\n[[steps]]\ncommand = "bake"\n', "does not say 'bake'"),
        ('[data]\nruns = "x"\n[[steps]]\ncommand = "train"\nrun = "{folder}"\n', "does not say 'folder'"),
        ('[data]\n[[steps]]\ncommand = "detector"\n', "does not say 'runs'"),
        ('[data]\nruns = "x"\n[[steps]]\ncommand = "train"\nrun = "x"\nepoch = 3\n', "step 1 cannot be run"),
    ],
)
def test_what_is_wrong_with_a_recipe_is_one_sentence(text, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=sentence):
        main(["run", str(written(tmp_path, text))])


def test_a_recipe_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadFile, match="does not exist"):
        Recipe.read(tmp_path / "no.toml", Data(), STEPS)
