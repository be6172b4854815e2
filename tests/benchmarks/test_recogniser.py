"""`python -m benchmarks.recogniser`, with peers made for the test: the real ones take gigabytes."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from demo.product import ROOT
from tests.emotion.official_files import write_images, write_votes

pytestmark = pytest.mark.slow

REAL_PEERS = ROOT / "benchmarks" / "peers"
ANSWERS = """
from measure import answer
answer(lambda faces: [{label!r}] * len(faces), lambda jpeg: {frame!r})
"""
RUNNERS = {
    "happy": ANSWERS.format(label="happy", frame="happy"),
    "unsure": ANSWERS.format(label=None, frame="unsure"),
    "blind": ANSWERS.format(label=None, frame=None),
    "broken": "raise ImportError('No module named pkg_resources')",
    "absent": "",
}


def frame_shares(found: dict[str, Any]) -> tuple[float, float, float]:
    return found["frames_answered"], found["frames_unsure"], found["frames_without_face"]


def install(peers: Path, name: str, runner: str) -> str:
    """A peer in its folder, with our own Python as its environment. Returns its entry in the list."""
    (peers / f"{name}.py").write_text(runner)
    (peers / name).mkdir()
    (peers / name / "installed").write_text(f"{name}==1")
    if name != "absent":
        # All of it: beside the program is the file that says where its packages are.
        (peers / name / "venv").symlink_to(sys.prefix)
    return f'[[peer]]\nname = "{name}"\nrunner = "{name}.py"\npackage = "{name}==1"\nbeside = []\n'


def run(folder: Path, *options: object) -> dict[str, Any]:
    """The figures that the benchmark writes of 16 faces."""
    images, votes = write_images(folder / "fer2013.csv"), write_votes(folder / "fer2013new.csv")
    out = folder / "out.json"
    command = [sys.executable, "-m", "benchmarks.recogniser", "--images", images, "--votes", votes]
    command += ["--json", out, "--quick"]
    environment = os.environ | {"PYTHONPATH": str(REAL_PEERS)}
    subprocess.run([*command, *options], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return json.loads(out.read_text())


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("peers")
    entries = [install(folder, name, runner) for name, runner in RUNNERS.items()]
    (folder / "peers.toml").write_text("\n".join(entries))
    return run(folder, "--peers", folder, "--peer-list", folder / "peers.toml")


def test_our_own_figures_come_with_the_machine(figures):
    assert {"faces_per_s", "frames_per_s", "accuracy", "accuracy_ferplus"} <= set(figures["ours"])
    assert figures["ours"]["n"] == 16
    assert figures["machine"]["cpu"]


def test_a_peer_is_asked_the_same_and_its_right_answers_are_counted(figures):
    happy = figures["peers"]["happy"]
    assert (happy["n"], happy["n_ferplus"]) == (16, 16)
    assert (happy["accuracy"], happy["accuracy_ferplus"]) == (2 / 16, 2 / 16)  # two faces are labelled happy
    assert happy["faces_per_s"] > happy["frames_per_s"] > 0


def test_a_face_without_an_answer_counts_as_wrong(figures):
    blind = figures["peers"]["blind"]
    assert (blind["accuracy"], blind["accuracy_ferplus"]) == (0, 0)


def test_a_frame_is_answered_or_unsure_or_without_a_face(figures):
    shares = {name: frame_shares(figures["peers"][name]) for name in ("happy", "unsure", "blind")}
    assert shares == {"happy": (1, 0, 0), "unsure": (0, 1, 0), "blind": (0, 0, 1)}


def test_a_face_behind_a_hand_is_not_counted_as_answered(figures):
    """In 36 of the clip's 99 frames a hand is before the face."""
    assert frame_shares(figures["ours"]) == pytest.approx((63 / 99, 36 / 99, 0), abs=0.0001)


def test_a_peer_that_breaks_is_recorded_with_the_last_line_it_printed(figures):
    failed = "ImportError: No module named pkg_resources"
    assert figures["peers"]["broken"] == {"package": "broken==1", "failed": failed}


def test_a_program_that_is_not_there_is_named(figures):
    assert figures["peers"]["absent"]["failed"].endswith("absent/venv/bin/python is not on this machine")


def test_every_real_peer_has_its_runner():
    peers = tomllib.loads((REAL_PEERS / "peers.toml").read_text())["peer"]
    assert {"human", "fer"} <= {peer["name"] for peer in peers}
    assert all((REAL_PEERS / peer["runner"]).is_file() for peer in peers)
