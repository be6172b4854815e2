"""Scenes in which the teacher asks: each kind of question, counted on every screen."""

import asyncio
import random
import re
import time
from collections.abc import Sequence
from functools import partial

from playwright.async_api import Locator, Page, expect

from benchmarks.lesson import teacher
from benchmarks.lesson.answering import (
    Answers,
    answer_all,
    counts_of,
    everybody_asked,
    expect_bars,
    expect_count,
    screens,
)
from benchmarks.lesson.pages import part
from benchmarks.lesson.stage import Stage
from benchmarks.lesson.student import Answer, Student


async def check_in(stage: Stage) -> None:
    """A prepared scale, anonymous: offered by itself, hidden until it closes."""
    text = teacher.PREPARED[0]["text"]
    await stage.record.holds(
        "the check-in is offered", expect(part(stage.live, "askOffer")).to_contain_text(text)
    )
    asked_at = time.time()
    await part(stage.live, "askOffer").get_by_role("button").click()
    await everybody_asked(stage, text, anonymous=True)
    values = ["1 · lost", "2", "3", "4", "5 · sure"]
    answers = {student: Answer(value=random.choice(values)) for student in stage.here}
    await answer_all(stage, answers, asked_at)
    for name, page in screens(stage).items():
        bars = await page.locator("[data-part=askShown] .result-bar, .projector-body .result-bar").count()
        stage.record.claim(f"no result before it closes ({name})", bars == 0, bars)
    await stage.record.shot(stage.here[0].page, "student-check-in")
    await stage.record.shot(stage.projectors["16:9"].page, "projector-check-in-open")
    await teacher.close(stage)
    await expect_bars(stage, [sum(one.value == value for one in answers.values()) for value in values])
    await stage.record.shot(stage.projectors["16:9"].page, "projector-check-in")
    stage.asked.append((text, len(answers)))


async def one_tap(stage: Stage) -> None:
    """Three answers to an anonymous question show only how many they are."""
    asked_at = await teacher.ask_ready(stage, "Clear?")
    await everybody_asked(stage, "Is this clear?", anonymous=True)
    answers = {student: Answer(options=("Partly",)) for student in stage.here[:3]}
    await answer_all(stage, answers, asked_at)
    await teacher.close(stage)
    for name, page in screens(stage).items():
        few = page.locator("article, .projector-question").get_by_text("Fewer than 5 answers: only how many.")
        await stage.record.holds(f"three answers are too few to show ({name})", expect(few).to_be_visible())
    stage.asked.append(("Is this clear?", len(answers)))
    await teacher.put_away(stage)


async def named_choice(stage: Stage, late: Sequence[Student]) -> None:
    """Asks with names and a right answer: two answer late, one changes their mind, three do not answer."""
    question = teacher.PREPARED[1]
    asked_at = await teacher.ask_prepared(stage, question["text"])
    await everybody_asked(stage, question["text"], anonymous=False)
    await asyncio.gather(*(stage.enter(student) for student in late))
    for student in late:
        await stage.record.holds(
            f"{student.name}, who is late, sees it",
            expect(student.question).to_contain_text(question["text"]),
        )
    *answering, changing, _one, _two, _three = stage.here
    answers = {one: Answer(options=(random.choice(question["options"]),)) for one in answering}
    answers[changing] = Answer(options=("The rain",))
    await answer_all(stage, answers, asked_at)
    await changing.answer(Answer(options=("The moon",)))
    await expect(changing.option("The moon")).to_have_attribute("aria-pressed", "true")
    answers[changing] = Answer(options=("The moon",))
    await expect_count(stage, len(answers))
    await _expect_waiting(stage, [student.name for student in stage.here if student not in answers])
    await stage.record.shot(stage.live, "teacher-named-choice")
    await teacher.close(stage)
    await expect_bars(stage, counts_of(answers, question["options"]))
    marks = stage.projectors["16:9"].page.locator(".result-right")
    stage.record.claim("the right answer is not shown yet", await marks.count() == 0)
    await teacher.press(stage, "Show right answer")
    for name, page in {"projector": stage.projectors["16:9"].page, "student": changing.page}.items():
        right = page.locator(".result-right")
        await stage.record.holds(f"the moon is right ({name})", expect(right).to_contain_text("The moon"))
    own = changing.question.get_by_text("Your answer:")
    await stage.record.holds("an own answer is shown to its student", expect(own).to_contain_text("The moon"))
    await _expect_who(stage, answers)
    stage.asked.append((question["text"], len(answers)))
    stage.named[question["text"]] = [student.name for student in answers]
    await teacher.put_away(stage)


async def _expect_waiting(stage: Stage, names: Sequence[str]) -> None:
    waiting = part(stage.live, "askShown").locator(".ask-waiting")
    await stage.record.holds(
        f"{len(names)} have not answered yet",
        expect(waiting.locator("summary")).to_have_text(f"Not answered yet: {len(names)}"),
    )
    await waiting.locator("summary").click()
    listed = waiting.locator("li")
    await stage.record.becomes("they are named to the teacher", partial(_sorted_texts, listed), sorted(names))


async def _expect_who(stage: Stage, answers: Answers) -> None:
    said = part(stage.live, "askShown").locator(".ask-who-said")
    await part(stage.live, "askShown").get_by_text("Who answered what").click()
    await stage.record.becomes(
        "the teacher sees who answered what, each once",
        partial(_sorted_texts, said.locator("bdi")),
        sorted(one.name for one in answers),
    )


async def _sorted_texts(place: Locator) -> list[str]:
    return sorted(await place.all_text_contents())


async def cloud(stage: Stage) -> None:
    """Words of three or more, case and accents folded; one of them is hidden by the teacher."""
    text = teacher.PREPARED[2]["text"]
    asked_at = await teacher.ask_prepared(stage, text)
    await everybody_asked(stage, text, anonymous=True)
    words = ["Salt"] * 5 + ["SALT", "sált"] + ["Deep"] * 5 + ["Boring"] * 3 + ["Plankton", "Kelp"]
    here = stage.here
    words += ["Blue"] * (len(here) - len(words))
    random.shuffle(words)
    answers = {student: Answer(text=word) for student, word in zip(here, words, strict=False)}
    await answer_all(stage, answers, asked_at)
    await teacher.close(stage)
    wall = stage.projectors["16:9"].page
    await stage.record.holds(
        "the cloud is on the wall", expect(wall.locator(".cloud-word").first).to_be_visible()
    )
    await stage.record.becomes("it has what three or more said", lambda: _words(wall), _common(words))
    await part(stage.live, "askShown").get_by_role("button", name="Hide: Boring").click()
    shown_words = [word for word in _common(words) if word != "Boring"]
    await stage.record.becomes("a hidden word leaves the wall", lambda: _words(wall), shown_words)
    for student in here[:6]:
        claim = f"and the page of {student.name}"
        await stage.record.becomes(claim, partial(_words, student.page), shown_words)
    for name in ("16:9", "4:3"):
        await stage.record.shot(stage.projectors[name].page, f"projector-cloud-{name.replace(':', '-')}")
    await stage.record.shot(here[0].page, "student-cloud")
    stage.asked.append((text, len(answers)))
    await teacher.put_away(stage)


async def _words(page: Page) -> list[str]:
    texts = await page.locator(".cloud-word").all_text_contents()
    return sorted(re.sub(r"[\s\d]+", "", text) for text in texts)


def _common(words: Sequence[str]) -> list[str]:
    folded = ["Salt" if word.casefold() in ("salt", "sált") else word for word in words]
    return sorted({word for word in folded if folded.count(word) >= 3})


async def live_several(stage: Stage) -> None:
    """Several answers, anonymous, results at once: from ten on, and five behind."""
    options = ["Waves", "Wind", "Moon", "Sun"]
    asked_at = await teacher.ask_new(
        stage,
        text="Which of these move water?",
        kind="choice",
        options=options,
        several=True,
        live=True,
        anonymous=True,
    )
    here = stage.here
    answers = {one: Answer(options=tuple(random.sample(options, 2)), several=True) for one in here}
    first = dict(list(answers.items())[:7])
    await answer_all(stage, first, asked_at)
    wall = stage.projectors["16:9"].page
    stage.record.claim("seven answers show no live result", await wall.locator(".result-bar").count() == 0)
    rest = {one: answer for one, answer in answers.items() if one not in first}
    results = await asyncio.gather(
        *(one.answer(answer) for one, answer in rest.items()), return_exceptions=True
    )
    stage.record.claim("every answer was saved", not any(results), results)
    await expect_count(stage, len(answers))
    await stage.record.holds(
        "live results are on the wall", expect(wall.locator(".result-bar")).to_have_count(4)
    )
    await stage.record.shot(wall, "projector-live-results")
    await teacher.close(stage)
    await expect_bars(stage, counts_of(answers, options))
    stage.asked.append(("Which of these move water?", len(answers)))
    await teacher.put_away(stage)


async def limited_text(stage: Stage) -> None:
    """Open text with names and a time limit, which closes by itself."""
    text = "Why are there two high tides a day?"
    asked_at = await teacher.ask_new(stage, text=text, kind="text", seconds=40)
    one = stage.here[0]
    left = one.question.locator("[data-left]")
    await stage.record.holds(
        "students see the time that is left", expect(left).to_have_text(re.compile(r"0:[0-3]\d"))
    )
    answers = {
        student: Answer(text=f"Because of inertia, says student {n}")
        for n, student in enumerate(stage.here[:6])
    }
    await answer_all(stage, answers, asked_at)
    said = part(stage.live, "askShown").locator(".ask-texts li")
    await stage.record.holds("the teacher reads six texts", expect(said).to_have_count(6))
    for student in stage.here:
        await stage.record.holds(
            f"it closes by itself ({student.name})", expect(student.question).to_contain_text("Closed")
        )
    stage.asked.append((text, len(answers)))
    stage.named[text] = [student.name for student in answers]
    await teacher.put_away(stage)


async def double_click(stage: Stage) -> None:
    """Two clicks ask one question."""
    asked_at = time.time()
    await part(stage.live, "askPanel").get_by_role("button", name="Done?", exact=True).dblclick()
    await everybody_asked(stage, "Are you done?", anonymous=True)
    answers = {student: Answer(options=("Yes",)) for student in stage.here}
    await answer_all(stage, answers, asked_at)
    await teacher.close(stage)
    await expect_bars(stage, [len(answers), 0, 0])
    stage.asked.append(("Are you done?", len(answers)))
    await teacher.put_away(stage)


async def exit_ticket(stage: Stage) -> None:
    text = teacher.PREPARED[3]["text"]
    asked_at = await teacher.ask_prepared(stage, text)
    await everybody_asked(stage, text, anonymous=True)
    answers = {
        student: Answer(text=f"Unclear to some: point {n % 7}") for n, student in enumerate(stage.here)
    }
    await answer_all(stage, answers, asked_at)
    await teacher.close(stage)
    said = part(stage.live, "askShown").locator(".ask-texts li")
    await stage.record.holds("the teacher reads all texts", expect(said).to_have_count(len(answers)))
    wall = await stage.projectors["16:9"].page.locator("body").inner_text()
    stage.record.claim("open texts are not on the wall", "Unclear to some" not in wall)
    stage.asked.append((text, len(answers)))
