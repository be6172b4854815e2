"""axe-core, the accessibility checker, fetched from npm for each run."""

import shutil
import subprocess
import tarfile
from pathlib import Path

from playwright.sync_api import Page

VERSION = "4.14.1"
GRAVE = ("serious", "critical")
RUN = "options => axe.run(document, options).then(({ violations }) => violations)"
ALL_RULES = {"resultTypes": ["violations"]}
# Colours are all that is different in the dark.
IN_THE_DARK = {**ALL_RULES, "runOnly": ["color-contrast"]}
# What may come to lie on something else, or become too narrow, where the page runs from right to left.
MIRRORED = {**ALL_RULES, "runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"]}
FIND = [("light", "", ALL_RULES), ("dark", "", IN_THE_DARK)]
FIND_MIRRORED = [*FIND, ("dark", "rtl", MIRRORED), ("light", "rtl", MIRRORED)]
SET_DIRECTION = "dir => document.documentElement.dir = dir"


def fetch_axe(folder: Path) -> str | None:
    """The source of axe-core, or None without npm or its registry."""
    if not (npm := shutil.which("npm")):
        return None
    command = [npm, "pack", f"axe-core@{VERSION}", "--pack-destination", str(folder)]
    if subprocess.run(command, cwd=folder, capture_output=True, timeout=120).returncode:
        return None
    with tarfile.open(folder / f"axe-core-{VERSION}.tgz") as package:
        return package.extractfile("package/axe.min.js").read().decode()


def barriers(page: Page, axe: str, *, mirrored: bool = False) -> list[tuple[str, str, list]]:
    """The serious findings of axe on the page as it is now, in both themes: (scheme, rule, places).

    `mirrored` looks at it from right to left as well; pages in Arabic are so by themselves.
    """
    # Past the page's content security policy, as a browser extension runs.
    page.evaluate(axe)
    found = []
    own = page.locator("html").get_attribute("dir")
    for scheme, direction, options in FIND_MIRRORED if mirrored else FIND:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SET_DIRECTION, direction or own)
        where = f"{scheme} {direction}".strip()
        found += [
            (where, violation["id"], [node["target"] for node in violation["nodes"]])
            for violation in page.evaluate(RUN, options)
            if violation["impact"] in GRAVE
        ]
    page.evaluate(SET_DIRECTION, own)
    return found
