"""A whole class answers one question within seconds: is each counted once, and how soon is it shown?

python -m benchmarks.answers --students 300 --seconds 5
python -m benchmarks.answers --students 300 --seconds 5 --postgresql --named

Every student has an open room, gets the question through its socket, and answers after a random time with a
connection of its own. The peer of the same run is the floor: a Django view that saves one row and does
nothing else, in an uvicorn and with requests of the same kind.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import connect
from websockets.typing import Origin

from benchmarks import machine
from benchmarks.peers.plain_view import plain_view
from benchmarks.site import cpu_seconds, fresh_product
from demo.client import RoomAccess, RoomClient, connect_room
from demo.client_stats import percentiles
from demo.product import Product
from demo.web_client import WebClient
from testbed.inside import call
from testbed.postgresql import postgresql

CSRF_TOKEN = "a" * 32
OPENING_AT_ONCE = 30
# Seconds in which the page has to show all answers before the benchmark gives up.
PATIENCE = 60.0
# Milliseconds from the last answer to the projector's count: the product's promise.
PROMISED = 1000


@dataclass
class Screen:
    """A page of the teacher: each count of answers with the time at which it was shown."""

    expected: int
    counts: list[tuple[float, int]] = field(default_factory=list)
    is_complete: asyncio.Event = field(default_factory=asyncio.Event)

    def show(self, answered: int) -> None:
        if not self.counts or answered != self.counts[-1][1]:
            self.counts.append((time.monotonic(), answered))
        if answered >= self.expected:
            self.is_complete.set()

    def shown_at(self, answered: int) -> float | None:
        """When it first showed so many answers or more."""
        return next((at for at, count in self.counts if count >= answered), None)


@dataclass
class Answered:
    sent_at: float
    done_at: float
    status: int


async def measure(product: Product, arguments: argparse.Namespace) -> dict[str, Any]:
    lesson = await asyncio.to_thread(call, product, "open_lesson", students=arguments.students)
    teacher = await asyncio.to_thread(_sign_in, product, lesson)
    site, session_id = product.url, lesson["session_id"]
    projector, live = Screen(arguments.students), Screen(arguments.students)
    link = (await asyncio.to_thread(teacher.get, f"{site}/sessions/{session_id}/projector/")).url
    watching = [
        asyncio.create_task(_watch(site, f"/ws{urlsplit(link).path}", teacher, projector, _of_projector)),
        asyncio.create_task(_watch(site, f"/ws/live/{session_id}/?wire=2", teacher, live, _of_live_page)),
    ]
    accesses = [RoomAccess(site, session_id, cookie) for cookie in lesson["cookies"]]
    students = [Student(access, arguments.seconds) for access in accesses]
    gate = asyncio.Semaphore(OPENING_AT_ONCE)
    rooms = [asyncio.create_task(student.attend(gate)) for student in students]
    await asyncio.gather(*(student.is_welcomed.wait() for student in students))
    before = cpu_seconds(product.services["web"].pid)
    question = {"kind": "choice", "text": "Clear?", "option": ["Yes", "Partly", "No"]}
    if not arguments.named:
        question["anonymous"] = "on"
    await asyncio.to_thread(_ask, teacher, f"{site}/sessions/{session_id}/questions/", question)
    answers = await asyncio.gather(*(student.answered for student in students))
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(projector.is_complete.wait(), live.is_complete.wait())
    spent = cpu_seconds(product.services["web"].pid) - before
    for task in (*watching, *rooms):
        task.cancel()
    counted = await asyncio.to_thread(call, product, "count_answers", session_id=session_id)
    return _figures(answers, {"projector": projector, "live page": live}, counted, spent)


def _sign_in(product: Product, lesson: dict[str, Any]) -> WebClient:
    client = WebClient()
    page = client.get(f"{product.url}/accounts/login/")
    client.submit(page, page.form_with("password"), username=lesson["teacher"], password=lesson["password"])
    return client


def _ask(teacher: WebClient, url: str, question: dict[str, Any]) -> None:
    teacher.post(url, **question)


async def _watch(
    site: str, path: str, teacher: WebClient, screen: Screen, answered: Callable[[Any], int | None]
) -> None:
    headers = {"Cookie": teacher.cookie_header}
    url = site.replace("http", "ws", 1) + path
    async with connect(url, origin=Origin(site), additional_headers=headers, max_size=None) as socket:
        async for message in socket:
            if (count := answered(json.loads(message))) is not None:
                screen.show(count)


def _of_projector(message: dict[str, Any]) -> int | None:
    question = message.get("question")
    return question["answered"] if question else None


def _of_live_page(message: dict[str, Any]) -> int | None:
    return _of_projector(message.get("activities") or {})


class Student:
    """A student with an open room, who answers once, within these seconds."""

    def __init__(self, access: RoomAccess, seconds: float) -> None:
        self._access, self._seconds = access, seconds
        self.is_welcomed = asyncio.Event()
        self.answered: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self._answering: asyncio.Task[None] | None = None

    async def attend(self, gate: asyncio.Semaphore) -> None:
        """Stay until cancelled."""
        await gate.acquire()
        async with connect_room(self._access) as socket:
            client = RoomClient(socket)
            await client.receive_welcome()
            gate.release()
            self.is_welcomed.set()
            while True:
                message = await client.receive()
                if message["type"] == "activities" and message["question"] and not self._answering:
                    self._answering = asyncio.create_task(self._answer(message["question"]))

    async def _answer(self, question: dict[str, Any]) -> None:
        await asyncio.sleep(random.uniform(0, self._seconds))
        fields = {"question": question["id"], "option": random.randrange(3)}
        url = f"{self._access.site}/room/{self._access.session_id}/answer/"
        self.answered.set_result(await post(url, self._access.cookie, fields))


async def post(url: str, cookie: str, fields: dict[str, Any]) -> Answered:
    """Send one form with a connection of its own, as the first request of a page does."""
    parts, body = urlsplit(url), urlencode(fields)
    lines = [
        f"POST {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Origin: {parts.scheme}://{parts.netloc}",
        f"Referer: {url}",
        f"Cookie: {cookie}; csrftoken={CSRF_TOKEN}",
        f"X-CSRFToken: {CSRF_TOKEN}",
        "Accept: application/json",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    sent_at = time.monotonic()
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write("\r\n".join([*lines, "", body]).encode())
    status = int((await reader.readline()).split()[1])
    await reader.read()
    done_at = time.monotonic()
    writer.close()
    return Answered(sent_at, done_at, status)


def _figures(answers: list[Answered], screens: dict[str, Screen], counted: int, cpu: float) -> dict[str, Any]:
    """All times are in milliseconds."""
    last_sent = max(answer.sent_at for answer in answers)
    done = sorted(answer.done_at for answer in answers)
    delays = {}
    for name, screen in screens.items():
        behind = [
            at - taken for place, taken in enumerate(done) if (at := screen.shown_at(place + 1)) is not None
        ]
        complete = screen.shown_at(len(answers))
        delays[name] = {
            "last_answer_shown_after_ms": None if complete is None else round((complete - last_sent) * 1000),
            "behind_ms": percentiles([max(0.0, seconds) for seconds in behind]),
            "updates": len(screen.counts),
        }
    return {
        "accepted": sum(answer.status == 200 for answer in answers),
        "counted": counted,
        "answer_ms": percentiles([answer.done_at - answer.sent_at for answer in answers]),
        "screens": delays,
        "web_cpu_ms_per_answer": round(cpu * 1000 / len(answers), 1),
    }


async def measure_floor(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measures as many requests to a view that only saves one row."""
    with plain_view() as (url, pid):
        before = cpu_seconds(pid)

        async def one() -> Answered:
            await asyncio.sleep(random.uniform(0, arguments.seconds))
            return await post(url, "", {"option": random.randrange(3)})

        requests: list[Awaitable[Answered]] = [one() for _ in range(arguments.students)]
        answers = await asyncio.gather(*requests)
        return {
            "accepted": sum(answer.status == 200 for answer in answers),
            "answer_ms": percentiles([answer.done_at - answer.sent_at for answer in answers]),
            "web_cpu_ms_per_answer": round((cpu_seconds(pid) - before) * 1000 / len(answers), 1),
        }


def show(report: dict[str, Any]) -> None:
    print(machine.in_words(report["machine"]))
    product, floor = report["product"], report["floor"]
    print(f"{report['students']} students answer within {report['seconds']:g} s, {report['question']}\n")
    print(f"  accepted {product['accepted']}, counted {product['counted']}")
    for name, one in product["screens"].items():
        behind = one["behind_ms"] or {"p50": "?", "p95": "?"}
        print(
            f"  {name:10} shows the last answer after {one['last_answer_shown_after_ms']} ms; "
            f"behind by p50 {behind['p50']} ms, p95 {behind['p95']} ms; {one['updates']} counts"
        )
    print(f"  promised   under {PROMISED} ms on the projector")
    for name, one in (("Classpulse", product), ("one row", floor)):
        cuts = one["answer_ms"]
        print(
            f"  {name:10} answers after p50 {cuts['p50']} ms, p95 {cuts['p95']} ms; "
            f"{one['web_cpu_ms_per_answer']} ms of CPU an answer in the web process"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description="A whole class answers one question within seconds.")
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--named", action="store_true", help="with names; otherwise anonymous")
    parser.add_argument("--postgresql", action="store_true", help="a temporary one instead of SQLite")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures there as well")
    arguments = parser.parse_args()
    report: dict[str, Any] = {
        "machine": machine.describe(),
        "students": arguments.students,
        "seconds": arguments.seconds,
        "question": "with names" if arguments.named else "anonymous",
    }
    with (
        postgresql() if arguments.postgresql else nullcontext(None) as database_url,
        fresh_product(database_url=database_url) as product,
    ):
        report["product"] = asyncio.run(measure(product, arguments))
    report["floor"] = asyncio.run(measure_floor(arguments))
    show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0 if report["product"]["counted"] == arguments.students else 1


if __name__ == "__main__":
    sys.exit(main())
