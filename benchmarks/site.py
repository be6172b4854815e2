"""A fresh product for one measurement, whatever the caller's own settings are."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from demo.product import Product
from demo.redis_server import free_port

# What every program needs, and the number of worker processes, which some measurements vary.
KEPT = ("PATH", "HOME", "LANG", "WORKER_PROCESSES")


def clean_environ(**settings: str | None) -> dict[str, str]:
    """KEPT, and those of the settings that are not None."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {name: value for name, value in settings.items() if value is not None}


@contextmanager
def fresh_product(*, database_url: str | None = None) -> Iterator[Product]:
    """A product that answers, with an empty database and a Redis of its own."""
    environ = clean_environ(DATABASE_URL=database_url)
    with (
        tempfile.TemporaryDirectory(prefix="classpulse-benchmark-") as folder,
        Product(Path(folder), port=free_port(), environ=environ) as product,
    ):
        product.wait_until_ready()
        yield product


def process_tree(pid: int) -> list[psutil.Process]:
    """The process and all its descendants; none if it has ended."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def cpu_seconds(pid: int) -> float:
    """CPU time that the process and its present descendants have used."""
    total = 0.0
    for process in process_tree(pid):
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total
