"""Peers, each in a folder of its own: their packages meet neither ours nor one another's."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
INSTALL_SECONDS = 1800  # tensorflow and torch over a slow line
DONE = "installed"  # a file in the peer's folder: what was installed there


class Failed(Exception):
    """A peer could not be installed or did not run; the message is what its own tools said last."""


@dataclass(frozen=True)
class Peer:
    """A package and what it needs beside it. `runner` is the file in this folder that asks it."""

    name: str
    runner: str
    package: str
    beside: tuple[str, ...]

    @property
    def is_python(self) -> bool:
        return self.runner.endswith(".py")

    def folder(self, peers: Path) -> Path:
        return peers.resolve() / self.name

    def install(self, peers: Path) -> None:
        """Once; another version in the list is installed anew. Raises Failed."""
        folder, wanted = self.folder(peers), "\n".join((self.package, *self.beside))
        mark = folder / DONE
        if mark.exists() and mark.read_text() == wanted:
            return
        print(f"installing {self.package} into {folder} ...", file=sys.stderr, flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        for step in self._pip_steps(folder) if self.is_python else self._npm_steps(folder):
            run(step, seconds=INSTALL_SECONDS)
        mark.write_text(wanted)

    def command(self, peers: Path) -> list[str]:
        folder, runner = self.folder(peers), str(HERE / self.runner)
        return [str(folder / "venv/bin/python"), runner] if self.is_python else ["node", runner]

    def _pip_steps(self, folder: Path) -> list[list[str]]:
        pip = [str(folder / "venv/bin/python"), "-m", "pip", "install", "--quiet"]
        # Without its own list of dependencies: fer's and what-the-face's bring gigabytes of CUDA, a second
        # detector and opencv 5, which has no Haar cascade. `beside` holds what they need here.
        return [
            [sys.executable, "-m", "venv", str(folder / "venv")],
            [*pip, *self.beside],
            [*pip, "--no-deps", self.package],
        ]

    def _npm_steps(self, folder: Path) -> list[list[str]]:
        here = ["npm", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel", "error"]
        return [[*here, "install", self.package, *self.beside]]


PEERS = (
    Peer(
        "human",
        "run_human.mjs",
        "@vladmandic/human@3.3.6",
        (
            "@tensorflow/tfjs-core@4.22.0",
            "@tensorflow/tfjs-converter@4.22.0",
            "@tensorflow/tfjs-backend-wasm@4.22.0",
            "sharp@0.35.5",
        ),
    ),
    Peer(
        "fer",
        "run_fer.py",
        "fer==25.10.3",
        (
            "setuptools<81",  # the last with pkg_resources
            "numpy<2",
            "opencv-contrib-python-headless<5",
            "tensorflow-cpu",
            "requests",
            "pandas",
            "moviepy<2",
            "ffmpeg-python",
            "matplotlib",
            "Pillow",
            "tqdm",
        ),
    ),
    Peer(
        "face-api",
        "run_face_api.mjs",
        "@vladmandic/face-api@1.7.15",
        ("@tensorflow/tfjs@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0", "sharp@0.35.5"),
    ),
    Peer(
        "what-the-face",
        "run_what_the_face.py",
        "what-the-face-classification==0.0.27",
        (
            "setuptools<81",
            "numpy",
            "opencv-python-headless<5",
            "Pillow",
            "torch==2.13.0",
            "torchvision==0.28.0",
        ),
    ),
)


def run(command: list[str], *, seconds: float) -> None:
    """Raises Failed."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL, check=False
        )
    except FileNotFoundError as error:
        raise Failed(f"{command[0]} is not on this machine") from error
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{Path(command[0]).name} ran longer than {seconds:.0f} s") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Failed(said[-1] if said else f"ended with code {done.returncode} and said nothing")
