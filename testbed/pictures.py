"""The pictures in docs/, and the files that each of them shows."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
MANIFEST = ROOT / "docs/pictures.json"

LOOK = ("static/css/tokens.css", "static/css/base.css", "static/css/controls.css", "static/css/surfaces.css")
PAGE = ("templates/base.html", *LOOK)
LIVE = (
    *PAGE,
    "templates/dashboards/live.html",
    "templates/dashboards/_live*.html",
    "templates/dashboards/_class*.html",
    "templates/activities/_ask*.html",
    "static/css/live.css",
    "static/css/ask.css",
    "static/css/activities.css",
    "static/js/live/**/*.js",
    "static/js/ask/**/*.js",
    "static/js/activities/**/*.js",
)
SOURCES: dict[str, tuple[str, ...]] = {
    "class.webp": LIVE,
    "live.png": LIVE,
    "phone.png": (
        *PAGE,
        "templates/room/*.html",
        "static/css/room.css",
        "static/css/activities.css",
        "static/js/room/**/*.js",
        "static/js/activities/**/*.js",
    ),
    "projector.png": (
        *LOOK,
        "templates/activities/projector.html",
        "static/css/projector.css",
        "static/js/projector/**/*.js",
        "static/js/activities/**/*.js",
    ),
    "report.png": (
        *PAGE,
        "templates/dashboards/*report*.html",
        "templates/dashboards/_question*.html",
        "static/css/report.css",
        "static/css/activities.css",
        "dashboards/charts/**/*.py",
        "dashboards/report/*.py",
    ),
    "workbook.png": ("exports/*book*.py", "exports/*sheet*.py", "exports/schema.py", "exports/columns.py"),
}


def digests() -> dict[str, str]:
    """Return for each picture the digest of what it shows, as the repository has it now."""
    return {name: _digest(patterns) for name, patterns in SOURCES.items()}


def _digest(patterns: Iterable[str]) -> str:
    found = hashlib.sha256()
    for path in files_of(patterns):
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def files_of(patterns: Iterable[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()})


def write_manifest() -> None:
    MANIFEST.write_text(json.dumps(digests(), indent=1) + "\n")


def read_manifest() -> dict[str, str]:
    manifest: dict[str, str] = json.loads(MANIFEST.read_text())
    return manifest
