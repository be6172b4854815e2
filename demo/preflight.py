"""What has to be true before the product starts. Each check raises CannotStart with a sentence that helps."""

import json
import shutil
import socket
from pathlib import Path
from urllib.parse import urlsplit

from demo.services import CannotStart

WEIGHTS = Path(__file__).resolve().parent.parent / "emotion" / "vision" / "weights"
LEAST_SPACE = 100_000_000  # bytes: 20 MB of static files, and room for a class and the logs


def require_weights(folder: Path = WEIGHTS) -> None:
    """The worker checks this too, but writes it only into its log."""
    names = ("card.json", "faces.onnx", "fitness.onnx", "fitness.json", "lowered.onnx")
    needed = [folder / name for name in names]
    if needed[0].exists():
        needed.append(folder / json.loads(needed[0].read_text())["graph"]["file"])
    for path in needed:
        if not path.exists():
            raise CannotStart(
                f"{path} is missing; bring it back with: git checkout -- emotion/vision/weights"
            )


def require_site_address(url: str) -> None:
    """Every link would begin with it, so it is a scheme and a host, perhaps with a port, and nothing else."""
    if not _is_site_address(url):
        raise CannotStart(
            f"PUBLIC_URL is {url!r}, which is not the address of a site. It looks like "
            "https://class.example.org or https://class.example.org:8443."
        )


def _is_site_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        # A port that is no number, or half of an IPv6 address.
        return False
    is_whole = url.removesuffix("/") == f"{parts.scheme}://{parts.netloc}"
    return has_host and is_whole and parts.scheme in ("http", "https") and " " not in url


def require_disk_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < LEAST_SPACE:
        raise CannotStart(
            f"The disk of {folder} is full: {free // 1_000_000} MB are free, "
            f"and Classpulse needs {LEAST_SPACE // 1_000_000} MB."
        )


def require_free_port(port: int) -> None:
    with socket.socket() as probe:
        # A port that was closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError as error:
            raise CannotStart(f"Port {port} is taken. Choose another: make demo PORT={port + 1}") from error
