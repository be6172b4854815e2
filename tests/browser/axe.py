"""axe-core, the accessibility checker: fetched by name from npm for this run, kept nowhere here."""

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
    """Its source, or None where npm or its registry cannot be had."""
    if not (npm := shutil.which("npm")):
        return None
    command = [npm, "pack", f"axe-core@{VERSION}", "--pack-destination", str(folder)]
    if subprocess.run(command, cwd=folder, capture_output=True, timeout=120).returncode:
        return None
    with tarfile.open(folder / f"axe-core-{VERSION}.tgz") as package:
        return package.extractfile("package/axe.min.js").read().decode()


def barriers(page: Page, axe: str) -> list[tuple[str, str, list]]:
    """What axe finds grave on the page as it is now, in the light and in the dark: (scheme, rule, places)."""
    page.evaluate(axe)  # past the page's policy, as a person's own browser extension
    found = []
    for scheme, options in FIND.items():
        page.emulate_media(color_scheme=scheme)
        found += [
            (scheme, violation["id"], [node["target"] for node in violation["nodes"]])
            for violation in page.evaluate(RUN, options)
            if violation["impact"] in GRAVE
        ]
    return found
