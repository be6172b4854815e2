"""Each benchmark is a command whose --help needs no settings of a site."""

import os
import subprocess
import sys

import pytest

from demo.product import ROOT

COMMANDS = ["arrival", "engines", "load", "outage", "picture", "recogniser"]


@pytest.mark.parametrize("name", [*(f"benchmarks.{name}" for name in COMMANDS), "demo.students"])
def test_a_benchmark_explains_itself_without_the_settings_of_a_site(name: str) -> None:
    command = [sys.executable, "-m", name, "--help"]
    environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert printed.stdout.startswith("usage:")
