"""What a product makes when it first starts, made once and copied for the products of the tests.

Migrations and static files take five seconds of CPU. tests/demo/ has products that begin with nothing.
"""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.management import ROOT, Management
from tests.migrated import copied_or_made

SOURCES = ("static/**/*", "config/static.py", "requirements.txt")


def migrate(cache: Path, database: Path, env: dict[str, str]) -> None:
    with copied_or_made(cache, database):
        if not database.exists():
            _manage(env | {"DATABASE_URL": f"sqlite:///{database}"}, "migrate")


def collect_static_files(cache: Path, folder: Path, env: dict[str, str]) -> None:
    """Static files for a product with this folder, newer than their sources."""
    kept, static = cache / f"{_digest()}.zip", folder / "static"
    with _one_process(cache / "lock"):
        if not kept.exists():
            _manage(env | {"RUN_DIR": str(folder)}, "collectstatic", "--noinput")
            for older in cache.glob("*.zip"):
                older.unlink()
            shutil.make_archive(str(cache / "unfinished"), "zip", static)
            (cache / "unfinished.zip").rename(kept)
            return
    shutil.unpack_archive(kept, static)
    (static / "staticfiles.json").touch()


@contextmanager
def _one_process(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _manage(env: dict[str, str], *command: str) -> None:
    management = Management(env)
    try:
        management.begin(*command, "--verbosity", "0").output()
    finally:
        management.stop()


def _digest() -> str:
    digest = hashlib.sha256()
    for file in sorted(found for pattern in SOURCES for found in ROOT.glob(pattern) if found.is_file()):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]
