"""Redis is lost without a word while two classes run, and comes back: how the product takes it.

python -m benchmarks.outage                                  each kind of outage once
python -m benchmarks.outage --kind dropped --seconds 60 --times 5

Linux only. Redis runs on a host of its own, made of network namespaces (benchmarks/network.py).
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError

import psutil

from benchmarks.network import NoNamespaces, RedisHost, enter
from demo.product import Product
from demo.redis_server import free_port
from demo.students import Student
from demo.teacher import Teacher
from tests.black_hole import BlackHole
from tests.emotion.running import run_in

READ_AGAIN_WITHIN, CLOSED_WITHIN = 30.0, 10.0  # seconds: what is promised
WATCHED_FOR = 40.0  # seconds after healing
LOOK_EVERY = 0.5
WARM_UP = 10.0
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

OPEN_CLASSES = """
import json, secrets
from django.http import HttpResponse
from classroom.seat_cookie import set_seat_cookie
from tests import factory

teacher = factory.teacher(secrets.token_hex(8))
classes = []
for _class in range(2):
    session = factory.open_session(course=factory.course(teacher))
    cookies = []
    for number in range({students}):
        response = HttpResponse()
        set_seat_cookie(response, factory.measured(session))
        cookies.append(response.cookies.output(attrs=[], header="", sep=";").strip())
    classes.append({{"id": str(session.pk), "cookies": cookies}})
print(json.dumps({{"teacher": teacher.username, "password": factory.PASSWORD, "classes": classes}}))
"""
COPIED = """
import json
from emotion.models import FrameTally
print(json.dumps(sum(FrameTally.objects.values_list("received", flat=True))))
"""


class Attendee(Student):
    """A student who notes when each of their own readings came, and when the server ended their socket."""

    def __init__(self, number: int, product: Product, session_id: str, cookie: str) -> None:
        super().__init__(number, url=product.url, tls=None, rate=1)
        self.session_id, self.cookie = session_id, cookie
        self.captured_and_read: list[tuple[float, float]] = []
        self.closed_at: float | None = None

    async def attend(self) -> None:
        await super().attend()
        self.closed_at = time.time()

    def _note_reading(self, sequence: int) -> None:
        if captured := self.captured.get(sequence):
            self.captured_and_read.append((captured, time.time()))
        super()._note_reading(sequence)

    def closed_after(self, moment: float) -> float | None:
        return self.closed_at and self.closed_at - moment

    def read_after(self, moment: float) -> float | None:
        """Seconds from then to the first reading of a picture taken since."""
        return next((read - moment for taken, read in self.captured_and_read if taken >= moment), None)


@dataclass
class Processes:
    """What the services' processes weigh, and which of them ended."""

    product: Product
    megabytes: dict[str, list[float]] = field(default_factory=dict)
    alive: dict[int, str] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    is_paused: bool = False

    async def watch(self) -> None:
        began = time.monotonic()
        while True:
            if not self.is_paused:
                self._look(time.monotonic() - began)
            await asyncio.sleep(LOOK_EVERY)

    async def restart(self, name: str) -> float:
        """Seconds that it took to stop."""
        self.is_paused, service = True, self.product.services[name]
        began = time.monotonic()
        await asyncio.to_thread(service.stop)
        service.start()
        self.alive, self.is_paused = {}, False
        return time.monotonic() - began

    def _look(self, seconds: float) -> None:
        self.ended += [f"+{seconds:.0f} s: {sentence}" for sentence in self.product.tend()]
        now: dict[int, str] = {}
        for name, service in self.product.services.items():
            weight = 0.0
            for process in _family(service.process.pid):
                with suppress(psutil.Error):
                    weight += process.memory_info().rss / 1e6
                    now[process.pid] = name if process.pid == service.process.pid else f"{name}'s child"
            self.megabytes.setdefault(name, []).append(weight)
        self.ended += [
            f"+{seconds:.0f} s: {name} {pid} ended" for pid, name in self.alive.items() if pid not in now
        ]
        self.alive = now

    def growth(self) -> dict[str, int]:
        return {name: round(max(seen) - seen[0]) for name, seen in self.megabytes.items()}


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


@dataclass
class Outage:
    """How Redis is lost and found again, if it does not serve all the time."""

    begin: Callable[[], None]
    end: Callable[[], None] | None
    restarts_worker: bool = False  # in between


def outages(host: RedisHost, proxy: BlackHole) -> dict[str, Outage]:
    def takes_new() -> None:
        proxy.takes_new = True

    return {
        "dropped": Outage(host.drop, host.pass_on),
        "unplugged": Outage(host.unplug, host.plug),
        "replaced": Outage(host.crash, host.replace),
        "frozen": Outage(host.freeze, host.thaw),
        "swallowed": Outage(lambda: proxy.swallow(new=True), takes_new),
        "deaf": Outage(proxy.swallow, None),
        "restarted": Outage(host.drop, host.pass_on, restarts_worker=True),
    }


def measure(kind: str, seconds: float, logs: Path | None) -> dict:
    surroundings = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "WORKER_PROCESSES") if name in os.environ
    }
    with tempfile.TemporaryDirectory(prefix="classpulse-outage-") as name, ExitStack() as running:
        folder = Path(name)
        running.callback(_keep_logs, folder, logs)
        host = running.enter_context(RedisHost(folder))
        proxy = running.enter_context(BlackHole(host.url))
        surroundings["REDIS_URL"] = proxy.url if kind in BEHIND_PROXY else host.url
        product = running.enter_context(Product(folder, port=free_port(), surroundings=surroundings))
        product.wait_until_ready()
        return asyncio.run(_lessons(product, outages(host, proxy)[kind], seconds))


def _keep_logs(folder: Path, logs: Path | None) -> None:
    if logs:
        shutil.copytree(
            folder, logs / folder.name, ignore=lambda _, names: [n for n in names if n[-4:] != ".log"]
        )


async def _lessons(product: Product, outage: Outage, seconds: float) -> dict:
    opened = await asyncio.to_thread(run_in, product, OPEN_CLASSES.format(students=STUDENTS))
    staying, ending = (
        [Attendee(number, product, one["id"], cookie) for number, cookie in enumerate(one["cookies"])]
        for one in opened["classes"]
    )
    teacher = Teacher(product.url)
    await asyncio.to_thread(teacher.sign_in, opened["teacher"], opened["password"])
    attending = [asyncio.create_task(student.attend()) for student in staying + ending]
    await asyncio.sleep(WARM_UP)
    processes = Processes(product)
    watching = asyncio.create_task(processes.watch())
    moments = await _lose_redis(processes, outage, seconds, teacher, ending[0].session_id)
    copied = await asyncio.to_thread(run_in, product, COPIED)
    await asyncio.sleep(WATCHED_FOR)
    copies_again = await asyncio.to_thread(run_in, product, COPIED) > copied
    for task in [watching, *attending]:
        task.cancel()
    return {
        "read_again_after": [_rounded(student.read_after(moments.healed)) for student in staying],
        "closed_after": [_rounded(student.closed_after(moments.class_ended)) for student in ending],
        "beat_copies_again": copies_again,
        "worker_stopped_within": moments.worker_stopped_within,
        "ended": processes.ended,
        "grown_mb": processes.growth(),
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


class Moments(NamedTuple):
    class_ended: float
    healed: float
    worker_stopped_within: float | None


async def _lose_redis(
    processes: Processes, outage: Outage, seconds: float, teacher: Teacher, ending: str
) -> Moments:
    """The second class ends in the middle."""
    until, lost, stopped = time.monotonic() + seconds, time.time(), None
    await asyncio.to_thread(outage.begin)
    if outage.restarts_worker:
        await asyncio.sleep(seconds / 4)
        stopped = await processes.restart("worker")
    await asyncio.sleep((until - time.monotonic()) / 2)
    class_ended = time.time()
    with suppress(URLError, TimeoutError):
        await asyncio.to_thread(teacher.visitor.post, f"{teacher.url}/sessions/{ending}/close/")
    await asyncio.sleep(until - time.monotonic())
    if outage.end:
        await asyncio.to_thread(outage.end)
    return Moments(class_ended, time.time() if outage.end else lost, stopped)


def holds(report: dict) -> bool:
    return (
        all(after is not None and after < READ_AGAIN_WITHIN for after in report["read_again_after"])
        and all(after is not None and after < CLOSED_WITHIN for after in report["closed_after"])
        and report["beat_copies_again"]
        and not report["ended"]
    )


def show(kind: str, seconds: float, report: dict) -> None:
    print(f"{kind}, {seconds:g} s: {'as promised' if holds(report) else 'NOT AS PROMISED'}")
    for name, value in report.items():
        print(f"  {name:22} {json.dumps(value)}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Redis is lost without a word, and comes back.",
        epilog="; ".join(f"{kind}: {words}" for kind, words in KINDS.items()),
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
    held = True
    for kind in list(arguments.kind or KINDS) * arguments.times:
        report = measure(kind, arguments.seconds, arguments.logs)
        held &= holds(report)
        show(kind, arguments.seconds, report)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
