"""Scenes with cameras: who is measured, the class average, and a pause for everybody."""

import asyncio
import re

from playwright.async_api import expect

from benchmarks.lesson import teacher
from benchmarks.lesson.pages import part
from benchmarks.lesson.stage import Stage

# Most faces of the film are read, but not in every second of it.
MOST_LOOK_LIKE = 0.5


async def measured(stage: Stage) -> None:
    """Seats say what was observed or why nothing was; the class has an average with its coverage."""
    filming = [student for student in stage.here if student.camera]
    for student in filming:
        light = part(student.page, "light")
        await stage.record.holds(
            f"{student.name} films", expect(light).to_have_attribute("data-on", "sending")
        )
    number = part(stage.live, "number")
    await stage.record.holds("the class has an average", expect(number).to_have_text(re.compile(r"\d+\s?%")))
    stage.record.claim("with its likely range", "likely" in await part(stage.live, "band").inner_text())
    await stage.record.shot(stage.live, "teacher-average")
    await _expect_seats(stage)
    await stage.record.shot(stage.live, "teacher-seats")


async def _expect_seats(stage: Stage) -> None:
    cards = await teacher.seats(stage.live)
    own = [student.name for student in stage.here if student.camera == "own_line"]
    hidden = [student.name for student in stage.here if student.camera == "class_only"]
    without = [student.name for student in stage.here if not student.camera]
    seen = sum("Looks like" in cards.get(name, "") for name in own)
    stage.record.claim(
        "most who share are seen", seen >= MOST_LOOK_LIKE * len(own), {n: cards.get(n) for n in own}
    )
    told = [name for name in (*hidden, *without) if "Looks like" in cards.get(name, "")]
    stage.record.claim("nobody else's expression is shown", not told, told)
    blank = [name for name in without if "Joined without camera" not in cards.get(name, "")]
    stage.record.claim("who has no camera says so", not blank, {name: cards.get(name) for name in blank})
    await stage.live.locator("#tab-class").click()


async def pause(stage: Stage) -> None:
    """The teacher pauses all cameras: every light goes out, and comes back."""
    filming = [student for student in stage.here if student.camera]
    await part(stage.live, "cameras").click()
    for student in filming:
        says = expect(part(student.page, "cameraState")).to_have_text("Your teacher has paused the cameras")
        await stage.record.holds(f"{student.name} is told", says)
        await stage.record.becomes(f"the camera of {student.name} is off", student.cameras_on, 0)
    await stage.record.shot(filming[0].page, "student-paused")
    cards = await teacher.seats(stage.live)
    paused = [student.name for student in filming if "Paused by the teacher" in cards.get(student.name, "")]
    stage.record.claim("every seat has the reason", len(paused) >= len(filming) - 1, cards)
    await stage.record.shot(stage.live, "teacher-paused")
    await asyncio.sleep(5)
    await part(stage.live, "cameras").click()
    for student in filming:
        light = part(student.page, "light")
        on = expect(light).to_have_attribute("data-on", "sending")
        await stage.record.holds(f"{student.name} films again", on)
    await stage.live.locator("#tab-class").click()
