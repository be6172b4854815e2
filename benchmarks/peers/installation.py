"""Peers, each installed in a folder of its own: their packages meet neither ours nor one another's."""

import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

PEER_LIST = Path(__file__).parent / "peers.toml"
INSTALL_SECONDS = 1800  # tensorflow and torch over a slow line
# A file in the peer's folder that says what was installed there.
INSTALLED = "installed"


class PeerFailed(Exception):
    """A peer could not be installed or did not run. The message is the last line of its own tools."""


@dataclass(frozen=True)
class Peer:
    """One entry of the list of peers."""

    name: str
    runner: Path
    package: str
    beside: tuple[str, ...]

    @property
    def is_python(self) -> bool:
        return self.runner.suffix == ".py"

    def folder(self, peers: Path) -> Path:
        return peers.resolve() / self.name

    def install(self, peers: Path) -> None:
        """Install once, and again when the list names other versions. Raises PeerFailed."""
        folder, required = self.folder(peers), "\n".join((self.package, *self.beside))
        mark = folder / INSTALLED
        if mark.exists() and mark.read_text() == required:
            return
        print(f"installing {self.package} into {folder} ...", file=sys.stderr, flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        for step in self._steps(folder):
            run(step, seconds=INSTALL_SECONDS)
        mark.write_text(required)

    def command(self, peers: Path) -> list[str]:
        program = str(self.folder(peers) / "venv/bin/python") if self.is_python else "node"
        return [program, str(self.runner)]

    def _steps(self, folder: Path) -> list[list[str]]:
        if not self.is_python:
            npm = ["npm", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel", "error"]
            return [[*npm, "install", self.package, *self.beside]]
        pip = [str(folder / "venv/bin/python"), "-m", "pip", "install", "--quiet"]
        return [
            [sys.executable, "-m", "venv", str(folder / "venv")],
            [*pip, *self.beside],
            [*pip, "--no-deps", self.package],
        ]


def read_peers(path: Path) -> list[Peer]:
    """The peers of a list in TOML; their runners lie beside it."""
    entries = tomllib.loads(path.read_text())["peer"]
    return [
        Peer(entry["name"], path.parent / entry["runner"], entry["package"], tuple(entry["beside"]))
        for entry in entries
    ]


def run(command: list[str], *, seconds: float) -> None:
    """Run a program quietly. Raises PeerFailed with the last line that it printed."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL, check=False
        )
    except FileNotFoundError as error:
        raise PeerFailed(f"{command[0]} is not on this machine") from error
    except subprocess.TimeoutExpired as error:
        raise PeerFailed(f"{Path(command[0]).name} ran longer than {seconds:.0f} s") from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise PeerFailed(lines[-1] if lines else f"ended with code {done.returncode} and printed nothing")
