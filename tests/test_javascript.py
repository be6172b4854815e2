"""The browser's pure modules, where Node is at hand; tests/browser drives them in a real Chromium."""

import shutil
import subprocess
from pathlib import Path

import pytest

MODULES = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="no Node.js on the PATH: tests/js is not run")
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name.removesuffix(".test.mjs"))
def test_javascript(module: Path):
    done = subprocess.run([NODE, "--test", str(module)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
