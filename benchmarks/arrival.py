"""Everybody who arrives at once: how long a class waits that opens its sockets in one instant.

python -m benchmarks.arrival --students 300 --postgresql
python -m benchmarks.arrival --students 300 --postgresql --changes 6

As after a restart of the web process: seats, consents and "measuring" are there already, and each page says
what it said before. Joining through the pages is not measured; benchmarks/load.py measures the lesson. With
--changes all pause and go on at once, so many times, once they are in; only what follows is counted.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from contextlib import nullcontext, suppress
from pathlib import Path

import psutil
from websockets.asyncio.client import ClientConnection

from benchmarks import machine
from demo.product import Product
from demo.redis_server import free_port
from demo.students import Student, Tally, total
from demo.video import jpegs
from tests.emotion.running import run_in
from tests.servers import postgresql

OPEN_CLASS = """
import json
from django.http import HttpResponse
from classroom.seat_cookie import set_seat_cookie
from tests import factory

session = factory.open_session()
cookies = []
for number in range({students}):
    response = HttpResponse()
    set_seat_cookie(response, factory.measured(session))
    cookies.append(response.cookies.output(attrs=[], header="", sep=";").strip())
print(json.dumps({{"id": str(session.pk), "cookies": cookies}}))
"""
BETWEEN_CHANGES = 1.0  # seconds
WARM_UP = 3.0  # seconds for one student to be read: the worker has loaded its network


class Arriving(Student):
    socket: ClientConnection | None = None

    async def _take_part(self, socket: ClientConnection, welcome: dict) -> None:
        self.socket = socket
        await super()._take_part(socket, welcome)


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
    welcoming = asyncio.create_task(_cpu_until_welcomed(product, students))
    changing = asyncio.create_task(_change(students, arguments.changes))
    await _attend(students, arguments.seconds)
    changing.cancel()
    welcoming.cancel()
    spent = None if welcoming.cancelled() or not welcoming.done() else round(welcoming.result(), 2)
    return total(students).as_json() | {"web_cpu_seconds_until_all_are_welcomed": spent}


async def _change(students: list[Arriving], times: int) -> None:
    """Their cameras, all in the same instant."""
    if not times:
        return
    while True:
        await asyncio.sleep(BETWEEN_CHANGES)
        if all(student.socket for student in students):
            break
    for student in students:
        student.tally = Tally()
    for number in range(times):
        said = json.dumps({"type": "state", "state": ("paused", "measuring")[number % 2]})
        await asyncio.gather(*(student.socket.send(said) for student in students))
        await asyncio.sleep(BETWEEN_CHANGES)


async def _cpu_until_welcomed(product: Product, students: list[Student]) -> float:
    """Of the web process. On a machine that others use, it says more than the clock."""
    web = psutil.Process(product.services["web"].process.pid)
    began = sum(web.cpu_times()[:2])
    while True:
        if all(student.tally.welcomed_after for student in students):
            return sum(web.cpu_times()[:2]) - began
        await asyncio.sleep(0.02)


def _seated(number: int, product: Product, session_id: str, cookie: str) -> Arriving:
    student = Arriving(number, url=product.url, tls=None, rate=1)
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
    parser.add_argument("--changes", type=int, default=0, help="of everybody's camera at once, afterwards")
    parser.add_argument("--postgresql", action="store_true", help="on a temporary one, instead of SQLite")
    arguments = parser.parse_args()
    with postgresql() if arguments.postgresql else nullcontext() as database_url:
        print(json.dumps(measure(arguments, database_url), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
