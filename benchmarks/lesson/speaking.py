"""Scenes of speaking and leading: hands, questions, lost, timer, pick, groups, markers."""

import asyncio
import re
import time
from collections import Counter

from playwright.async_api import expect

from benchmarks.lesson import teacher
from benchmarks.lesson.pages import behind, clicked_at, part, shown
from benchmarks.lesson.stage import Stage
from benchmarks.lesson.student import Student


async def hands(stage: Stage) -> None:
    """Hands in the order in which they went up; lowered by the teacher, by a student, and all at once."""
    up = stage.here[2:7]
    for student in up:
        await student.press("hand")
        await expect(part(student.page, "hand")).to_have_attribute("aria-pressed", "true")

    async def listed() -> list[str]:
        return await part(stage.live, "hands").locator(".hand-name").all_inner_texts()

    names = [student.name for student in up]
    await stage.record.becomes("hands stand in their order", listed, names)
    await stage.record.shot(stage.live, "teacher-hands")
    await part(stage.live, "hands").get_by_role("button", name=f"Lower: {names[0]}").click()
    lowered = expect(part(up[0].page, "hand")).to_have_attribute("aria-pressed", "false")
    await stage.record.holds("a student sees that the teacher lowered their hand", lowered)
    await up[3].press("hand")
    await stage.record.becomes("a hand that its student lowers goes", listed, [*names[1:3], names[4]])
    await part(stage.live, "handsLower").click()
    for student in up:
        down = expect(part(student.page, "hand")).to_have_attribute("aria-pressed", "false")
        await stage.record.holds(f"all hands are down ({student.name})", down)
    await stage.record.holds("the list of hands goes", expect(part(stage.live, "handsPlace")).to_be_hidden())


async def questions(stage: Stage) -> None:
    """Students ask without names, the teacher lets three through, others vote, one is answered."""
    asking = stage.here[5:9]
    texts = ["Is there a tide in lakes?", "Why is it salty?", "Will this be in the exam?", "You are boring"]
    for student, text in zip(asking, texts, strict=True):
        await student.ask(text)
    for text in texts:
        waiting = part(stage.live, "asked")
        await stage.record.holds(f"the teacher reads {text!r}", expect(waiting).to_contain_text(text))
    top = part(stage.projectors["16:9"].page, "asked")
    stage.record.claim("nobody else sees one before it is approved", not (await top.inner_text()).strip())
    for text in texts[:3]:
        await part(stage.live, "asked").get_by_role("button", name=f"Approve: {text}").click()
    await part(stage.live, "asked").get_by_role("button", name=f"Delete: {texts[3]}").click()
    voting = stage.here[:9]
    await asyncio.gather(*(student.vote(texts[1]) for student in voting))
    await asyncio.gather(*(student.vote(texts[0]) for student in voting[:2]))
    await stage.record.holds(
        "the question with most votes is on the wall", expect(top).to_contain_text(texts[1])
    )
    await stage.record.holds("with its votes", expect(top).to_contain_text(f"Upvotes: {len(voting)}"))
    lists = await part(stage.here[-1].page, "askedList").inner_text()
    stage.record.claim("a deleted question is on no page", texts[3] not in lists)
    await stage.record.shot(stage.live, "teacher-students-questions")
    await stage.record.shot(voting[0].page, "student-questions")
    await part(stage.live, "asked").get_by_role("button", name=f"Answered: {texts[1]}").click()
    await stage.record.holds("an answered one leaves the wall", expect(top).to_contain_text(texts[0]))
    for student in stage.here:
        gone = expect(part(student.page, "askedList")).not_to_contain_text(texts[1])
        await stage.record.holds(f"and the page of {student.name}", gone)
    await part(stage.live, "asked").get_by_role("button", name=f"Archive: {texts[2]}").click()


async def lost(stage: Stage) -> None:
    """Four are lost, one of them takes it back, and the teacher has seen the others."""
    began, students = time.time(), stage.here[1:5]
    clicks = []
    for student in students:
        await student.press("lost")
        clicks.append(await clicked_at(student.page))
        await expect(part(student.page, "lost")).to_have_attribute("aria-pressed", "true")
    count = part(stage.live, "lostCount")
    await stage.record.becomes("four are lost (teacher)", count.inner_text, "4")
    stage.record.latencies["lost to teacher"] += behind(clicks, await shown(stage.live, "lost", began))
    await stage.record.becomes("it is in the title", stage.live.title, f"(4 lost) {await _title(stage)}")
    # Later than a double tap.
    await asyncio.sleep(1.1)
    await students[0].press("lost")
    told = expect(part(students[0].page, "pulseStatus")).to_have_text("Taken back.")
    await stage.record.holds("it can be taken back", told)
    await stage.record.becomes("three are lost (teacher)", count.inner_text, "3")
    await stage.record.shot(stage.live, "teacher-lost")
    await part(stage.live, "gotIt").click()
    for student in students[1:]:
        seen = expect(part(student.page, "told")).to_contain_text("3 of you are lost")
        await stage.record.holds(f"{student.name} is told that the teacher has seen it", seen)
        up = expect(part(student.page, "lost")).to_have_attribute("aria-pressed", "false")
        await stage.record.holds(f"{student.name} no longer counts as lost", up)
    await stage.record.shot(students[1].page, "student-got-it")
    await stage.record.holds("nobody is lost (teacher)", expect(part(stage.live, "lostRow")).to_be_hidden())


async def _title(stage: Stage) -> str:
    return f"{await stage.live.locator('h1').inner_text()} · Classpulse"


async def pace(stage: Stage) -> None:
    fast = stage.here[8:13]
    for student in fast:
        await student.page.get_by_role("button", name="Too fast", exact=True).click()
        await expect(part(student.page, "pulseStatus")).to_contain_text("Sent at")
    said = part(stage.live, "said")
    await stage.record.holds(
        "five say that it is too fast", expect(said).to_contain_text(re.compile("5\\s*too fast"))
    )


async def timer(stage: Stage) -> None:
    menu = await teacher.tool(stage.live, "Timer")
    await menu.locator("[name=label]").fill("In pairs")
    await menu.locator("[name=own]").fill("0.5")
    await menu.get_by_role("button", name="Start").click()
    running = re.compile(r"0:[0-3]\d")
    wall = stage.projectors["16:9"].page
    await stage.record.holds(
        "the timer is on the wall", expect(part(wall, "timerClock")).to_have_text(running)
    )
    for student in stage.here:
        shows = expect(part(student.page, "timer")).to_contain_text(running)
        await stage.record.holds(f"{student.name} sees the timer", shows)
    await stage.record.shot(wall, "projector-timer")
    await stage.record.holds(
        "the wall says that it is over", expect(part(wall, "timerClock")).to_have_text("Time is up")
    )
    await part(stage.live, "timerPlace").get_by_role("button", name="Stop").click()
    await stage.record.holds("it goes from the wall", expect(part(wall, "timer")).to_be_hidden())


async def pick(stage: Stage) -> None:
    """Who is chosen first passes, and nobody sees it. The second one says yes."""
    await part(stage.live, "toolsPlace").get_by_role("button", name="Pick").click()
    first = await _chosen(stage)
    if not first:
        stage.record.claim("somebody is chosen", False)
        return
    shown_name = await part(stage.live, "pickShown").inner_text()
    stage.record.claim("the teacher does not see who is asked", first.name not in shown_name, shown_name)
    await stage.record.shot(first.page, "student-chosen")
    await part(first.page, "pick").get_by_role("button", name="Pass").click()
    passed = expect(part(first.page, "pulseStatus")).to_have_text("You passed.")
    await stage.record.holds("a student may pass", passed)
    second = await _chosen(stage, but=first)
    if not second:
        stage.record.claim("another one is chosen", False)
        return
    await part(second.page, "pick").get_by_role("button", name="I'll answer").click()
    said_yes = expect(part(stage.live, "pickShown")).to_contain_text(f"{second.name} said yes")
    await stage.record.holds("the teacher sees who says yes", said_yes)
    names = await part(stage.live, "pickShown").inner_text()
    stage.record.claim("and never who passed", first.name not in names, names)


async def _chosen(stage: Stage, but: Student | None = None) -> Student | None:
    for _look in range(60):
        for student in stage.here:
            if student is not but and await part(student.page, "pick").locator("section").count():
                return student
        await asyncio.sleep(0.2)
    return None


async def groups(stage: Stage) -> None:
    menu = await teacher.tool(stage.live, "Groups")
    await menu.locator("[name=size]").fill("3")
    await menu.get_by_role("button", name="Make groups").click()
    numbers = []
    for student in stage.here:
        told = part(student.page, "told")
        if await stage.record.holds(
            f"{student.name} has a group", expect(told).to_contain_text("You are in group")
        ):
            found = re.search(r"group (\d+)", await told.inner_text())
            numbers.append(found[1] if found else "?")
    sizes = Counter(numbers).values()
    stage.record.claim("groups are of nearly one size", max(sizes) - min(sizes) <= 1, dict(Counter(numbers)))
    shown_names = part(stage.live, "groupsShown").locator("bdi")
    here = [student.name for student in stage.students if hasattr(student, "watched") and not student.is_gone]
    await stage.record.holds("the teacher sees all groups", expect(shown_names).to_have_count(len(here)))
    listed = await shown_names.all_inner_texts()
    stage.record.claim("with everybody once", sorted(listed) == sorted(here), listed)
    await stage.record.shot(stage.live, "teacher-groups")


async def marker(stage: Stage) -> None:
    """One key marks; the note comes later."""
    await stage.live.locator("h1").click()
    await stage.live.keyboard.press("m")
    marked = expect(part(stage.live, "markerDone")).to_contain_text("Marked at")
    await stage.record.holds("a key marks the moment", marked)
    await stage.live.keyboard.type("Experiment")
    await stage.live.keyboard.press("Enter")
    await stage.live.locator("#tab-class").click()
    noted = expect(part(stage.live, "markers")).to_contain_text("Experiment")
    await stage.record.holds("the note is in the list", noted)
    await stage.record.shot(stage.live, "teacher-timeline")
