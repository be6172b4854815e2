"""The distillation pipeline: teachers, then students of all their answers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from emotion.vision.network import NetworkConfig
from emotion.vision.recogniser import WEIGHTS
from tests.emotion.official_files import pictures
from tests.training.package_files import identity_arrays, write_identity
from training.__main__ import main
from training.fit.distillation_pipeline import TEACHERS, Teacher
from training.fit.runs import load_network
from training.fit.teachers import ask, digest, live_teachers

# Without attentions, whose graph takes as long to write as the rest; test_export.py has them in int8.
ENLARGING = NetworkConfig(
    input_size=56, widths=(8, 16, 16), blocks=(1, 1, 1), token_width=16, regions=0, attention_layers=0
)


def asked(trained: Path, folder: Path, *options: str) -> list[str]:
    files = ["--run", str(folder / "runs"), "--json", str(folder / "figures.json"), "--mobilenet", "no.tgz"]
    files += ["--faces", str(trained / "faces.npz")]
    files += ["--extra-teachers", str(trained / "weights" / "network.onnx")]
    return ["distillation-pipeline", *files, "--seeds", "1", "2", "--batch-size", "16", *options]


def figures(folder: Path) -> dict:
    return json.loads((folder / "figures.json").read_text())


@pytest.fixture(scope="module")
def command(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """A pipeline with one small teacher, which was run once."""
    folder = tmp_path_factory.mktemp("pipeline")
    identity = write_identity(folder / "identity.tgz", identity_arrays())
    options = ["--teachers", "random-wide", "--identity", str(identity), "--processes", "1"]
    options += ["--teacher-epochs", "1", "--student-epochs", "1"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(TEACHERS, "random-wide", Teacher(ENLARGING, seed=3, begins="random"))
        main(command := asked(trained, folder, *options))
        yield command


@pytest.fixture
def folder(command: list[str]) -> Path:
    return Path(command[command.index("--run") + 1]).parent


def test_a_pipeline_trains_teachers_then_students_and_only_reads_what_is_complete(command, folder, capsys):
    main(command)
    found = figures(folder)
    assert found["chosen"] in found["students"]
    assert found["teachers"]["random-wide"]["recipe"]["network"]["input_size"] == 56
    assert found["spread"]["ferplus"]["deviation"] is not None
    assert f"{found['chosen']}/best.pt" in capsys.readouterr().out
    histories = list(folder.glob("runs/*/history.jsonl"))
    assert [len(path.read_text().splitlines()) for path in histories] == [1, 1, 1]


def test_a_teachers_graph_is_written_once_for_all_students(folder):
    assert len(list(folder.rglob("teacher-*.onnx"))) == 1


def test_a_teachers_graph_says_what_its_network_does(folder):
    path = folder / "runs" / "random-wide" / "best.pt"
    networks = {digest(path): load_network(path)}
    crops = torch.from_numpy(pictures(8)).float()
    symmetric = (crops + crops.flip(2)) / 2  # ask() looks at mirror images too
    answers = live_teachers(networks, folder / "runs")(symmetric)
    expected = ask(list(networks.values()), symmetric)
    torch.testing.assert_close(answers.expressions, expected.expressions, atol=0.03, rtol=0)
    torch.testing.assert_close(answers.fer2013, expected.fer2013, atol=0.03, rtol=0)


def test_a_pipeline_trains_all_at_once_by_the_clock(trained, tmp_path):
    weights = str(WEIGHTS / "network.safetensors")
    options = ["--identity", "no.tgz", "--teachers", "--start-from", weights]
    main(asked(trained, tmp_path, *options, "--at-once", "--minutes", "0.001"))
    students = figures(tmp_path)["students"].values()
    assert [run["recipe"]["seed"] for run in students] == [1, 2]
    assert all(run["epoch"] == 1 for run in students)
