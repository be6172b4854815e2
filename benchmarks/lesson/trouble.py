"""Scenes of what goes wrong: no network, a closed laptop, two tabs, a reload, somebody who leaves."""

import asyncio

from playwright.async_api import expect

from benchmarks.lesson import teacher
from benchmarks.lesson.answering import expect_bars, expect_count
from benchmarks.lesson.pages import part
from benchmarks.lesson.stage import Stage
from benchmarks.lesson.student import Answer, Student

# Seconds after which a silent student is gone, with the time that the pages take to show it.
GONE = 75 + 60


async def network(stage: Stage) -> None:
    """A phone without a network answers: nothing is called saved that is not, and it is sent again."""
    student, other = stage.here[0], stage.here[1]
    await teacher.ask_ready(stage, "Too fast?")
    await expect(student.option("Fine")).to_be_visible()
    student.watched.expects_errors = True
    await student.context.set_offline(True)
    lost = expect(part(student.page, "connection")).to_have_text("No connection, trying again")
    await stage.record.holds("a page without a network says so", lost)
    await student.option("Fine").click()
    await stage.record.holds("and calls nothing saved", expect(student.question).to_contain_text("Not saved"))
    await stage.record.shot(student.page, "student-offline")
    await stage.record.becomes(
        "the teacher sees the lost connection", lambda: _card_says(stage, student), True
    )
    await student.context.set_offline(False)
    back = expect(part(student.page, "connection")).to_have_text("Connected")
    await stage.record.holds("it connects by itself", back)
    student.watched.expects_errors = False
    await student.question.get_by_role("button", name="Send again").click()
    await stage.record.holds("and is sent again", expect(student.question).to_contain_text("Answer saved"))
    await asyncio.gather(*(one.answer(Answer(options=("Fine",))) for one in (other, *stage.here[2:6])))
    await expect_count(stage, 6)
    await teacher.close(stage)
    await expect_bars(stage, [0, 6, 0])
    stage.asked.append(("How is the pace?", 6))
    await teacher.put_away(stage)


async def _card_says(stage: Stage, student: Student, text: str = "Connection lost") -> bool:
    return text in (await teacher.student_cards(stage.live)).get(student.name, "")


async def closed_laptops(stage: Stage) -> None:
    """A closed laptop and a closed page are gone, and come back as the same student."""
    before = len([one for one in stage.students if hasattr(one, "watched") and not one.is_gone])
    frozen, closed = stage.here[3], stage.here[4]
    devtools = await frozen.close_lid()
    address = closed.page.url
    closed.is_away = True
    await closed.page.close()
    await stage.expect_present(before - 2, patience=GONE)
    left = part(stage.live, "left")
    await stage.live.locator("#tab-students").click()
    for student in (frozen, closed):
        await stage.record.holds(
            f"{student.name} is listed as gone", expect(left).to_contain_text(student.name)
        )
        cards = await teacher.student_cards(stage.live)
        stage.record.claim(f"{student.name} has no card any more", student.name not in cards)
    await stage.record.shot(stage.live, "teacher-two-gone")
    await frozen.open_lid(devtools)
    await stage.record.holds("a page that wakes up connects", frozen.confirm_identity())
    await stage.new_page(closed)
    closed.is_away = False
    await closed.page.goto(address)
    await stage.record.holds("a page that is opened again connects", closed.confirm_identity())
    await _pass_check(closed)
    await stage.expect_present(before)
    cards = await teacher.student_cards(stage.live)
    for student in (frozen, closed):
        stage.record.claim(f"{student.name} has one card", sum(name == student.name for name in cards) == 1)


async def _pass_check(student: Student) -> None:
    """A camera is checked again where its page was away for long."""
    ready = part(student.page, "ready")
    await expect(student.page.locator("#class:visible, [data-part=ready]:visible").first).to_be_visible()
    if await ready.is_visible():
        await ready.click()


async def two_tabs(stage: Stage) -> None:
    """The second tab of a student takes over with the answer of the first; it counts once."""
    student = stage.here[5]
    await teacher.ask_ready(stage, "Clear?")
    await student.answer(Answer(options=("Yes",)))
    first = student.page
    await stage.new_page(student)
    await student.page.goto(first.url)
    await student.confirm_identity()
    await _pass_check(student)
    pressed = expect(student.option("Yes")).to_have_attribute("aria-pressed", "true")
    await stage.record.holds("a second tab shows the answer of the first", pressed)
    stopped = expect(part(first, "endedTitle")).to_contain_text("another tab")
    await stage.record.holds("the first one says that it stopped", stopped)
    await student.answer(Answer(options=("Partly",)))
    await first.close()
    reloading = stage.here[6]
    await reloading.answer(Answer(options=("Yes",)))
    await reloading.page.reload()
    kept = expect(reloading.option("Yes")).to_have_attribute("aria-pressed", "true")
    await stage.record.holds("a page that is reloaded shows its answer", kept)
    await asyncio.gather(*(one.answer(Answer(options=("No",))) for one in stage.here[10:14]))
    await expect_count(stage, 6)
    await teacher.close(stage)
    await expect_bars(stage, [1, 1, 4])
    stage.asked.append(("Is this clear?", 6))
    await teacher.put_away(stage)


async def leaving(stage: Stage) -> None:
    """One leaves, one leaves and erases: the teacher's pages forget the second one."""
    before = len([one for one in stage.students if hasattr(one, "watched") and not one.is_gone])
    leaver, eraser = stage.here[7], stage.here[8]
    for student, how, title in (
        (leaver, "leave", "You have left"),
        (eraser, "erase", "You have left, and everything is erased"),
    ):
        await student.leave(how)
        said = expect(part(student.page, "endedTitle")).to_have_text(title)
        await stage.record.holds(f"{how}: the page says so", said)
        await stage.record.becomes(f"{how}: the camera is off", student.cameras_on, 0)
        student.is_gone = True
    await stage.expect_present(before - 2)
    await stage.live.locator("#tab-students").click()
    left = part(stage.live, "left")
    await stage.record.holds("who left is listed", expect(left).to_contain_text(leaver.name))
    body = stage.live.locator("#live")
    gone = expect(body).not_to_contain_text(eraser.name)
    await stage.record.holds("who erased is nowhere on the live page", gone)
    await stage.record.shot(eraser.page, "student-erased")
    stage.erased = eraser.name
