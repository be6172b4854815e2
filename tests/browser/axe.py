"""axe-core, the accessibility checker, fetched from npm for each run."""

import shutil
import subprocess
import tarfile
from pathlib import Path

from playwright.sync_api import Page

VERSION = "4.14.1"
GRAVE = ("serious", "critical")
RUN = "options => axe.run(document, options).then(({ violations }) => violations)"
# Colours are all that is different in the dark.
FIND = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}


def fetch_axe(folder: Path) -> str | None:
    """The source of axe-core, or None without npm or its registry."""
    if not (npm := shutil.which("npm")):
        return None
    command = [npm, "pack", f"axe-core@{VERSION}", "--pack-destination", str(folder)]
    if subprocess.run(command, cwd=folder, capture_output=True, timeout=120).returncode:
        return None
    with tarfile.open(folder / f"axe-core-{VERSION}.tgz") as package:
        return package.extractfile("package/axe.min.js").read().decode()


def barriers(page: Page, axe: str) -> list[tuple[str, str, list]]:
    """The serious findings of axe on the page as it is now, in both themes: (scheme, rule, places)."""
    # Past the page's content security policy, as a browser extension runs.
    page.evaluate(axe)
    found = []
    for scheme, options in FIND.items():
        page.emulate_media(color_scheme=scheme)
        found += [
            (scheme, violation["id"], [node["target"] for node in violation["nodes"]])
            for violation in page.evaluate(RUN, options)
            if violation["impact"] in GRAVE
        ]
    return found
