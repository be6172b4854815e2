"""A whole lesson in Chromium: a teacher, two projectors and thirty students on the running product.

python -m benchmarks.lesson --mode participation --minutes 45 --folder /tmp/lesson
python -m benchmarks.lesson --mode analytics --minutes 6          the same, hurried

At each step it looks at what every side must see, and times how soon. It ends with a table, and leaves
screenshots, the product's database and its logs in the folder.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Error

from benchmarks import machine
from benchmarks.lesson import asking, cameras, ending, speaking, teacher, trouble
from benchmarks.lesson.record import Record
from benchmarks.lesson.stage import Stage
from benchmarks.site import cpu_seconds, fresh_product
from demo.product import ROOT, Product

# The length of the lesson that the minutes of the plan are of.
PLANNED = 45
SAMPLE_EVERY = 20.0  # seconds
JOINING_AT_ONCE = 4
LATE = 2

Scene = Callable[[Stage], Awaitable[None]]


def plan(stage: Stage) -> list[tuple[float, str, Scene]]:
    """Minute, name and scene, in their order."""
    late = stage.students[-LATE:]

    async def named_choice(stage: Stage) -> None:
        await asking.named_choice(stage, late)

    scenes: list[tuple[float, str, Scene]] = [
        (0, "check-in", asking.check_in),
        (4, "one tap", asking.one_tap),
        (6, "named choice, two late", named_choice),
        (9, "hands", speaking.hands),
        (12, "word cloud", asking.cloud),
        (15, "students' questions", speaking.questions),
        (18, "lost", speaking.lost),
        (19, "pace", speaking.pace),
        (20, "timer", speaking.timer),
        (22, "picker", speaking.pick),
        (24, "groups", speaking.groups),
        (26, "lost network", trouble.network),
        (28, "closed laptops", trouble.closed_laptops),
        (32, "two tabs, a reload", trouble.two_tabs),
        (34, "marker", speaking.marker),
        (35, "live results", asking.live_several),
        (37, "text with a limit", asking.limited_text),
        (39, "leaving and erasing", trouble.leaving),
        (41, "double click", asking.double_click),
        (43, "exit ticket", asking.exit_ticket),
        (45, "end", ending.end),
        (45, "report", ending.report),
        (45, "CSV", ending.files),
        (45, "own page", ending.own_page),
    ]
    if stage.has_cameras:
        scenes += [(3, "cameras", cameras.measured), (34.5, "cameras paused", cameras.pause)]
        scenes += [(38.5, "cameras later", cameras.measured)]
    return sorted(scenes, key=lambda scene: scene[0])


async def play(product: Product, arguments: argparse.Namespace, record: Record) -> None:
    stage = Stage(
        product, record, mode=arguments.mode, students=arguments.students, cameras=arguments.cameras
    )
    async with stage.open():
        record.enter("before class")
        made = await stage.call("course_with_teacher", name="Oceanography")
        await teacher.sign_in(stage, made["teacher"], made["password"])
        await teacher.prepare(stage, made["course_id"])
        await teacher.open_session(stage, made["course_id"])
        await stage.open_projectors()
        sampling = asyncio.create_task(_sample(product, record))
        await _everybody_joins(stage)
        began = time.monotonic()
        for minute, name, scene in plan(stage):
            await asyncio.sleep(
                max(0.0, began + 60 * minute * arguments.minutes / PLANNED - time.monotonic())
            )
            await _play_scene(stage, name, scene)
        sampling.cancel()


async def _everybody_joins(stage: Stage) -> None:
    stage.record.enter("joining")
    gate = asyncio.Semaphore(JOINING_AT_ONCE)

    async def one(number: int) -> None:
        async with gate:
            student = stage.students[number]
            await stage.record.holds(f"{student.name} joins", stage.enter(student))

    await asyncio.gather(*(one(number) for number in range(len(stage.students) - LATE)))
    await stage.expect_present(len(stage.students) - LATE)
    await stage.sweep()


async def _play_scene(stage: Stage, name: str, scene: Scene) -> None:
    """A scene that breaks off is one claim that does not hold, and the lesson goes on."""
    stage.record.enter(name)
    try:
        await scene(stage)
        if stage.is_open:
            await stage.sweep()
    except (AssertionError, Error, LookupError, ValueError) as error:
        stage.record.claim("the scene came to its end", False, error)
        await stage.record.shot(stage.live, f"broken-{name.replace(' ', '-')}")
        with suppress(Error):
            await _clear(stage)


async def _clear(stage: Stage) -> None:
    """Closes after a broken scene what would be in the way of the next one."""
    if await stage.live.locator("dialog[open]").count():
        await stage.live.keyboard.press("Escape")
    away = stage.live.locator("[data-part=askShown]").get_by_role("button", name="Put away", exact=True)
    if await away.count():
        await away.click()


async def _sample(product: Product, record: Record) -> None:
    names = ("web", "worker", "redis")
    before, since = {name: cpu_seconds(product.services[name].pid) for name in names}, time.monotonic()
    while True:
        await asyncio.sleep(SAMPLE_EVERY)
        now = {name: cpu_seconds(product.services[name].pid) for name in names}
        lasted, since = time.monotonic() - since, time.monotonic()
        for name in names:
            record.cores[name].append((now[name] - before[name]) / lasted)
        record.loads.append(os.getloadavg()[0])
        before = now


def main() -> int:
    parser = argparse.ArgumentParser(description="A whole lesson in Chromium, on the running product.")
    parser.add_argument("--mode", choices=["participation", "analytics"], default="participation")
    parser.add_argument("--minutes", type=float, default=PLANNED)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--cameras", type=int, help="students with a camera (analytics); all but two")
    parser.add_argument("--folder", type=Path, default=Path("runs/lesson"))
    arguments = parser.parse_args()
    if arguments.cameras is None:
        arguments.cameras = arguments.students - 2
    if arguments.mode == "participation":
        arguments.cameras = 0
    arguments.folder.mkdir(parents=True, exist_ok=True)
    record, facts = Record(arguments.folder), _facts(arguments)
    with fresh_product() as product:
        try:
            asyncio.run(play(product, arguments, record))
        finally:
            shutil.copytree(product.folder, arguments.folder / "product", dirs_exist_ok=True)
    print("\n" + ending.table(record, facts))
    (arguments.folder / "table.txt").write_text(ending.table(record, facts) + "\n")
    (arguments.folder / "lesson.json").write_text(json.dumps(facts | record.as_json(), indent=2) + "\n")
    return 0 if all(claim.holds for claim in record.claims) else 1


def _facts(arguments: argparse.Namespace) -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "machine": machine.in_words(machine.describe()),
        "commit": commit.stdout.strip(),
        "mode": arguments.mode,
        "minutes": arguments.minutes,
        "students": f"{arguments.students}, {arguments.cameras} with a camera",
    }


if __name__ == "__main__":
    sys.exit(main())
