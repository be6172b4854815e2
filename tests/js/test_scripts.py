"""The pure parts of the browser's scripts, run by Node where there is one."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


# It sets the time zone and the language of its process.
APART = "format.test.mjs"


@pytest.mark.skipif(not shutil.which("node"), reason="no node on the PATH")
@pytest.mark.parametrize("is_apart", [False, True], ids=["together", APART])
def test_the_scripts_pass_their_own_tests(is_apart: bool):
    """`node --test` would start a process for each file."""
    found = sorted(
        path for path in Path(__file__).parent.glob("*.test.mjs") if (path.name == APART) == is_apart
    )
    script = "\n".join(f"import {json.dumps(path.as_uri())};" for path in found)
    command = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "fail 0" in done.stdout, done.stdout


def test_a_script_that_a_page_loads_does_something_by_itself():
    """A module that only exports would do nothing there, and the page would not say so."""
    pages = (ROOT / "templates").rglob("*.html")
    source = re.compile(r"<script type=\"module\" src=\"{% static '([^']+)' %}\"")
    loaded = {name for page in pages for name in source.findall(page.read_text())}
    assert len(loaded) > 5
    silent = [name for name in loaded if re.search(r"^export ", (ROOT / "static" / name).read_text(), re.M)]
    assert silent == []
