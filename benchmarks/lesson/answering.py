"""A class answers: each answer is saved, and counted once on every screen."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from functools import partial

from playwright.async_api import Page, expect

from benchmarks.lesson.pages import behind, clicked_at, shown
from benchmarks.lesson.stage import Stage
from benchmarks.lesson.student import Answer, Student

# Seconds within which a class answers.
WITHIN = 8.0
Answers = Mapping[Student, Answer]


async def answer_all(stage: Stage, answers: Answers, asked_at: float) -> None:
    """These students answer; each count of the screens is compared, and timed from the last click."""

    async def one(student: Student, answer: Answer) -> float:
        await asyncio.sleep(random.uniform(0, WITHIN))
        await student.answer(answer)
        return await clicked_at(student.page)

    results = await asyncio.gather(*(one(*pair) for pair in answers.items()), return_exceptions=True)
    clicks = [result for result in results if isinstance(result, float)]
    failed = [
        f"{who.name}: {why}" for who, why in zip(answers, results, strict=True) if not isinstance(why, float)
    ]
    stage.record.claim("every answer was saved", not failed, failed[:2])
    await expect_count(stage, len(clicks))
    for name, page in screens(stage).items():
        delays = behind(clicks, await shown(page, "answered", asked_at))
        stage.record.latencies[f"answer to {name}"] += delays


def screens(stage: Stage) -> dict[str, Page]:
    return {"teacher": stage.live, "projector": stage.projectors["16:9"].page}


async def expect_count(stage: Stage, answered: int) -> None:
    asked = max(len([one for one in stage.students if hasattr(one, "watched") and not one.is_gone]), answered)
    wanted = f"{answered} of {asked} answered"
    pages = screens(stage) | {"projector 4:3": stage.projectors["4:3"].page}
    for name, page in pages.items():
        place = page.locator(".ask-count strong" if name == "teacher" else "[data-part=answered]")
        await stage.record.becomes(f"{wanted} ({name})", place.inner_text, wanted)


async def expect_bars(stage: Stage, counts: Sequence[int]) -> None:
    """Every screen and every student's page shows this result."""

    async def look(page: Page, within: str) -> list[int]:
        shares = await page.locator(f"{within} .result-share").all_inner_texts()
        return [int(share.rpartition("·")[2]) for share in shares]

    places = {name: (page, "[data-part=question]") for name, page in screens(stage).items()}
    places["teacher"] = (stage.live, "[data-part=askShown]")
    places |= {one.name: (one.page, "[data-part=question]") for one in stage.here}
    for name, (page, within) in places.items():
        await stage.record.becomes(
            f"the bars are {list(counts)} ({name})", partial(look, page, within), list(counts)
        )


def counts_of(answers: Answers, options: Sequence[str]) -> list[int]:
    return [sum(option in (*one.options, one.value) for one in answers.values()) for option in options]


async def everybody_asked(stage: Stage, text: str, *, anonymous: bool) -> None:
    """Every page has the question, and says who will see the answer, before anybody answers."""
    badge = "Anonymous" if anonymous else "With names"
    for student in stage.here:
        await stage.record.holds(
            f"{student.name} is asked, {badge.lower()}",
            asyncio.gather(
                expect(student.question).to_contain_text(text),
                expect(student.question).to_contain_text(badge),
            ),
        )
