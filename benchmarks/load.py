"""A class of simulated students on the whole product: what became of every frame, and how fast.

python -m benchmarks.load --students 50 --seconds 300 --kill-worker
python -m benchmarks.load --students 300 --seconds 15 --postgresql      everybody connects in one instant
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import psutil

from benchmarks import machine
from benchmarks.redraw import BrowserRecord, LiveBrowser
from benchmarks.site import fresh_product, process_tree
from benchmarks.teacher import SimulatedTeacher, display_delays
from demo.client_stats import percentiles
from demo.product import ROOT, Product
from testbed.inside import call
from testbed.postgresql import postgresql

FATES = ("read", "superseded", "expired", "lost", "refused", "erased")
SETTLING = 8.0  # seconds in which each waiting frame is read or expires
SAMPLE_EVERY = 0.2  # seconds
# Milliseconds at p95 from a capture to the teacher's live page: the product's promise.
PROMISED = 1000


class CpuMeter:
    """CPU time of each service with its children, added up over restarts."""

    def __init__(self, product: Product, students: subprocess.Popen[str]) -> None:
        self._product, self._students = product, students
        self._began = time.monotonic()
        self._spent: dict[str, float] = {}
        self._seen: dict[int, float] = {}
        self.sample()
        # What was spent before the lesson does not count.
        self._spent.clear()

    def sample(self) -> None:
        roots = {name: service.pid for name, service in self._product.services.items()}
        for name, pid in (roots | {"students": self._students.pid}).items():
            for process in process_tree(pid):
                with suppress(psutil.Error):
                    times = process.cpu_times()
                    seconds = times.user + times.system
                    new = seconds - self._seen.get(process.pid, 0)
                    self._spent[name] = self._spent.get(name, 0) + new
                    self._seen[process.pid] = seconds

    def cores_used(self) -> dict[str, float]:
        self.sample()
        elapsed = time.monotonic() - self._began
        return {name: round(seconds / elapsed, 2) for name, seconds in self._spent.items()}


async def measure(product: Product, arguments: argparse.Namespace) -> dict[str, Any]:
    demo = json.loads(product.manage("demo_class"))
    teacher = SimulatedTeacher(product.url)
    teacher.sign_in(demo["username"], demo["password"])
    students = _start_students(product, demo["join_code"], arguments)
    watching = asyncio.create_task(teacher.watch(demo["session_id"]))
    # The program prints one line when all students have joined.
    if students.stdout is None or not await asyncio.to_thread(students.stdout.readline):
        raise SystemExit("The students could not join; their reason is above.")
    page = LiveBrowser() if arguments.browser else None
    if page:
        await page.open(product.url, demo["session_id"], demo["username"], demo["password"])
    meter = CpuMeter(product, students)
    supervising = asyncio.create_task(_supervise(product, meter))
    await _run_lesson(product, arguments)
    cores_used = meter.cores_used()
    counted = json.loads((await asyncio.to_thread(students.communicate))[0])
    await asyncio.sleep(SETTLING)
    record = await page.close() if page else None
    watching.cancel()
    supervising.cancel()
    frames = call(product, "frame_counts", session_id=demo["session_id"])
    return {
        "worker_killed": arguments.kill_worker,
        "students_counted": counted,
        "frames": _balance(frames["counts"], counted["sent"]),
        "latency_ms": _latencies(counted, teacher, record, frames["taken_at"]),
        "browser": record.load() if record else None,
        "cores_used": cores_used,
    }


def _start_students(product: Product, code: str, arguments: argparse.Namespace) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "demo.students", "--url", product.url, "--code", code, "--json"]
    command += ["--students", str(arguments.students), "--seconds", str(arguments.seconds)]
    command += ["--rate", str(arguments.rate)]
    return subprocess.Popen(command, cwd=ROOT, env=product.env, stdout=subprocess.PIPE, text=True)


async def _run_lesson(product: Product, arguments: argparse.Namespace) -> None:
    """Return a second before the end, when all students are still there."""
    if arguments.kill_worker:
        await asyncio.sleep(arguments.seconds / 2)
        # The worker and its children at once, as a machine that runs out of memory does.
        for process in process_tree(product.services["worker"].pid):
            process.kill()
        await asyncio.sleep(arguments.seconds / 2 - 1)
    else:
        await asyncio.sleep(arguments.seconds - 1)


async def _supervise(product: Product, meter: CpuMeter) -> None:
    while True:
        meter.sample()
        for sentence in product.supervise():
            print(sentence, file=sys.stderr)
        await asyncio.sleep(SAMPLE_EVERY)


def _latencies(
    counted: dict[str, Any], teacher: SimulatedTeacher, record: BrowserRecord | None, taken_at: list[float]
) -> dict[str, dict[str, float] | None]:
    """p50 and p95 of each delay, in milliseconds."""
    return {
        "socket opened to welcome": counted["welcomed_after_ms"],
        "capture to admitted": counted["admitted_after_ms"],
        "capture to saved and sent to the student": counted["read_after_ms"],
        "capture to the teacher's live page": percentiles(display_delays(teacher.shown, taken_at)),
        **(record.latencies(taken_at) if record else {}),
    }


def _balance(counts: dict[str, int], sent: int) -> dict[str, int]:
    """The fates of all frames, and two differences that must be 0."""
    fates = {name: counts[name] for name in ("received", *FATES)}
    return fates | {
        "sent by students": sent,
        "not received": sent - fates["received"],
        "unaccounted": fates["received"] - sum(fates[name] for name in FATES),
    }


def show(report: dict[str, Any]) -> None:
    print(machine.in_words(report["machine"]))
    killed = ", the worker killed in the middle" if report["worker_killed"] else ""
    print(f"{report['students']} students for {report['seconds']:g} s{killed}\n")
    for name, count in report["frames"].items():
        print(f"  {name:18}{count:9}")
    print()
    for name, cuts in report["latency_ms"].items():
        figures = f"p50 {cuts['p50']:8} ms   p95 {cuts['p95']:8} ms" if cuts else "nothing measured"
        print(f"  {name:42}{figures}")
    print(f"\n  promised: p95 under {PROMISED} ms from a capture to the teacher's live page")
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
    report: dict[str, Any] = {
        "machine": machine.describe(),
        "students": arguments.students,
        "seconds": arguments.seconds,
    }
    with (
        postgresql() if arguments.postgresql else nullcontext(arguments.database_url) as database_url,
        fresh_product(database_url=database_url) as product,
    ):
        report |= asyncio.run(measure(product, arguments))
    show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
