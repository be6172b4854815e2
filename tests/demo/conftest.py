"""A demo that a test starts as its user does."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.product import ROOT
from tests.conftest import CLEAN_ENVIRON
from tests.waiting import SOON

Demo = Callable[..., subprocess.Popen]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture
def demo(folder: Path) -> Iterator[Demo]:
    """demo("--port", "9000"): a demo of this test's own."""
    started: list[subprocess.Popen] = []

    def demo(*options: str) -> subprocess.Popen:
        # Without students, unless a test asks for some: the last option counts.
        command = [sys.executable, "-m", "demo", "--folder", str(folder), "--students=0", *options]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        started.append(subprocess.Popen(command, cwd=ROOT, env=CLEAN_ENVIRON, **pipes))
        return started[-1]

    yield demo
    for process in started:
        process.terminate()
        process.communicate(timeout=SOON)
