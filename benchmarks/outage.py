"""Redis is lost silently while two classes run, and comes back: whether the product keeps its promises.

python -m benchmarks.outage                                  each kind of outage once
python -m benchmarks.outage --kind dropped --seconds 60 --times 5

Linux only. Redis runs on a host of its own, made of network namespaces (benchmarks/network.py).
"""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import URLError

import psutil

from benchmarks import machine
from benchmarks.network import NoNamespaces, RedisHost, enter
from benchmarks.site import clean_environ, process_tree
from benchmarks.teacher import SimulatedTeacher
from demo.client import RoomAccess
from demo.product import Product
from demo.redis_server import free_port
from demo.student import SimulatedStudent
from testbed.black_hole import BlackHole
from testbed.inside import call

READ_AGAIN_WITHIN, CLOSED_WITHIN = 30.0, 10.0  # seconds: the promises
WATCHED_AFTERWARDS = 40.0  # seconds
SAMPLE_EVERY = 0.5  # seconds
WARM_UP = 10.0  # seconds
STUDENTS = 3  # of each class
KINDS = {
    "dropped": "no packet arrives, in neither direction",
    "unplugged": "the product's own network interface is down",
    "replaced": "the host is gone at once, and another has its address",
    "frozen": "everything is acknowledged, and nothing answered",
    "swallowed": "a proxy acknowledges, and passes nothing on; old connections never come back",
    "deaf": "the same for the connections there are; new ones work at once",
    "restarted": "no packet arrives, and the worker is restarted meanwhile",
}
BEHIND_PROXY = ("swallowed", "deaf")


class Attendee(SimulatedStudent):
    """A student who notes when their readings came and when the server closed their socket for good."""

    def __init__(self, number: int, access: RoomAccess) -> None:
        super().__init__(number, access=access)
        self.captured_and_read: list[tuple[float, float]] = []
        self.closed_at: float | None = None

    async def attend(self) -> None:
        await super().attend()
        self.closed_at = time.time()

    def on_reading(self, sequence: int, captured: float) -> None:
        self.captured_and_read.append((captured, time.time()))
        super().on_reading(sequence, captured)

    def closed_after(self, moment: float) -> float | None:
        return None if self.closed_at is None else round(self.closed_at - moment, 1)

    def read_after(self, moment: float) -> float | None:
        """Seconds from this moment to the first reading of a picture taken since."""
        for captured, read in self.captured_and_read:
            if captured >= moment:
                return round(read - moment, 1)
        return None


@dataclass
class ProcessWatch:
    """The memory of the product's processes, and which of them ended."""

    product: Product
    megabytes: dict[str, list[float]] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    _alive: dict[int, str] = field(default_factory=dict)
    _is_paused: bool = False

    async def watch(self) -> None:
        began = time.monotonic()
        while True:
            if not self._is_paused:
                self._sample(time.monotonic() - began)
            await asyncio.sleep(SAMPLE_EVERY)

    async def restart(self, name: str) -> float:
        """Restart a service without noting that it ended. Returns the seconds that it took to stop."""
        self._is_paused = True
        service = self.product.services[name]
        began = time.monotonic()
        await asyncio.to_thread(service.stop)
        stopped_after = time.monotonic() - began
        service.start()
        self._alive, self._is_paused = {}, False
        return stopped_after

    def _sample(self, seconds: float) -> None:
        self.ended += [f"+{seconds:.0f} s: {sentence}" for sentence in self.product.supervise()]
        alive: dict[int, str] = {}
        for name, service in self.product.services.items():
            total = 0.0
            for process in process_tree(service.pid):
                with suppress(psutil.Error):
                    total += process.memory_info().rss / 1e6
                    alive[process.pid] = name if process.pid == service.pid else f"{name}'s child"
            self.megabytes.setdefault(name, []).append(total)
        self.ended += [
            f"+{seconds:.0f} s: {name} {pid} ended" for pid, name in self._alive.items() if pid not in alive
        ]
        self._alive = alive

    def growth(self) -> dict[str, int]:
        return {name: round(max(samples) - samples[0]) for name, samples in self.megabytes.items()}


@dataclass
class Outage:
    """How Redis is lost, and how it comes back where it does not by itself."""

    begin: Callable[[], None]
    end: Callable[[], None] | None
    restarts_worker: bool = False


def outages(host: RedisHost, proxy: BlackHole) -> dict[str, Outage]:
    def accept_new() -> None:
        proxy.accepts_new = True

    return {
        "dropped": Outage(host.drop, host.pass_on),
        "unplugged": Outage(host.unplug, host.plug),
        "replaced": Outage(host.crash, host.replace),
        "frozen": Outage(host.freeze, host.thaw),
        "swallowed": Outage(lambda: proxy.swallow(new=True), accept_new),
        "deaf": Outage(proxy.swallow, None),
        "restarted": Outage(host.drop, host.pass_on, restarts_worker=True),
    }


def measure(kind: str, seconds: float, logs: Path | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="classpulse-outage-") as name, ExitStack() as running:
        folder = Path(name)
        running.callback(_keep_logs, folder, logs)
        host = running.enter_context(RedisHost(folder))
        proxy = running.enter_context(BlackHole(host.url))
        environ = clean_environ(REDIS_URL=proxy.url if kind in BEHIND_PROXY else host.url)
        product = running.enter_context(Product(folder, port=free_port(), environ=environ))
        product.wait_until_ready()
        return asyncio.run(_run_lessons(product, outages(host, proxy)[kind], seconds))


def _keep_logs(folder: Path, logs: Path | None) -> None:
    if logs:
        kept = logs / folder.name
        kept.mkdir(parents=True)
        for log in folder.glob("*.log"):
            shutil.copy(log, kept)


async def _run_lessons(product: Product, outage: Outage, seconds: float) -> dict[str, Any]:
    """One class goes on after the outage; the other is ended in the middle of it."""
    staying, ending = [
        await asyncio.to_thread(call, product, "open_class", students=STUDENTS, are_measuring=True)
        for _ in range(2)
    ]
    staying_students, ending_students = _students(product, staying), _students(product, ending)
    teacher = SimulatedTeacher(product.url)
    await asyncio.to_thread(teacher.sign_in, ending["teacher"], ending["password"])
    attending = [asyncio.create_task(one.attend()) for one in staying_students + ending_students]
    await asyncio.sleep(WARM_UP)
    processes = ProcessWatch(product)
    watching = asyncio.create_task(processes.watch())
    moments = await _lose_redis(processes, outage, seconds, teacher, ending["session_id"])
    copied = await asyncio.to_thread(call, product, "frames_copied")
    await asyncio.sleep(WATCHED_AFTERWARDS)
    copies_again = await asyncio.to_thread(call, product, "frames_copied") > copied
    for task in [watching, *attending]:
        task.cancel()
    return {
        "read_again_after": [student.read_after(moments.healed) for student in staying_students],
        "closed_after": [student.closed_after(moments.class_ended) for student in ending_students],
        "beat_copies_again": copies_again,
        "worker_stopped_within": moments.worker_stopped_within,
        "ended": processes.ended,
        "grown_mb": processes.growth(),
    }


def _students(product: Product, opened: dict[str, Any]) -> list[Attendee]:
    return [
        Attendee(number, RoomAccess(product.url, opened["session_id"], cookie))
        for number, cookie in enumerate(opened["cookies"])
    ]


class Moments(NamedTuple):
    class_ended: float  # seconds since 1970
    healed: float  # seconds since 1970
    worker_stopped_within: float | None  # seconds


async def _lose_redis(
    processes: ProcessWatch, outage: Outage, seconds: float, teacher: SimulatedTeacher, ending: str
) -> Moments:
    """Begin and end the outage; the teacher ends one class in the middle of it."""
    until, lost, stopped = time.monotonic() + seconds, time.time(), None
    await asyncio.to_thread(outage.begin)
    if outage.restarts_worker:
        await asyncio.sleep(seconds / 4)
        stopped = await processes.restart("worker")
    await asyncio.sleep((until - time.monotonic()) / 2)
    class_ended = time.time()
    with suppress(URLError, TimeoutError):
        await asyncio.to_thread(teacher.close_session, ending)
    await asyncio.sleep(until - time.monotonic())
    if outage.end:
        await asyncio.to_thread(outage.end)
    return Moments(class_ended, time.time() if outage.end else lost, stopped)


def holds(report: dict[str, Any]) -> bool:
    return (
        all(after is not None and after < READ_AGAIN_WITHIN for after in report["read_again_after"])
        and all(after is not None and after < CLOSED_WITHIN for after in report["closed_after"])
        and report["beat_copies_again"]
        and not report["ended"]
    )


def show(kind: str, seconds: float, report: dict[str, Any]) -> None:
    print(f"{kind}, {seconds:g} s: {'as promised' if holds(report) else 'NOT AS PROMISED'}")
    for name, value in report.items():
        print(f"  {name:22} {json.dumps(value)}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Redis is lost silently, and comes back.",
        epilog="; ".join(f"{kind}: {what}" for kind, what in KINDS.items()),
    )
    parser.add_argument("--kind", choices=KINDS, action="append", help="may be repeated; all by default")
    parser.add_argument("--seconds", type=float, default=60, help="that Redis is away")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--logs", metavar="FOLDER", type=Path, help="keep the logs of all processes there")
    arguments = parser.parse_args()
    try:
        enter()
    except NoNamespaces as reason:
        print(f"No network namespaces can be made here: {reason}", file=sys.stderr)
        return 2
    print(machine.in_words(machine.describe()))
    print(f"promised: read again within {READ_AGAIN_WITHIN:g} s, closed within {CLOSED_WITHIN:g} s\n")
    held = True
    for kind in list(arguments.kind or KINDS) * arguments.times:
        report = measure(kind, arguments.seconds, arguments.logs)
        held &= holds(report)
        show(kind, arguments.seconds, report)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
