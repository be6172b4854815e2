"""A migrated SQLite database, made once and copied by every process and every later run.

Migrations take each process seconds, most of them for building the models of every earlier version.
"""

import fcntl
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def copied_or_made(folder: Path, database: Path) -> Iterator[None]:
    """Copy the kept database to this path, or keep what the body has made there. One process makes it."""
    kept = folder / f"{_version()}.sqlite3"
    with (folder / "lock").open("w") as lock:
        if not kept.exists():
            fcntl.flock(lock, fcntl.LOCK_EX)
        is_new = not kept.exists()
        if not is_new:
            fcntl.flock(lock, fcntl.LOCK_UN)
            _copy(kept, database)
        yield
        if is_new:
            for older in folder.glob("*.sqlite3"):
                older.unlink()
            _copy(database, folder / "unfinished")
            (folder / "unfinished").rename(kept)


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)


def _version() -> str:
    """Return a digest of all migrations."""
    import django
    from django.apps import apps

    digest = hashlib.sha256(django.__version__.encode())
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
