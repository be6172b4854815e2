"""The product as a set of running processes."""

import json
import os
import resource
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from demo.lan import certificate, lan_address, write_secret
from demo.redis_server import redis_service, wait_for_redis
from demo.services import CannotStart, Service, die_with_parent

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "emotion" / "vision" / "weights"
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
READY_WITHIN = 60.0  # seconds; a cold disk reads the libraries slowly
LEAST_SPACE = 100_000_000  # bytes: 20 MB of static files, and room for a class and the logs


class Product:
    """Redis, the web process and the worker, in a folder of their own."""

    def __init__(
        self, folder: Path, *, port: int, lan: bool = False, surroundings: Mapping[str, str] = os.environ
    ):
        self.folder, self.port = folder, port
        public_url = surroundings.get("PUBLIC_URL")
        if public_url:
            refuse_bad_address(public_url)
        else:
            surroundings = {name: value for name, value in surroundings.items() if name != "PUBLIC_URL"}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.address = lan_address() if lan else None
        self.url = f"https://{self.address}:{port}" if lan else f"http://localhost:{port}"
        self.leaf, self.authority = certificate(folder / "lan", self.address) if lan else (None, None)
        self.env = self._defaults(public_url) | dict(surroundings)
        self.services: dict[str, Service] = {}

    def _defaults(self, public_url: str | None) -> dict[str, str]:
        """For what the surroundings do not set. A demo may do what a deployment has to decide on, as long as
        only this machine reaches it: elsewhere nobody makes themselves an account."""
        hosts = ["localhost", "127.0.0.1", socket.gethostname(), self.address, host_of(public_url)]
        return {
            "SECRET_KEY": kept_secret(self.folder / "secret_key"),
            "DATABASE_URL": f"sqlite:///{self.folder / 'demo.sqlite3'}",
            "RUN_DIR": str(self.folder),
            "PUBLIC_URL": self.url,
            "ALLOWED_HOSTS": ",".join(host for host in hosts if host),
            "ALLOWED_MODES": "participation,mirror,analytics",
            "SIGNUP_OPEN": "1" if host_of(public_url or self.url) in THIS_MACHINE else "0",
            "PYTHONUNBUFFERED": "1",
        }

    @property
    def is_private(self) -> bool:
        """Whether its address leads to this machine from this machine alone."""
        return self.address is None and host_of(self.env["PUBLIC_URL"]) in THIS_MACHINE

    def start(self) -> None:
        refuse_taken_port(self.port)
        if not self.env.get("REDIS_URL"):
            self.services["redis"], self.env["REDIS_URL"] = redis_service(self.folder)
            self.services["redis"].start()
        wait_for_redis(self.env["REDIS_URL"])
        self._prepare()
        self.services["worker"] = self._service("worker", worker_command(self.folder), KEEP_CONNECTIONS="1")
        self.services["web"] = self._service("web", self._web_command())
        for name in ("worker", "web"):
            self.services[name].start()

    def _prepare(self) -> None:
        """Tables and static files, side by side: each waits for a Python of its own."""
        commands = [["migrate", "--skip-checks", "--verbosity", "0"]]
        if not static_files_are_current(self.folder / "static" / "staticfiles.json"):
            commands.append(["collectstatic", "--noinput", "--verbosity", "0"])
        running = [subprocess.Popen(manage_command(*command), **self._apart()) for command in commands]
        try:
            codes = [process.wait() for process in running]  # every one, before any is judged
        except BaseException:
            for process in running:
                process.terminate()
            for process in running:
                process.wait()
            raise
        failed = [command[0] for command, code in zip(commands, codes, strict=True) if code]
        if failed:
            raise CannotStart(f"`manage.py {failed[0]}` failed; its own words are above.")

    def _apart(self) -> dict[str, object]:
        """A session of its own: Ctrl-C reaches the demo alone, which stops what it started."""
        return {"cwd": ROOT, "env": self.env, "start_new_session": True, "preexec_fn": die_with_parent}

    def manage(self, *arguments: str) -> str:
        command = manage_command(*arguments)
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE, **self._apart())
        if done.returncode:
            raise CannotStart(f"`manage.py {arguments[0]}` failed; its own words are above.")
        return done.stdout

    def _service(self, name: str, command: list[str], **env: str) -> Service:
        return Service(f"{name} process", command, self.env | env, self.folder / f"{name}.log")

    def _web_command(self) -> list[str]:
        options = ["--host", "0.0.0.0" if self.address else "127.0.0.1", "--port", str(self.port)]
        if self.leaf:
            options += ["--ssl-certfile", str(self.leaf)]
        options += ["--http", "config.http:BoundedHTTP", "--ws", "config.sockets:BoundedSocket"]
        options += ["--backlog", str(backlog())]
        # Only a proxy or tunnel on this machine may say whose address a request comes from; without one,
        # whoever is here could say anything.
        if self.address or self.is_private:
            options += ["--no-proxy-headers"]
        # A closed laptop says no goodbye: its seat is noted as offline within 20 s.
        options += ["--ws-ping-interval", "10", "--ws-ping-timeout", "10"]
        options += ["--timeout-graceful-shutdown", "2", "--log-level", "warning"]
        return [sys.executable, "-m", "uvicorn", "config.asgi:application", *options]

    def wait_until_ready(self) -> None:
        """Apart from start(), so that something useful can be done meanwhile."""
        tls = ssl.create_default_context(cafile=self.authority) if self.authority else None
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            for service in self.services.values():
                if not service.is_running:
                    raise CannotStart(f"The {service.name} did not start:\n{service.last_words()}")
            try:
                with urllib.request.urlopen(f"{self.url}/health/", timeout=2, context=tls):
                    return
            except OSError:  # refused, reset, or an answer that takes longer than that on a loaded machine
                time.sleep(0.1)
        raise CannotStart(f"{self.url}/health/ does not answer; see {self.services['web'].log}")

    def students(self, count: int, code: str) -> Service:
        command = [sys.executable, "-m", "demo.students", "--students", str(count), "--code", code]
        command += ["--url", self.url] + (["--authority", str(self.authority)] if self.authority else [])
        self.services["students"] = self._service("students", command)
        self.services["students"].start()
        return self.services["students"]

    def tend(self) -> list[str]:
        """Start again what died, and bound the logs; the sentences to show for it."""
        now = time.monotonic()
        for service in self.services.values():
            service.rotate_log()
        return [sentence for service in self.services.values() if (sentence := service.tend(now))]

    def stop(self) -> None:
        """Students first, who say goodbye to the web process; Redis last, through which the others end."""
        for names in (("students",), ("web", "worker"), ("redis",)):
            ending = [self.services.pop(name) for name in names if name in self.services]
            for service in ending:
                service.ask_to_stop()
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


def backlog() -> int:
    """Four times as many connections are accepted before one is closed (config/connection_limits.py)."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 64 if 0 <= most < 4096 else 256  # -1 is no limit


def host_of(url: str | None) -> str | None:
    return urlsplit(url).hostname if url else None


def manage_command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def static_files_are_current(manifest: Path) -> bool:
    """Nothing they come from is newer: to collect, hash and compress them again takes seconds."""
    sources = [*(ROOT / "static").rglob("*"), ROOT / "config" / "static.py", ROOT / "requirements.txt"]
    newest = max(source.stat().st_mtime for source in sources)
    return manifest.exists() and manifest.stat().st_mtime > newest


def worker_command(folder: Path) -> list[str]:
    # One core is left to the web process, the database and Redis.
    workers = os.environ.get("WORKER_PROCESSES", str(max(1, (os.cpu_count() or 2) - 1)))
    options = ["--beat", "--schedule", str(folder / "beat"), "--concurrency", workers, "--loglevel", "INFO"]
    return [sys.executable, "-m", "celery", "-A", "config", "worker", *options]


def kept_secret(path: Path) -> str:
    if not path.exists() or not path.stat().st_size:
        write_secret(path, secrets.token_urlsafe(50).encode())
    return path.read_text()


def refuse_missing_weights(folder: Path = WEIGHTS) -> None:
    """Before anything starts; the worker refuses too, but where nobody reads it."""
    needed = [
        folder / name for name in ("card.json", "faces.onnx", "fitness.onnx", "fitness.json", "lowered.onnx")
    ]
    if needed[0].exists():
        needed.append(folder / json.loads(needed[0].read_text())["graph"]["file"])
    for path in needed:
        if not path.exists():
            raise CannotStart(
                f"{path} is missing; bring it back with: git checkout -- emotion/vision/weights"
            )


def refuse_bad_address(url: str) -> None:
    """One that every link would begin with, and that would lead nowhere."""
    if not is_address(url):
        raise CannotStart(
            f"PUBLIC_URL is {url!r}, which is not the address of a site. It looks like "
            "https://class.example.org or https://class.example.org:8443."
        )


def is_address(url: str) -> bool:
    """Scheme, host and perhaps a port, and nothing else."""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:  # a port that is no number, half of an IPv6 address
        return False
    is_whole = url.removesuffix("/") == f"{parts.scheme}://{parts.netloc}"
    return has_host and is_whole and parts.scheme in ("http", "https") and " " not in url


def refuse_full_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < LEAST_SPACE:
        raise CannotStart(
            f"The disk of {folder} is full: {free // 1_000_000} MB are free, "
            f"and Classpulse needs {LEAST_SPACE // 1_000_000} MB."
        )


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind(("0.0.0.0", port))
        except OSError as error:
            raise CannotStart(f"Port {port} is taken. Choose another: make demo PORT={port + 1}") from error
