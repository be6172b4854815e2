"""The comparison itself, with a peer made for the test; the real ones take gigabytes to install."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers.comparison import Task, accuracies, measure_peer
from benchmarks.peers.installation import DONE, HERE, PEERS, Failed, Peer, run
from benchmarks.video import Look, jpegs
from emotion.recogniser import WEIGHTS
from emotion.training.dataset import Faces
from tests.emotion.official_files import pictures, write_images, write_votes

ALWAYS_HAPPY = """
from measure import answer
answer(lambda faces: ["happy"] * len(faces), lambda jpeg: "happy" if jpeg else None)
"""


def some_faces(labels: list[int]) -> Faces:
    votes = np.zeros((len(labels), 10), np.int64)
    votes[:, 1] = 9  # everybody saw happiness
    return Faces(pictures(len(labels)), np.array(labels), np.full(len(labels), "PublicTest"), votes)


@pytest.fixture
def task() -> Task:
    return Task(some_faces([3, 3, 3, 4]), jpegs(Look.number(0))[:2], batch=2, rounds=1, seconds=0.01)


def installed(peers: Path, runner: Path | str) -> Peer:
    """A peer in its folder, with our own Python as its environment."""
    peer = Peer("tried", str(runner), "tried==1", ())
    (peer.folder(peers) / "venv/bin").mkdir(parents=True)
    (peer.folder(peers) / "venv/bin/python").symlink_to(sys.executable)
    (peer.folder(peers) / DONE).write_text("tried==1")
    return peer


def test_a_peer_is_asked_the_same_and_its_answers_are_counted(tmp_path, monkeypatch, task):
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    (tmp_path / "run_tried.py").write_text(ALWAYS_HAPPY)
    found = measure_peer(installed(tmp_path, tmp_path / "run_tried.py"), tmp_path, task)
    assert found["accuracy"] == 0.75
    assert found["accuracy_ferplus"] == 1
    assert (found["n"], found["n_ferplus"], found["frames_answered"]) == (4, 4, 1)
    assert found["faces_per_s"] > found["frames_per_s"] > 0


def test_a_peer_that_breaks_is_recorded_with_its_own_last_words(tmp_path, task):
    (tmp_path / "run_tried.py").write_text("raise ImportError('No module named pkg_resources')")
    found = measure_peer(installed(tmp_path, tmp_path / "run_tried.py"), tmp_path, task)
    assert found == {"package": "tried==1", "failed": "ImportError: No module named pkg_resources"}


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(Failed, match="no-such-program is not on this machine"):
        run(["no-such-program"], seconds=1)


def test_a_face_without_an_answer_is_a_wrong_one():
    found = accuracies(some_faces([3, 3]), ["happy", None])
    assert (found["accuracy"], found["accuracy_ferplus"]) == (0.5, 0.5)


def test_every_peer_has_its_runner():
    assert len(PEERS) >= 3
    assert {"human", "fer"} <= {peer.name for peer in PEERS}
    assert all((HERE / peer.runner).is_file() for peer in PEERS)


@pytest.mark.parametrize("how", [["benchmarks/recogniser.py"], ["-m", "benchmarks.recogniser"]])
def test_ours_is_measured_either_way(tmp_path, how):
    images, votes = write_images(tmp_path / "fer2013.csv"), write_votes(tmp_path / "fer2013new.csv")
    asked = ["--images", images, "--votes", votes, "--json", tmp_path / "out.json", "--only", "--quick"]
    subprocess.run([sys.executable, *how, *asked], cwd=HERE.parents[1], check=True, stdout=subprocess.DEVNULL)
    found = json.loads((tmp_path / "out.json").read_text())
    assert found["peers"] == {}
    assert found["machine"]["cpu"]
    assert {"faces_per_s", "frames_per_s", "accuracy"} <= set(found["ours"])
    assert found["ours"]["n"] == 16


@pytest.mark.slow
def test_every_engine_is_measured_beside_the_same_reference(tmp_path):
    images, votes = write_images(tmp_path / "fer2013.csv"), write_votes(tmp_path / "fer2013new.csv")
    asked = ["--images", images, "--votes", votes, "--json", tmp_path / "out.json", "--quick"]
    command = [sys.executable, "benchmarks/engines.py", *asked, "--beside", WEIGHTS]
    subprocess.run(command, cwd=HERE.parents[1], check=True, stdout=subprocess.DEVNULL)
    found = json.loads((tmp_path / "out.json").read_text())
    assert found["engines"]["OpenVINO fp32"]["largest_change"] < 1e-3
    assert 0 < found["engines"]["served"]["largest_change"] < 0.2  # int8, and yet the same network
    assert found["engines"][str(WEIGHTS)]["change"] == found["engines"]["served"]["change"]
    assert all(engine["largest_change_alone"] < 1e-3 for engine in found["engines"].values())
