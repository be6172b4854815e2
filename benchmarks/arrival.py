"""Everybody who arrives at once: how long a class waits that opens its sockets in one instant.

python -m benchmarks.arrival --students 300 --postgresql

Seats and consents are there already: what joining through the pages costs is not measured. benchmarks/load.py
measures the lesson afterwards.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from contextlib import nullcontext, suppress
from pathlib import Path

from benchmarks import machine
from benchmarks.students import Student, total
from benchmarks.video import jpegs
from launcher.product import Product
from launcher.redis_server import free_port
from tests.emotion.running import OPEN_CLASS, run_in
from tests.servers import postgresql

WARM_UP = 3.0  # seconds for one student to be read: the worker has loaded its network


def measure(arguments: argparse.Namespace, database_url: str | None) -> dict:
    surroundings = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    if database_url:
        surroundings["DATABASE_URL"] = database_url
    report = {"machine": machine.describe(), "students": arguments.students}
    with (
        tempfile.TemporaryDirectory(prefix="classpulse-arrival-") as folder,
        Product(Path(folder), port=free_port(), surroundings=surroundings) as product,
    ):
        product.wait_until_ready()
        return report | asyncio.run(_arrive(product, arguments))


async def _arrive(product: Product, arguments: argparse.Namespace) -> dict:
    opened = await asyncio.to_thread(run_in, product, OPEN_CLASS.format(students=arguments.students + 1))
    first, *students = [
        _seated(number, product, opened["id"], cookie) for number, cookie in enumerate(opened["cookies"])
    ]
    for student in students:
        jpegs(student.look)
    await _attend([first], WARM_UP)
    await _attend(students, arguments.seconds)
    return total(students).as_json()


def _seated(number: int, product: Product, session_id: str, cookie: str) -> Student:
    student = Student(number, url=product.url, tls=None, rate=1)
    student.session_id = session_id
    student.cookie = cookie
    return student


async def _attend(students: list[Student], seconds: float) -> None:
    lesson = asyncio.gather(*(student.attend() for student in students))
    with suppress(TimeoutError):
        await asyncio.wait_for(lesson, seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description="A class that opens its sockets in one instant.")
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--postgresql", action="store_true", help="on a temporary one, instead of SQLite")
    arguments = parser.parse_args()
    with postgresql() if arguments.postgresql else nullcontext() as database_url:
        print(json.dumps(measure(arguments, database_url), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
