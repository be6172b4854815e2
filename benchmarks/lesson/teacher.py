"""What the teacher does: before class on the course's pages, then on the live page."""

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from playwright.async_api import Locator, Page, expect

from benchmarks.lesson.pages import part
from benchmarks.lesson.stage import TITLE, Stage

PREPARED: list[dict[str, Any]] = [
    {
        "text": "How do you feel about tides?",
        "kind": "scale",
        "low": "lost",
        "high": "sure",
        "anonymous": True,
        "role": "check_in",
    },
    {
        "text": "What pulls the water?",
        "kind": "choice",
        "options": ["The wind", "The moon", "The rain"],
        "right": 1,
    },
    {"text": "The sea in one word?", "kind": "word", "anonymous": True},
    {"text": "What is still unclear?", "kind": "text", "anonymous": True, "role": "exit_ticket"},
]


async def sign_in(stage: Stage, username: str, password: str) -> None:
    page = await stage.open_teacher()
    await page.goto(f"{stage.site}/accounts/login/")
    await page.fill("input[name=username]", username)
    await page.fill("input[name=password]", password)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_url(f"{stage.site}/")


async def prepare(stage: Stage, course_id: int) -> None:
    """Write the prepared questions on the course's page."""
    page = stage.live
    for question in PREPARED:
        await page.goto(f"{stage.site}/courses/{course_id}/questions/")
        await fill_question(page.locator("form.card").last, **question)
        await page.get_by_role("button", name="Add question").click()
        await expect(page.locator("ol.listing")).to_contain_text(question["text"])


async def fill_question(
    form: Locator,
    *,
    text: str,
    kind: str,
    options: Sequence[str] = (),
    right: int | None = None,
    low: str = "",
    high: str = "",
    anonymous: bool = False,
    **more: Any,
) -> None:
    await form.locator("[name=text]").fill(text)
    await form.locator(f"[name=kind][value={kind}]").check()
    for place, option in enumerate(options):
        await form.locator("[name=option]").nth(place).fill(option)
    if right is not None:
        await form.locator(f"[name=right][value='{right}']").check()
    if low:
        await form.locator("[name=low]").fill(low)
        await form.locator("[name=high]").fill(high)
    await form.locator("[name=anonymous]").set_checked(anonymous)
    for name in ("live", "several"):
        if name in more:
            await form.locator(f"[name={name}]").set_checked(more[name])
    if "seconds" in more:
        await _choose(form.locator("[name=seconds]"), str(more["seconds"]))
    if "role" in more:
        await _choose(form.locator("[name=role]"), more["role"])


async def _choose(field: Locator, value: str) -> None:
    if await field.evaluate("field => field.localName") == "select":
        await field.select_option(value)
    else:
        await field.fill(value)


async def open_session(stage: Stage, course_id: int) -> None:
    page = stage.live
    await page.goto(f"{stage.site}/sessions/new/?course={course_id}")
    await page.locator("[name=course]").select_option(str(course_id))
    await page.locator("[name=title]").fill(TITLE)
    await page.locator(f"[name=mode][value={stage.mode}]").check()
    await page.get_by_role("button", name="Open the session").click()
    await page.wait_for_url("**/sessions/*-*/**")
    found = re.search(r"/sessions/([0-9a-f-]{36})/", page.url)
    assert found, page.url
    stage.session_id = found[1]
    await page.goto(f"{stage.site}/sessions/{stage.session_id}/")
    await expect(part(page, "freshness")).to_have_text("Updated just now")
    stage.code = await part(page, "code").inner_text()


async def ask_ready(stage: Stage, label: str) -> float:
    """Ask a ready question in one tap. Returns when, in seconds since 1970."""
    asked_at = time.time()
    await part(stage.live, "askPanel").get_by_role("button", name=label, exact=True).click()
    await expect(part(stage.live, "askShown").locator(".is-open")).to_be_visible()
    return asked_at


async def ask_prepared(stage: Stage, text: str) -> float:
    asked_at = time.time()
    await part(stage.live, "askMore").click()
    await part(stage.live, "prepared").get_by_role("button", name=f"Ask: {text}").click()
    await expect(part(stage.live, "askShown")).to_contain_text(text)
    return asked_at


async def ask_new(stage: Stage, **question: Any) -> float:
    page, asked_at = stage.live, time.time()
    await part(page, "askMore").click()
    new = part(page, "askNew")
    if await new.get_attribute("open") is None:
        await new.locator("summary").first.click()
    await fill_question(part(page, "askForm"), **question)
    await part(page, "askForm").get_by_role("button", name="Ask").click()
    await expect(part(page, "askShown")).to_contain_text(question["text"])
    return asked_at


async def press(stage: Stage, label: str) -> None:
    """A button of the question that is shown."""
    await part(stage.live, "askShown").get_by_role("button", name=label, exact=True).click()


async def close(stage: Stage) -> None:
    await press(stage, "Close")
    await expect(part(stage.live, "askShown")).to_contain_text("Closed")


async def put_away(stage: Stage) -> None:
    await press(stage, "Put away")
    await expect(part(stage.live, "askShown").locator("article")).to_have_count(0)


async def tool(page: Page, menu: str) -> Locator:
    """Unfolds a menu of the class tools and returns it."""
    details = part(page, "toolsPlace").locator("details.menu", has_text=menu)
    if await details.get_attribute("open") is None:
        await details.locator("summary").click()
    return details


async def student_cards(page: Page) -> Mapping[str, str]:
    """What the cards of students say, by their name."""
    await page.locator("#tab-students").click()
    cards = page.locator(".student-card")
    texts = await cards.evaluate_all(
        "cards => cards.map((card) => [card.querySelector('.student-name').innerText, card.innerText])"
    )
    return dict(texts)
