import os
import subprocess
import sys

import pytest

from demo.product import ROOT


@pytest.mark.parametrize(
    "name", ["benchmarks.arrival", "benchmarks.load", "benchmarks.outage", "demo.students"]
)
def test_a_benchmark_begins_without_the_settings_of_a_site(name: str) -> None:
    command = [sys.executable, "-m", name, "--help"]
    environment = {word: os.environ[word] for word in ("PATH", "HOME") if word in os.environ}
    assert subprocess.run(command, cwd=ROOT, env=environment, capture_output=True).returncode == 0
