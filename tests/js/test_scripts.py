"""The pure parts of the browser's scripts, run by Node where there is one."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.skipif(not shutil.which("node"), reason="no node on the PATH")
def test_the_scripts_pass_their_own_tests():
    tests = sorted(Path(__file__).parent.glob("*.test.mjs"))
    done = subprocess.run(["node", "--test", *map(str, tests)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
