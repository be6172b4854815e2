"""A host for Redis on a network made of Linux network namespaces, and the ways in which it is lost.

The calling program has to be in a namespace as well: see enter(). When its processes end, nothing is left.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from demo.redis_server import CONFIG, redis_binary, wait_for_redis
from demo.services import die_with_parent

NEAR, FAR, PORT = "10.77.0.1", "10.77.0.2", 6379
PASSWORD = "outage"
INSIDE = "CLASSPULSE_INSIDE_NETNS"
TOOLS = ("unshare", "nsenter", "ip", "nft")
DROP_EVERYTHING = (
    "flush ruleset; table ip outage { chain in { type filter hook input priority 0; policy drop; }; \
chain out { type filter hook output priority 0; policy drop; }; }"
)
DROP_RESETS = "flush ruleset; table ip outage { chain out { type filter hook output priority 0; \
tcp flags & (rst | fin) != 0 drop; }; }"


class NoNamespaces(Exception):
    """No network namespace can be made on this machine; the message says why."""


def enter() -> None:
    """Start this program again as root of a network namespace of its own. Returns when already inside."""
    if INSIDE in os.environ:
        run("ip", "link", "set", "lo", "up")
        return
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        raise NoNamespaces(f"{', '.join(missing)} not found (packages util-linux, iproute2 and nftables).")
    command = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    tried = subprocess.run([*command, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        raise NoNamespaces(f"{tried.stderr.strip()} (try as root)")
    os.environ[INSIDE] = "1"
    os.execvp(command[0], [*command, sys.executable, *sys.orig_argv[1:]])


def run(*command: str) -> None:
    subprocess.run(command, check=True)


class RedisHost:
    """A host with a Redis, behind a switch in the namespace of this program."""

    url = f"redis://:{PASSWORD}@{FAR}:{PORT}/0"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> "RedisHost":
        run("ip", "link", "add", "switch", "type", "bridge")
        run("ip", "addr", "add", f"{NEAR}/24", "dev", "switch")
        run("ip", "link", "set", "switch", "up")
        self._start()
        self._start_redis()
        wait_for_redis(self.url)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        run("ip", "link", "del", "switch")

    def _start(self) -> None:
        self._host = subprocess.Popen(["unshare", "--net", "sleep", "infinity"], preexec_fn=die_with_parent)
        self._wait_for_namespace()
        run("ip", "link", "add", "port", "type", "veth", "peer", "name", "eth0", "netns", str(self._host.pid))
        run("ip", "link", "set", "port", "master", "switch", "up")
        for command in (f"addr add {FAR}/24 dev eth0", "link set eth0 up", "link set lo up"):
            run(*self._inside("ip", *command.split()))

    def _wait_for_namespace(self) -> None:
        own = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self._host.pid}/ns/net") == own:
            time.sleep(0.01)

    def _start_redis(self) -> None:
        config = self.folder / "far.conf"
        text = CONFIG.format(port=PORT, password=PASSWORD, folder=self.folder)
        config.write_text(text.replace("bind 127.0.0.1", f"bind {FAR}"))
        with (self.folder / "far.log").open("ab") as log:
            command = self._inside(redis_binary(), str(config))
            self._redis = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=die_with_parent)

    def _stop(self) -> None:
        # The cable goes first, so that the processes cannot close their connections.
        run("ip", "link", "del", "port")
        for process in (self._redis, self._host):
            process.kill()
            process.wait()

    def drop(self) -> None:
        """Drop every packet to and from this host."""
        self._filter(DROP_EVERYTHING)

    def pass_on(self) -> None:
        self._filter("flush ruleset")

    def unplug(self) -> None:
        run("ip", "link", "set", "switch", "down")

    def plug(self) -> None:
        run("ip", "link", "set", "switch", "up")

    def crash(self) -> None:
        """End the host and its connections without closing them."""
        self._stop()

    def replace(self) -> None:
        """Start another host at the same address, which does not answer packets of unknown connections."""
        self._start()
        self._filter(DROP_RESETS)
        self._start_redis()

    def freeze(self) -> None:
        """Stop Redis: the kernel still accepts connections and acknowledges data, and nothing is answered."""
        self._redis.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._redis.send_signal(signal.SIGCONT)

    def _filter(self, rules: str) -> None:
        run(*self._inside("nft", rules))

    def _inside(self, *command: str) -> list[str]:
        return ["nsenter", f"--net=/proc/{self._host.pid}/ns/net", *command]
