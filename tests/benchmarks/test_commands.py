"""Each benchmark is a command whose --help needs no settings of a site."""

import os
import subprocess
import sys

import pytest

from demo.product import ROOT

COMMANDS = [
    "answers",
    "arrival",
    "engines",
    "lesson",
    "live_page",
    "load",
    "outage",
    "pictures",
    "recogniser",
    "report",
]
# One process for all of them: importing torch takes longer than all the rest.
RUN_ALL = """
import runpy, sys
modules, sys.argv[1:] = sys.argv[1:], ["--help"]
for module in modules:
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        assert end.code == 0, module
"""


@pytest.mark.slow
def test_benchmarks_explain_themselves_without_the_settings_of_a_site() -> None:
    modules = [*(f"benchmarks.{name}" for name in COMMANDS), "demo.students"]
    environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    printed = subprocess.run(
        [sys.executable, "-c", RUN_ALL, *modules],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.count("usage:") == len(modules)
