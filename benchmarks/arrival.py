"""A whole class opens its sockets in one instant: how long its students wait to be welcomed.

python -m benchmarks.arrival --students 300 --postgresql
python -m benchmarks.arrival --students 300 --postgresql --changes 6

This follows a restart of the web process: students, consents and the state "measuring" are there, and
each page says again what it said before. Joining through the pages is not measured; benchmarks/load.py
measures the lesson. With --changes all students pause and go on at once, so many times; only that is counted.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from typing import Any

from benchmarks import machine
from benchmarks.site import cpu_seconds, fresh_product
from demo.client import RoomAccess
from demo.client_stats import ClientStats
from demo.product import Product
from demo.student import SimulatedStudent
from demo.video import jpegs
from testbed.inside import call
from testbed.postgresql import postgresql

BETWEEN_CHANGES = 1.0  # seconds
WARM_UP = 3.0  # seconds in which the worker loads its network for one student


async def measure(product: Product, arguments: argparse.Namespace) -> dict[str, Any]:
    opened = await asyncio.to_thread(
        call, product, "open_class", students=arguments.students + 1, are_measuring=True
    )
    first, *students = [
        SimulatedStudent(number, access=RoomAccess(product.url, opened["session_id"], cookie))
        for number, cookie in enumerate(opened["cookies"])
    ]
    # The pictures are encoded before the clock runs.
    for student in students:
        jpegs(student.look)
    await _attend([first], WARM_UP)
    welcoming = asyncio.create_task(_cpu_until_welcomed(product, students))
    changing = asyncio.create_task(_change_states(students, arguments.changes))
    await _attend(students, arguments.seconds)
    changing.cancel()
    welcoming.cancel()
    is_complete = welcoming.done() and not welcoming.cancelled()
    return ClientStats.total(student.stats for student in students).as_json() | {
        "web_cpu_seconds_until_all_are_welcomed": round(welcoming.result(), 2) if is_complete else None
    }


async def _change_states(students: Sequence[SimulatedStudent], times: int) -> None:
    """Pause or resume every camera in the same instant. Counting begins anew before the first change."""
    if not times:
        return
    await asyncio.gather(*(student.welcomed.wait() for student in students))
    for student in students:
        student.stats = ClientStats()
    for number in range(times):
        state = ("paused", "measuring")[number % 2]
        await asyncio.gather(*(student.client.send_state(state) for student in students if student.client))
        await asyncio.sleep(BETWEEN_CHANGES)


async def _cpu_until_welcomed(product: Product, students: Sequence[SimulatedStudent]) -> float:
    """CPU time of the web process. On a machine that others use, it is steadier than the clock."""
    began = cpu_seconds(product.services["web"].pid)
    await asyncio.gather(*(student.welcomed.wait() for student in students))
    return cpu_seconds(product.services["web"].pid) - began


async def _attend(students: Sequence[SimulatedStudent], seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*(student.attend() for student in students)), seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description="A class that opens its sockets in one instant.")
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--changes", type=int, default=0, help="how often all cameras pause or go on at once")
    parser.add_argument("--postgresql", action="store_true", help="on a temporary one, instead of SQLite")
    arguments = parser.parse_args()
    report: dict[str, Any] = {"machine": machine.describe(), "students": arguments.students}
    with (
        postgresql() if arguments.postgresql else nullcontext() as database_url,
        fresh_product(database_url=database_url) as product,
    ):
        report |= asyncio.run(measure(product, arguments))
    print(json.dumps(report, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
