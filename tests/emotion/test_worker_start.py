"""A worker without its network says so and does not start."""

import shutil
from pathlib import Path

import pytest

from emotion import tasks


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("card.json", "does not exist"), ("network.onnx", "does not exist"), ("faces.onnx", "does not exist")],
)
def test_a_worker_without_weights_says_so_in_one_sentence_and_stops(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str, sentence: str
) -> None:
    folder = Path(shutil.copytree(tasks.WEIGHTS, tmp_path / "weights"))
    (folder / missing).unlink()
    monkeypatch.setattr(tasks, "WEIGHTS", folder)
    monkeypatch.setattr(tasks.detector, "WEIGHTS", folder / "faces.onnx")
    with pytest.raises(SystemExit, match=rf"^\S+{missing} {sentence}[^\n]+\.$"):
        tasks.refuse_to_start_without_weights()


def test_a_damaged_network_is_not_served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tasks.WEIGHTS, tmp_path / "weights"))
    with (folder / "network.onnx").open("ab") as graph:
        graph.write(b"!")
    monkeypatch.setattr(tasks, "WEIGHTS", folder)
    with pytest.raises(SystemExit, match="is damaged"):
        tasks.refuse_to_start_without_weights()
