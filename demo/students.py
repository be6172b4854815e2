"""Simulated students: they join through the real pages and send a real face over the real socket.

python -m demo.students --url http://localhost:8000 --code ABC349 --students 20
"""

import argparse
import asyncio
import json
import random
import signal
import ssl
import statistics
import struct
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.error import HTTPError
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from demo.video import STEP, Look, jpegs
from demo.visitor import Visitor

HEADER = struct.Struct("!BBIQ")  # version, purpose, sequence, capture time: docs/protocol.md
VERSION, CLASS = 1, 0
NAMES = "Ada Alan Barbara Claude Donald Edsger Frances Grace Hedy John Leslie Mary Niklaus Radia Sofya Vint"
# A laugh in class lasts longer than one in a film: 20 s of video become a minute of lesson, and nobody
# is further than a third of that from the others, so that the class moves and is not all alike.
SLOWER = 3
TOGETHER = 20.0  # seconds
JOINING_AT_ONCE = 8
SILENCE = 120.0  # seconds on average between two words of one student
WORDS = (
    {"kind": "pace", "value": 1},
    {"kind": "pace", "value": 0},
    {"kind": "difficulty", "value": 0},
    {"kind": "difficulty", "value": 1},
    {"kind": "lost"},
)
LONGEST_ABSENCE = 10.0  # seconds between two attempts to come back


@dataclass
class Tally:
    """What one student or a whole class sent and heard."""

    sent: int = 0
    admitted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    readings: Counter[str] = field(default_factory=Counter)  # by face state
    expressions: Counter[str] = field(default_factory=Counter)
    reconnects: int = 0
    welcomed_after: list[float] = field(default_factory=list)  # seconds since the socket was opened
    admitted_after: list[float] = field(default_factory=list)  # since capture
    read_after: list[float] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        for name, value in vars(other).items():
            mine = getattr(self, name)
            setattr(self, name, [*mine, *value] if isinstance(value, list) else mine + value)

    def as_json(self) -> dict:
        numbers = {name: value for name, value in vars(self).items() if not isinstance(value, list)}
        return numbers | {
            "welcomed_after_ms": percentiles(self.welcomed_after),
            "admitted_after_ms": percentiles(self.admitted_after),
            "read_after_ms": percentiles(self.read_after),
        }


def percentiles(seconds: list[float]) -> dict[str, float] | None:
    """p50 and p95 in milliseconds."""
    if len(seconds) < 2:
        return None
    cuts = statistics.quantiles(seconds, n=20)
    return {"p50": round(cuts[9] * 1000, 1), "p95": round(cuts[18] * 1000, 1)}


class Student:
    def __init__(self, number: int, *, url: str, tls: ssl.SSLContext | None, rate: float) -> None:
        self.name = f"{NAMES.split()[number % 16]} {number + 1} (simulated)"
        self.url, self.tls, self.shortest = url, tls, 1 / rate
        self.look, self.offset = Look.number(number), random.uniform(0, TOGETHER)
        self.visitor = Visitor(tls)
        self.session_id = self.cookie = ""
        self.tally = Tally()
        self.interval, self.sequence = 1.0, 0
        self.captured: dict[int, float] = {}

    def join(self, code: str, *, own_line: bool) -> None:
        """The join page, then the consent page, as a browser sends them."""
        page = self.visitor.get(f"{self.url}/join/")
        page = self.visitor.submit(page, page.form_with("code"), code=code, display_name=self.name)
        choice = {"own_line": "on"} if own_line else {}
        self.visitor.submit(page, page.form_with("camera"), camera="yes", **choice)
        self.session_id = next(
            name.removeprefix("seat-") for name in self.visitor.cookies if name.startswith("seat-")
        )
        self.cookie = self.visitor.cookie_header

    def leave(self) -> None:
        self.visitor.post(f"{self.url}/room/{self.session_id}/leave/")

    async def attend(self) -> None:
        """Stay until the class is over; come back after a lost connection."""
        absence = 0.5
        while True:
            opened = time.monotonic()
            try:
                async with self._socket() as socket:
                    welcome = json.loads(await socket.recv())
                    self.tally.welcomed_after.append(time.monotonic() - opened)
                    absence = 0.5
                    await self._take_part(socket, welcome)
            except (ConnectionClosed, InvalidHandshake, OSError) as lost:
                code = lost.rcvd.code if isinstance(lost, ConnectionClosed) and lost.rcvd else 1006
                if code >= 4000:
                    print(f"{self.name}: the server closed the socket with {code}", file=sys.stderr)
                    return
            self.tally.reconnects += 1
            await asyncio.sleep(absence * random.uniform(0.5, 1))
            absence = min(absence * 2, LONGEST_ABSENCE)

    def _socket(self) -> connect:
        host = urlsplit(self.url)
        return connect(
            f"{host.scheme.replace('http', 'ws')}://{host.netloc}/ws/room/{self.session_id}/",
            origin=self.url,
            additional_headers={"Cookie": self.cookie},
            ssl=self.tls,
            compression=None,
        )

    async def _take_part(self, socket: ClientConnection, welcome: dict) -> None:
        self.sequence, self.interval = welcome["sequence"], welcome["interval_ms"] / 1000
        clock_shift = welcome["server_time"] / 1000 - time.time()
        self.captured.clear()
        await socket.send(json.dumps({"type": "state", "state": "measuring"}))
        doings = [
            asyncio.create_task(doing)
            for doing in (self._send_frames(socket, clock_shift), self._talk(socket))
        ]
        try:
            async for message in socket:
                self._hear(json.loads(message))
            # The loop ends without an error on a normal close, which is no reason to stay away.
        finally:
            for doing in doings:
                doing.cancel()
                with suppress(asyncio.CancelledError, ConnectionClosed):
                    await doing

    async def _send_frames(self, socket: ClientConnection, clock_shift: float) -> None:
        frames = jpegs(self.look)
        await asyncio.sleep(random.uniform(0, self.interval))  # cameras do not start in step
        while True:
            now = time.time()
            jpeg = frames[int((now + self.offset) / (STEP * SLOWER)) % len(frames)]
            self.captured[self.sequence] = now
            taken_at = round((now + clock_shift) * 1000)
            await socket.send(HEADER.pack(VERSION, CLASS, self.sequence, taken_at) + jpeg)
            self.tally.sent += 1
            self.sequence += 1
            await asyncio.sleep(max(self.interval, self.shortest) - (time.time() - now))

    async def _talk(self, socket: ClientConnection) -> None:
        """Now and then a student says something by hand."""
        while True:
            await asyncio.sleep(random.expovariate(1 / SILENCE))
            await socket.send(json.dumps({"type": "pulse"} | random.choice(WORDS)))

    def _hear(self, message: dict) -> None:
        self.interval = message.get("interval_ms", self.interval * 1000) / 1000
        match message:
            case {"type": "admitted", "sequence": sequence}:
                self.tally.admitted += 1
                if sequence in self.captured:
                    self.tally.admitted_after.append(time.time() - self.captured[sequence])
            case {"type": "refused", "code": code}:
                self.tally.refused[code] += 1
            case {"type": "reading", "sequence": sequence, "face": face, "expression": expression}:
                self.tally.readings[face] += 1
                self.tally.expressions[expression or "none"] += 1
                self._note_reading(sequence)

    def _note_reading(self, sequence: int) -> None:
        if (captured := self.captured.pop(sequence, None)) is None:
            return  # from before a lost connection
        self.tally.read_after.append(time.time() - captured)
        # Newest wins: what came before this one will never be read.
        for old in [one for one in self.captured if one < sequence]:
            del self.captured[old]


async def seat(students: list[Student], *, code: str, own_line_share: float) -> None:
    """Let everybody in, a few at a time; pictures are encoded meanwhile."""
    doors = asyncio.Semaphore(JOINING_AT_ONCE)

    async def come_in(number: int, student: Student) -> None:
        async with doors:
            await asyncio.to_thread(jpegs, student.look)
            own_line = (number % 10) < round(own_line_share * 10)
            await asyncio.to_thread(student.join, code, own_line=own_line)

    await asyncio.gather(*(come_in(number, student) for number, student in enumerate(students)))


async def attend(students: list[Student], seconds: float) -> None:
    """For so long, or until somebody stops this program; then everybody leaves."""
    lesson = asyncio.gather(*(student.attend() for student in students))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lesson.cancel)
    with suppress(TimeoutError, asyncio.CancelledError):
        await asyncio.wait_for(lesson, seconds or None)
    for student in students:
        with suppress(OSError):  # the class may have ended before them
            await asyncio.to_thread(student.leave)


def total(students: list[Student]) -> Tally:
    tally = Tally()
    for student in students:
        tally.add(student.tally)
    return tally


async def simulate(arguments: argparse.Namespace) -> Tally:
    tls = ssl.create_default_context(cafile=arguments.authority) if arguments.authority else None
    students = [
        Student(number, url=arguments.url.rstrip("/"), tls=tls, rate=arguments.rate)
        for number in range(arguments.students)
    ]
    await seat(students, code=arguments.code, own_line_share=arguments.own_line_share)
    print(f"{len(students)} students have joined.", flush=True)
    await attend(students, arguments.seconds)
    return total(students)


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
        "--own-line-share", type=float, default=0.5, help="who let the teacher see their line"
    )
    parser.add_argument("--authority", help="certificate authority to trust, for https on a local network")
    parser.add_argument("--json", action="store_true", help="print what was counted as JSON")
    arguments = parser.parse_args()
    try:
        tally = asyncio.run(simulate(arguments)).as_json()
    except (HTTPError, LookupError, OSError) as reason:
        print(f"The students could not join: {reason}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(tally, indent=2))
    else:
        for name, value in tally.items():
            print(f"{name:20} {dict(value) if isinstance(value, Counter) else value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
