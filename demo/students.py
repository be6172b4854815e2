"""Simulated students: they join through the real pages and send a real face over the real socket.

python -m demo.students --url http://localhost:8000 --code ABC349 --students 20
"""

import argparse
import asyncio
import json
import signal
import ssl
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from urllib.error import HTTPError

from demo.behaviour import Behaviour
from demo.client_stats import ClientStats
from demo.student import SimulatedStudent
from demo.video import jpegs

JOINING_AT_ONCE = 8


async def join_all(
    students: Sequence[SimulatedStudent],
    *,
    site: str,
    code: str,
    tls: ssl.SSLContext | None,
    own_line_share: float,
) -> None:
    """All students join, a few at a time. Their pictures are encoded meanwhile."""
    limit = asyncio.Semaphore(JOINING_AT_ONCE)

    async def join_one(number: int, student: SimulatedStudent) -> None:
        async with limit:
            await asyncio.to_thread(jpegs, student.look)
            own_line = (number % 10) < round(own_line_share * 10)
            await asyncio.to_thread(student.join, site, code, tls=tls, own_line=own_line)

    await asyncio.gather(*(join_one(number, student) for number, student in enumerate(students)))


async def attend_all(students: Sequence[SimulatedStudent], seconds: float) -> None:
    """Attend for so long (0: without end), or until SIGTERM; then everybody leaves."""
    attending = asyncio.gather(*(student.attend() for student in students))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, attending.cancel)
    with suppress(TimeoutError, asyncio.CancelledError):
        await asyncio.wait_for(attending, seconds or None)
    for student in students:
        # The class may have ended before.
        with suppress(OSError):
            await asyncio.to_thread(student.leave)


async def simulate(arguments: argparse.Namespace) -> ClientStats:
    tls = ssl.create_default_context(cafile=arguments.authority) if arguments.authority else None
    students = [
        SimulatedStudent(
            number,
            frames_per_second=arguments.rate,
            behaviour=Behaviour.lively(number) if arguments.lively else None,
        )
        for number in range(arguments.students)
    ]
    await join_all(
        students,
        site=arguments.url.rstrip("/"),
        code=arguments.code,
        tls=tls,
        own_line_share=arguments.own_line_share,
    )
    print(f"{len(students)} students have joined.", flush=True)
    await attend_all(students, arguments.seconds)
    return ClientStats.total(student.stats for student in students)


def main() -> int:
    parser = argparse.ArgumentParser(description="Simulated students with a real face video.")
    parser.add_argument("--url", default="http://localhost:8000", help="of the site")
    parser.add_argument("--code", required=True, help="the session's join code")
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=0, help="0: until the class ends")
    parser.add_argument(
        "--rate", type=float, default=1.0, help="frames a second; the server may ask for less"
    )
    parser.add_argument(
        "--own-line-share", type=float, default=0.5, help="of students who let the teacher see their line"
    )
    parser.add_argument(
        "--lively", action="store_true", help="they also answer, ask, raise hands, pause, and come and go"
    )
    parser.add_argument("--authority", help="certificate authority to trust, for https on a local network")
    parser.add_argument("--json", action="store_true", help="print what was counted as JSON")
    arguments = parser.parse_args()
    try:
        stats = asyncio.run(simulate(arguments)).as_json()
    except (HTTPError, LookupError, OSError) as error:
        print(f"The students could not join: {error}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(stats, indent=2))
    else:
        for name, value in stats.items():
            print(f"{name:20} {dict(value) if isinstance(value, Counter) else value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
