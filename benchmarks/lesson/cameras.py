"""Scenes with cameras: who is measured, the class average, and a pause for everybody."""

import asyncio
import re
import time
from collections.abc import Collection, Mapping

from playwright.async_api import expect

from benchmarks.lesson import teacher
from benchmarks.lesson.pages import part
from benchmarks.lesson.stage import Stage

# The expression is not clear in 7 of the film's 20 seconds, so each face is read in between.
WATCHED = 30  # seconds
# What the card of a student says whose expression the teacher sees: how it compares with the own usual.
SHOWN = re.compile("As usual|own usual since|Usual not known|Too little data to compare")
# Of a camera that is on, a busy machine may say each of them.
REASONS = re.compile(
    "Expression not clear|No face in the picture|More than one face|Looking down|Too (dark|bright) to tell"
    "|The picture does not change|no picture was analysed"
)


async def measured(stage: Stage) -> None:
    """Cards say what was observed or why nothing was; the class has an average with its coverage."""
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
    await _expect_cards(stage)
    await stage.record.shot(stage.live, "teacher-students")


async def _expect_cards(stage: Stage) -> None:
    own = [student.name for student in stage.here if student.camera == "own_line"]
    hidden = [student.name for student in stage.here if student.camera == "class_only"]
    without = [student.name for student in stage.here if not student.camera]
    looks = await _looks(stage, own)
    cards = looks[-1]
    seen = [name for name in own if _is_shown(name, looks)]
    others = {name: cards.get(name, "") for name in own if name not in seen}
    stage.record.claim("most who share are seen", 2 * len(seen) >= len(own), others)
    no_reason = {name: card for name, card in others.items() if not REASONS.search(card)}
    stage.record.claim("who shares and is not seen has a reason", not no_reason, no_reason)
    told = [name for name in (*hidden, *without) if _is_shown(name, looks)]
    stage.record.claim("nobody else's expression is shown", not told, told)
    blank = [name for name in without if "Joined without camera" not in cards.get(name, "")]
    stage.record.claim("who has no camera says so", not blank, {name: cards.get(name) for name in blank})
    await stage.live.locator("#tab-class").click()


async def _looks(stage: Stage, own: Collection[str]) -> list[Mapping[str, str]]:
    """What the cards say, once a second until each of these was seen."""
    looks = [await teacher.student_cards(stage.live)]
    until = time.monotonic() + WATCHED
    while time.monotonic() < until and not all(_is_shown(name, looks) for name in own):
        await asyncio.sleep(1)
        looks.append(await teacher.student_cards(stage.live))
    return looks


def _is_shown(name: str, looks: Collection[Mapping[str, str]]) -> bool:
    return any(SHOWN.search(cards.get(name, "")) for cards in looks)


async def pause(stage: Stage) -> None:
    """The teacher pauses all cameras: every light goes out, and comes back."""
    filming = [student for student in stage.here if student.camera]
    await part(stage.live, "cameras").click()
    for student in filming:
        says = expect(part(student.page, "cameraState")).to_have_text("Your teacher has paused the cameras")
        await stage.record.holds(f"{student.name} is told", says)
        await stage.record.becomes(f"the camera of {student.name} is off", student.cameras_on, 0)
    await stage.record.shot(filming[0].page, "student-paused")
    cards = await teacher.student_cards(stage.live)
    paused = [student.name for student in filming if "Paused by the teacher" in cards.get(student.name, "")]
    stage.record.claim("every card has the reason", len(paused) >= len(filming) - 1, cards)
    await stage.record.shot(stage.live, "teacher-paused")
    await asyncio.sleep(5)
    await part(stage.live, "cameras").click()
    for student in filming:
        light = part(student.page, "light")
        on = expect(light).to_have_attribute("data-on", "sending")
        await stage.record.holds(f"{student.name} films again", on)
    await stage.live.locator("#tab-class").click()
