"""A class of simulated students on the whole product: what became of every frame, and how fast.

python -m benchmarks.load --students 50 --seconds 300 --kill-worker
python -m benchmarks.load --students 300 --seconds 15 --postgresql      everybody connects in one instant
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext, suppress
from pathlib import Path

import psutil

from benchmarks import machine
from benchmarks.redraw import Screen
from demo.product import ROOT, Product
from demo.redis_server import free_port
from demo.students import percentiles
from demo.teacher import Teacher, shown_after
from tests.servers import postgresql

FATES = ("read", "superseded", "expired", "lost", "refused", "erased")
SETTLING = 8.0  # seconds: what still waits is read, or expires

# The product's own account, copied from Redis for the last time, and when each reading's frame was taken.
ACCOUNT = """
import json
from emotion import tallies
from emotion.models import FrameTally, Reading
tallies.copy_to_database()
tally = FrameTally.objects.get(session="{session}")
taken_at = Reading.objects.filter(session="{session}").values_list("taken_at", flat=True)
fates = {{name: getattr(tally, name) for name in ("received", *{fates})}}
print("ACCOUNT", json.dumps(dict(fates=fates, taken_at=[moment.timestamp() for moment in taken_at])))
"""


class Processors:
    """CPU time of each service with all its children, added up over restarts."""

    def __init__(self, product: Product, students: subprocess.Popen) -> None:
        self.product, self.students = product, students
        self.began = time.monotonic()
        self.spent: dict[str, float] = {}
        self.seen: dict[int, float] = {}
        self.look()
        self.spent.clear()  # what was spent before is no part of the lesson

    def look(self) -> None:
        roots = {name: service.process.pid for name, service in self.product.services.items()}
        for name, pid in (roots | {"students": self.students.pid}).items():
            for process in _family(pid):
                with suppress(psutil.Error):
                    seconds = sum(process.cpu_times()[:2])
                    self.spent[name] = self.spent.get(name, 0) + seconds - self.seen.get(process.pid, 0)
                    self.seen[process.pid] = seconds

    def cores_used(self) -> dict[str, float]:
        self.look()
        lasted = time.monotonic() - self.began
        return {name: round(seconds / lasted, 2) for name, seconds in self.spent.items()}


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def measure(arguments: argparse.Namespace) -> dict:
    # Only what every program needs: a fresh database and Redis whatever the caller's settings are.
    surroundings = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    surroundings |= {name: value for name, value in os.environ.items() if name == "WORKER_PROCESSES"}
    if arguments.database_url:
        surroundings["DATABASE_URL"] = arguments.database_url
    report = {"machine": machine.describe(), "students": arguments.students, "seconds": arguments.seconds}
    with (
        tempfile.TemporaryDirectory(prefix="classpulse-load-") as folder,
        Product(Path(folder), port=free_port(), surroundings=surroundings) as product,
    ):
        return report | asyncio.run(_lesson(product, arguments))


async def _lesson(product: Product, arguments: argparse.Namespace) -> dict:
    demo = json.loads(product.manage("demo_class"))
    product.wait_until_ready()
    teacher = Teacher(product.url)
    teacher.sign_in(demo["username"], demo["password"])
    students = _start_students(product, demo["join_code"], arguments)
    watching = asyncio.create_task(teacher.watch(demo["session_id"]))
    if not await asyncio.to_thread(students.stdout.readline):  # they say so when all have joined
        raise SystemExit("The students could not join; their reason is above.")
    screen = Screen() if arguments.browser else None
    if screen:
        await screen.open(product.url, demo["session_id"], demo["username"], demo["password"])
    processors = Processors(product, students)
    tending = asyncio.create_task(_tend(product, processors))
    await _teach(product, arguments)
    cores_used = processors.cores_used()
    counted = json.loads((await asyncio.to_thread(students.communicate))[0])
    await asyncio.sleep(SETTLING)
    seen = await screen.close() if screen else None
    watching.cancel()
    tending.cancel()
    account = _account(product, demo["session_id"])
    told = percentiles(shown_after(teacher.heard, account["taken_at"]))
    on_page = {"capture to the teacher's live page": told}
    if seen:
        on_page |= seen.latencies(account["taken_at"])
    return {
        "worker_killed": arguments.kill_worker,
        "students_counted": counted,
        "frames": account["fates"] | _balance(account["fates"], counted),
        "latency_ms": {
            "socket opened to welcome": counted["welcomed_after_ms"],
            "capture to admitted": counted["admitted_after_ms"],
            "capture to saved and told to the student": counted["read_after_ms"],
            **on_page,
        },
        "browser": seen.busy() if seen else None,
        "cores_used": cores_used,
    }


async def _teach(product: Product, arguments: argparse.Namespace) -> None:
    """Until a second before the end, when all students are still there."""
    if not arguments.kill_worker:
        return await asyncio.sleep(arguments.seconds - 1)
    await asyncio.sleep(arguments.seconds / 2)
    _kill(product.services["worker"].process.pid)
    return await asyncio.sleep(arguments.seconds / 2 - 1)


def _start_students(product: Product, code: str, arguments: argparse.Namespace) -> subprocess.Popen:
    command = [sys.executable, "-m", "demo.students", "--url", product.url, "--code", code, "--json"]
    command += ["--students", str(arguments.students), "--seconds", str(arguments.seconds)]
    command += ["--rate", str(arguments.rate)]
    return subprocess.Popen(command, cwd=ROOT, env=product.env, stdout=subprocess.PIPE, text=True)


async def _tend(product: Product, processors: Processors) -> None:
    while True:
        processors.look()
        for sentence in product.tend():
            print(sentence, file=sys.stderr)
        await asyncio.sleep(0.2)


def _kill(pid: int) -> None:
    """The worker and its pool at once, as a machine that runs out of memory does."""
    for process in _family(pid):
        process.kill()


def _account(product: Product, session_id: str) -> dict:
    script = ACCOUNT.format(session=session_id, fates=FATES)
    said = product.manage("shell", "--no-imports", "--command", script)
    return json.loads(said.partition("ACCOUNT ")[2])


def _balance(fates: dict[str, int], counted: dict) -> dict[str, int]:
    """Both differences must be 0: what students sent and the web side received, and what became of it."""
    return {
        "sent by students": counted["sent"],
        "not received": counted["sent"] - fates["received"],
        "unaccounted": fates["received"] - sum(fates[name] for name in FATES),
    }


def show(report: dict) -> None:
    machine_ = report["machine"]
    print(f"{machine_['cpu']}, {machine_['cores']} cores, {machine_['memory_gb']} GB, {machine_['system']}")
    print(f"load before: {machine_['load_before']}")
    killed = ", the worker killed in the middle" if report["worker_killed"] else ""
    print(f"{report['students']} students for {report['seconds']:g} s{killed}\n")
    for name, count in report["frames"].items():
        print(f"  {name:18}{count:9}")
    print()
    for name, cuts in report["latency_ms"].items():
        words = f"p50 {cuts['p50']:8} ms   p95 {cuts['p95']:8} ms" if cuts else "nothing measured"
        print(f"  {name:42}{words}")
    if report["browser"]:
        print("\n  browser: " + ", ".join(f"{name} {count}" for name, count in report["browser"].items()))
    used = ", ".join(f"{name} {share}" for name, share in report["cores_used"].items())
    print(f"\n  cores used: {used}")


def main() -> int:
    parser = argparse.ArgumentParser(description="The whole product under a class of simulated students.")
    parser.add_argument("--students", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=1.0, help="frames a second that each student may send")
    parser.add_argument("--kill-worker", action="store_true", help="kill the worker in the middle")
    parser.add_argument("--browser", action="store_true", help="a real Chromium on the live page as well")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--database-url", help="a PostgreSQL to use instead of a fresh SQLite file")
    where.add_argument("--postgresql", action="store_true", help="a temporary one of its own")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures there as well")
    arguments = parser.parse_args()
    with postgresql() if arguments.postgresql else nullcontext(arguments.database_url) as database_url:
        arguments.database_url = database_url
        report = measure(arguments)
    show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
