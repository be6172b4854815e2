"""axe-core, the accessibility checker, fetched from npm and kept with pytest's cache."""

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from playwright.sync_api import Page

VERSION = "4.14.1"
GRAVE = ("serious", "critical")
RUN = "options => axe.run(document, options).then(({ violations }) => violations)"
ALL_RULES = {"resultTypes": ["violations"]}
# Colours are all that is different in the dark.
COLOURS = {**ALL_RULES, "runOnly": ["color-contrast"]}
# What may come to lie on something else, or become too narrow, where the page runs from right to left.
PLACES = {**ALL_RULES, "runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"]}
# How a page is looked at: (scheme, direction or its own, rules).
AS_IT_IS = [("", "", ALL_RULES)]
BOTH_THEMES = [("light", "", ALL_RULES), ("dark", "", COLOURS)]
# Each theme and each direction once: a place does not depend on the theme, nor a colour on the direction.
BOTH_THEMES_MIRRORED = [("light", "", ALL_RULES), ("dark", "rtl", PLACES)]
SET_DIRECTION = "dir => document.documentElement.dir = dir"


def fetch_axe(folder: Path) -> str | None:
    """The source of axe-core, kept in this folder, or None without npm or its registry."""
    kept = folder / f"axe-core-{VERSION}.tgz"
    if not kept.exists() and not _fetch(kept):
        return None
    with tarfile.open(kept) as package:
        return package.extractfile("package/axe.min.js").read().decode()


def _fetch(kept: Path) -> bool:
    if not (npm := shutil.which("npm")):
        return False
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        command = [npm, "pack", f"axe-core@{VERSION}", "--pack-destination", folder]
        if subprocess.run(command, cwd=folder, capture_output=True, timeout=120).returncode:
            return False
        # In one step, because another process of the tests may look for it.
        (Path(folder) / kept.name).replace(kept)
    return True


def barriers(
    page: Page, axe: str, looks: list[tuple[str, str, dict]] = BOTH_THEMES
) -> list[tuple[str, str, list]]:
    """The serious findings of axe on the page as it is now: (scheme and direction, rule, places)."""
    # A page that a click opened may still be without some of its styles.
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        # Past the page's content security policy, as a browser extension runs.
        page.evaluate(axe)
    found = []
    own = page.locator("html").get_attribute("dir")
    for scheme, direction, options in looks:
        if scheme:
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
