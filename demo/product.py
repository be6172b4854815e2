"""The product as a set of running processes: Redis, the web process, the worker, and simulated students."""

import os
import resource
import secrets
import socket
import ssl
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from demo.lan import certificate, lan_address, write_secret
from demo.management import ROOT, Management, RunningCommand
from demo.preflight import require_free_port, require_site_address
from demo.redis_server import redis_service, wait_for_redis
from demo.services import CannotStart, Service

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
# The share of simulated students with an own line: among a few, enough for a class average.
OWN_LINE_SHARE = 0.8
START_TIMEOUT = 60.0  # seconds; a cold disk reads the libraries slowly
# Students first, who leave the class through the web process; Redis last, which the others need.
STOP_ORDER = (("students",), ("web", "worker", "exports"), ("redis",))


class Product:
    """The product with a folder of its own for database, logs and secrets. Use it as a context manager.

    What `environ` does not set has a default that suits one machine.
    """

    def __init__(
        self, folder: Path, *, port: int, lan: bool = False, environ: Mapping[str, str] = os.environ
    ) -> None:
        self.folder, self.port = folder, port
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.address: str | None = None
        self.url = f"http://localhost:{port}"
        self.leaf: Path | None = None
        self.authority: Path | None = None
        if lan:
            self.address = lan_address()
            self.url = f"https://{self.address}:{port}"
            self.leaf, self.authority = certificate(folder / "lan", self.address)
        given = {name: value for name, value in environ.items() if name != "PUBLIC_URL" or value}
        if "PUBLIC_URL" in given:
            require_site_address(given["PUBLIC_URL"])
        self.env = self._defaults(given.get("PUBLIC_URL", self.url)) | given
        self.services: dict[str, Service] = {}
        self._management: Management | None = None

    def _defaults(self, public_url: str) -> dict[str, str]:
        hosts = ["localhost", "127.0.0.1", socket.gethostname(), self.address, _host(public_url)]
        return {
            "SECRET_KEY": kept_secret(self.folder / "secret_key"),
            "DATABASE_URL": f"sqlite:///{self.folder / 'demo.sqlite3'}",
            "RUN_DIR": str(self.folder),
            "PUBLIC_URL": self.url,
            "ALLOWED_HOSTS": ",".join(host for host in hosts if host),
            "ALLOWED_MODES": "participation,mirror,analytics",
            # Nobody makes themselves an account on a demo that other machines reach.
            "SIGNUP_OPEN": "1" if _host(public_url) in THIS_MACHINE else "0",
            "DEMO_TEACHER": "demo-teacher" if not self.address and _host(public_url) in THIS_MACHINE else "",
            "PYTHONUNBUFFERED": "1",
        }

    @property
    def is_private(self) -> bool:
        """Whether only this machine reaches the product."""
        return self.address is None and _host(self.env["PUBLIC_URL"]) in THIS_MACHINE

    def start(self) -> None:
        """Start all processes but the students. wait_until_ready() waits until they answer."""
        require_free_port(self.port)
        if not self.env.get("REDIS_URL"):
            self.services["redis"], self.env["REDIS_URL"] = redis_service(self.folder)
            self.services["redis"].start()
        wait_for_redis(self.env["REDIS_URL"])
        self._management = Management(self.env)
        migrating = self._management.begin("migrate", "--skip-checks", "--verbosity", "0")
        collecting = self._begin_collecting(self._management)
        self.services["worker"] = self._service("worker", worker_command(self.folder), KEEP_CONNECTIONS="1")
        self.services["web"] = self._service("web", self._web_command())
        self.services["exports"] = self._service("exports", export_worker_command(), KEEP_CONNECTIONS="1")
        migrating.output()
        self.services["worker"].start()
        if collecting:
            collecting.output()
        self.services["web"].start()
        self.services["exports"].start()

    def _begin_collecting(self, management: Management) -> RunningCommand | None:
        if _static_files_are_current(self.folder / "static" / "staticfiles.json"):
            return None
        return management.begin("collectstatic", "--noinput", "--verbosity", "0")

    def manage(self, *arguments: str) -> str:
        """Run a management command of the site and return what it prints."""
        return self._running_management.begin(*arguments).output()

    def stop_management(self) -> None:
        """Give back its memory where no management command follows."""
        if self._management:
            self._management.stop()
            self._management = None

    @property
    def _running_management(self) -> Management:
        if self._management is None:
            raise RuntimeError("The product does not run.")
        return self._management

    def _service(self, name: str, command: list[str], **env: str) -> Service:
        return Service(f"{name} process", command, self.env | env, self.folder / f"{name}.log")

    def _web_command(self) -> list[str]:
        options = ["--host", "0.0.0.0" if self.address else "127.0.0.1", "--port", str(self.port)]
        if self.leaf:
            options += ["--ssl-certfile", str(self.leaf)]
        options += ["--http", "config.http:BoundedHTTP", "--ws", "config.sockets:BoundedSocket"]
        options += ["--backlog", str(_backlog())]
        # Only behind a proxy or tunnel on this machine may a header name the client's address. Without one,
        # any client could name any address.
        if self.address or self.is_private:
            options += ["--no-proxy-headers"]
        # A closed laptop sends no goodbye: its connection is given up within 20 s.
        options += ["--ws-ping-interval", "10", "--ws-ping-timeout", "10"]
        options += ["--timeout-graceful-shutdown", "2", "--log-level", "warning"]
        return [sys.executable, "-m", "uvicorn", "config.asgi:application", *options]

    def wait_until_ready(self) -> None:
        """Wait until /health/ answers. Raises CannotStart with the log of a process that has ended."""
        tls = ssl.create_default_context(cafile=self.authority) if self.authority else None
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            for service in self.services.values():
                if not service.is_running:
                    raise CannotStart(f"The {service.name} did not start:\n{service.log_tail()}")
            try:
                with urllib.request.urlopen(f"{self.url}/health/", timeout=2, context=tls):
                    return
            except OSError:
                # Refused, reset, or an answer that takes longer than that on a loaded machine.
                time.sleep(0.1)
        raise CannotStart(f"{self.url}/health/ does not answer; see {self.services['web'].log}")

    def start_students(self, count: int, code: str) -> None:
        command = [sys.executable, "-m", "demo.students", "--url", self.url, "--code", code]
        command += ["--students", str(count), "--lively", "--own-line-share", str(OWN_LINE_SHARE)]
        command += ["--authority", str(self.authority)] if self.authority else []
        self.services["students"] = self._service("students", command)
        self.services["students"].start()

    def supervise(self) -> list[str]:
        """Restart processes that died and bound the logs. Returns a sentence for each death."""
        now = time.monotonic()
        for service in self.services.values():
            service.rotate_log()
        return [sentence for service in self.services.values() if (sentence := service.supervise(now))]

    def stop(self) -> None:
        self.stop_management()
        for names in STOP_ORDER:
            ending = [self.services.pop(name) for name in names if name in self.services]
            for service in ending:
                service.terminate()
            for service in ending:
                service.stop()

    def __enter__(self) -> "Product":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _backlog() -> int:
    """Four times as many connections are accepted before one is closed (config/connection_limits.py)."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 64 if 0 <= most < 4096 else 256  # -1 is no limit


def _host(url: str) -> str | None:
    return urlsplit(url).hostname


def _static_files_are_current(manifest: Path) -> bool:
    """Whether no source is newer. To collect, hash and compress static files again takes seconds."""
    sources = [*(ROOT / "static").rglob("*"), ROOT / "config" / "static.py", ROOT / "requirements.txt"]
    newest = max(source.stat().st_mtime for source in sources)
    return manifest.exists() and manifest.stat().st_mtime > newest


def worker_command(folder: Path) -> list[str]:
    # One core is left to the web process, the database and Redis.
    workers = os.environ.get("WORKER_PROCESSES", str(max(1, (os.cpu_count() or 2) - 1)))
    options = ["--beat", "--schedule", str(folder / "beat"), "--concurrency", workers, "--loglevel", "INFO"]
    return [*_celery("config"), "worker", *options]


def export_worker_command() -> list[str]:
    """One file at a time: those who wait for one can, and a class cannot."""
    options = ["--queues", "exports", "--concurrency", "1", "--hostname", "exports@%h", "--loglevel", "INFO"]
    return [*_celery("config.export_worker"), "worker", *options]


def _celery(app: str) -> list[str]:
    """Celery runs Django's checks, for which it loads every page, and shows nobody what they found."""
    return [sys.executable, "-m", "celery", "-A", app, "--skip-checks"]


def kept_secret(path: Path) -> str:
    """The secret in this file, which is made if the file is missing or empty."""
    if not path.exists() or not path.stat().st_size:
        write_secret(path, secrets.token_urlsafe(50).encode())
    return path.read_text()
